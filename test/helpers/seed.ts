import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SideConnection } from '../../electron/database/scratch'
import { SEED_COLUMNS, SEED_TABLES, type SeedTable } from '../../electron/database/seedFile'
import { adopt, type Adoption } from '../../electron/services/adopt'
import { forkParser } from './forkParser'
import { temporaryFolder } from './school'

/** One set of rows as the tutorial's own code wrote them: see test/fixtures/seed. */
export const SEED_DATABASE = resolve(import.meta.dirname, '../fixtures/seed/seed.db')
export const SEED_FOLDER = resolve(import.meta.dirname, '../fixtures/seed/csv')

export type SeedValue = string | number | null
/** Rows of each table; a column that is left out is NULL. */
export type SeedRows = Partial<Record<SeedTable, Record<string, SeedValue>[]>>

/** As the seed's migration creates them on SQLite. */
const DDL = [
  'CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))',
  `CREATE TABLE courses (course_id INTEGER NOT NULL, name VARCHAR(100) NOT NULL, description TEXT, start_date DATE NOT NULL,
    end_date DATE NOT NULL, created_at DATETIME, updated_at DATETIME, is_active BOOLEAN NOT NULL, PRIMARY KEY (course_id))`,
  `CREATE TABLE user_types (user_type_id INTEGER NOT NULL, created_at DATETIME, updated_at DATETIME, name VARCHAR(50) NOT NULL,
    PRIMARY KEY (user_type_id), UNIQUE (name))`,
  `CREATE TABLE users (user_id INTEGER NOT NULL, first_name VARCHAR(50) NOT NULL, last_name VARCHAR(50) NOT NULL,
    email VARCHAR(100) NOT NULL, age INTEGER, is_active BOOLEAN NOT NULL, created_at DATETIME, updated_at DATETIME,
    last_login DATETIME, user_type_id INTEGER NOT NULL, PRIMARY KEY (user_id),
    FOREIGN KEY(user_type_id) REFERENCES user_types (user_type_id), UNIQUE (email), CONSTRAINT uq_users_email UNIQUE (email))`,
  `CREATE TABLE enrollments (enrollment_id INTEGER NOT NULL, enrolled_date DATETIME, end_date DATETIME, updated_at DATETIME,
    associative_data TEXT, user_id INTEGER NOT NULL, course_id INTEGER NOT NULL, PRIMARY KEY (enrollment_id),
    FOREIGN KEY(course_id) REFERENCES courses (course_id), FOREIGN KEY(user_id) REFERENCES users (user_id))`,
  `INSERT INTO alembic_version VALUES ('1c2b6b152893')`,
]

/** Makes a database of the seed's system. Its foreign keys are not enforced, as its own program leaves them. */
export async function createSeedDatabase(rows: SeedRows, statements: string[] = []): Promise<string> {
  const path = join(await temporaryFolder(), 'seed.db')
  const database = await SideConnection.createScratch(path)
  try {
    for (const statement of DDL) await database.run(statement)
    for (const table of SEED_TABLES) {
      const columns = Object.keys(SEED_COLUMNS[table])
      const values = columns.map((column) => `value ->> '${column}'`)
      await database.run(
        `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?)`,
        [JSON.stringify(rows[table] ?? [])],
      )
    }
    for (const statement of statements) await database.run(statement)
  } finally {
    await database.close()
  }
  return path
}

/** Writes the four files that psql's \copy would write. */
export async function writeCopyFolder(rows: SeedRows): Promise<string> {
  const folder = join(await temporaryFolder(), 'csv')
  await mkdir(folder)
  for (const table of SEED_TABLES) {
    const columns = Object.entries(SEED_COLUMNS[table])
    const lines = (rows[table] ?? []).map((row) =>
      columns.map(([column, type]) => copied(row[column] ?? null, type)).join(','),
    )
    const header = columns.map(([column]) => column).join(',')
    await writeFile(join(folder, `${table}.csv`), [header, ...lines, ''].join('\n'))
  }
  return folder
}

function copied(value: SeedValue, type: string): string {
  if (value === null) return ''
  if (type === 'BOOLEAN') return value === 1 ? 't' : 'f'
  // PostgreSQL leaves out the zeros at the end.
  const text = type === 'DATETIME' ? String(value).replace(/\.?0+$/, '') : String(value)
  const full = type === 'DATETIME' && text.length < 19 ? String(value).slice(0, 19) : text
  return full === '' || /[",\r\n]/.test(full) ? `"${full.replaceAll('"', '""')}"` : full
}

export type TestAdoption = Partial<Adoption> & { signal?: AbortSignal; onProgress?: (phase: string) => void }

/** Adopts a source into a new file of its own. */
export async function adoptSource(source: string, options: TestAdoption = {}) {
  const folder = await temporaryFolder()
  const { signal = new AbortController().signal, onProgress = () => {}, ...rest } = options
  const adoption: Adoption = {
    source,
    file: join(folder, 'school.rollbook'),
    school: { name: 'Adopted school', language: 'hr' },
    person: 'Tester',
    appVersion: '0.0.0-test',
    workFolder: join(folder, 'work'),
    forkParser,
    now: () => new Date('2026-11-22T12:00:00Z'),
    ...rest,
  }
  const report = await adopt(adoption, { signal, progress: (phase) => onProgress(phase) })
  return { report, file: adoption.file, workFolder: adoption.workFolder }
}

/** Everything in a folder, or a file with what lies beside it: names, sizes and digests. */
export async function fingerprintOf(path: string): Promise<Record<string, string>> {
  const found = await stat(path)
  const folder = found.isDirectory() ? path : dirname(path)
  const names = (await readdir(folder)).filter(
    (name) => found.isDirectory() || name.startsWith(basename(path)),
  )
  const digests = names.map(async (name) => {
    const bytes = await readFile(join(folder, name))
    return [name, createHash('sha256').update(bytes).digest('hex')] as const
  })
  return Object.fromEntries(await Promise.all(digests))
}

type Content = Record<SeedTable | 'changes', Record<string, SeedValue>[]>

/** All records of a school's file, and what history says of them. */
export function contentOf(file: string): Promise<Content> {
  return SideConnection.readMoment(file, async (side) => {
    const tables = SEED_TABLES.map(
      async (table) => [table, await side.query(`SELECT * FROM ${table}`)] as const,
    )
    const changes = await side.query('SELECT entity, record_id, before, after FROM changes')
    return { ...Object.fromEntries(await Promise.all(tables)), changes } as Content
  })
}
