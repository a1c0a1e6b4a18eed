import { SideConnection } from './scratch'

/** The tables of the system that ours grew out of, in the order in which one builds on the other. */
export const SEED_TABLES = ['user_types', 'users', 'courses', 'enrollments'] as const
export type SeedTable = (typeof SEED_TABLES)[number]

export type SeedType = 'INTEGER' | 'VARCHAR' | 'TEXT' | 'BOOLEAN' | 'DATE' | 'DATETIME'

/** Its columns, the key first. The types are those that its SQLAlchemy models have on SQLite. */
export const SEED_COLUMNS: Record<SeedTable, Record<string, SeedType>> = {
  user_types: { user_type_id: 'INTEGER', created_at: 'DATETIME', updated_at: 'DATETIME', name: 'VARCHAR' },
  users: {
    user_id: 'INTEGER',
    first_name: 'VARCHAR',
    last_name: 'VARCHAR',
    email: 'VARCHAR',
    age: 'INTEGER',
    is_active: 'BOOLEAN',
    created_at: 'DATETIME',
    updated_at: 'DATETIME',
    last_login: 'DATETIME',
    user_type_id: 'INTEGER',
  },
  courses: {
    course_id: 'INTEGER',
    name: 'VARCHAR',
    description: 'TEXT',
    start_date: 'DATE',
    end_date: 'DATE',
    created_at: 'DATETIME',
    updated_at: 'DATETIME',
    is_active: 'BOOLEAN',
  },
  enrollments: {
    enrollment_id: 'INTEGER',
    enrolled_date: 'DATETIME',
    end_date: 'DATETIME',
    updated_at: 'DATETIME',
    associative_data: 'TEXT',
    user_id: 'INTEGER',
    course_id: 'INTEGER',
  },
}

/** What a database has of the seed's tables and columns (`users`, `users.age`), and what it has beside them. */
export interface SeedShape {
  missing: string[]
  others: string[]
}

/** Whether a file is a database of the seed's system, by its tables and columns. Neither the file nor its folder is
 *  touched; what cannot be read is none. */
export async function isSeedFile(file: string): Promise<boolean> {
  try {
    const { missing } = await SideConnection.readImmutable(file, readSeedShape)
    return missing.length === 0
  } catch {
    return false
  }
}

/** Compares a database with the seed's schema. */
export async function readSeedShape(database: SideConnection): Promise<SeedShape> {
  const rows = await database.query<{ name: string }>(
    `SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
      UNION ALL SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name IN (${SEED_TABLES.map((table) => `'${table}'`).join(', ')}) LIMIT 2000`,
  )
  const found = new Set(rows.map(({ name }) => name))
  const wanted = SEED_TABLES.flatMap((table) => [
    table,
    ...Object.keys(SEED_COLUMNS[table]).map((column) => `${table}.${column}`),
  ])
  const isOther = (name: string) =>
    !wanted.includes(name) && name !== 'alembic_version' && !name.startsWith('sqlite_')
  return { missing: wanted.filter((name) => !found.has(name)), others: [...found].filter(isOther) }
}

/** Makes a scratch file with the seed's tables, to be filled from elsewhere. Only the keys are held to anything: what
 *  else is wrong is mended later. */
export async function createSeedTables(file: string): Promise<SideConnection> {
  const scratch = await SideConnection.createScratch(file)
  for (const [table, columns] of Object.entries(SEED_COLUMNS)) {
    const definitions = Object.entries(columns).map(([name, type], at) =>
      at === 0 ? `${name} INTEGER PRIMARY KEY` : `${name} ${type}`,
    )
    await scratch.run(`CREATE TABLE ${table} (${definitions.join(', ')})`)
  }
  return scratch
}

/** Brings a copied database to rest: what stood in a `-wal` or `-journal` beside it is in the file itself then. Answers
 *  what SQLite complains of first, or null for a sound one. */
export async function settleCopy(file: string): Promise<string | null> {
  const copy = await SideConnection.open(file)
  try {
    await copy.run('PRAGMA trusted_schema=OFF')
    await copy.run('PRAGMA cell_size_check=ON')
    await copy.run('PRAGMA journal_mode=DELETE')
    const [row] = await copy.query<{ quick_check: string }>('PRAGMA quick_check(1)')
    // What the file broke of its own constraints is mended, not refused.
    const complaint = row?.quick_check ?? ''
    return complaint === 'ok' || /^(NULL|non-unique|CHECK|NUMERIC|TEXT) /.test(complaint) ? null : complaint
  } finally {
    await copy.close()
  }
}
