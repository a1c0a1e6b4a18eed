import type { PreparedImport, RowProblem } from '../contract/imports'
import { SideConnection } from '../database/scratch'
import type { Batch } from '../exchange/parseFile'
import { storedColumns } from '../exchange/storedRows'
import type { ImportEntity } from '../contract/imports'

/** How statements are run where both files are in sight: beside the school, or in the school's own transaction. */
export interface SqlRunner {
  run: (sql: string, parameters?: unknown[]) => Promise<void>
  query: <Result extends object>(sql: string, parameters?: unknown[]) => Promise<Result[]>
}

/** Under which names a connection sees the staged rows and the school. */
export interface Places {
  staged: string
  school: string
}

/** As the connection of the scratch file sees them. */
export const BESIDE: Places = { staged: 'main', school: 'school' }
/** As the school's own transaction sees them, with the scratch file attached. */
export const WITHIN: Places = { staged: 'staging', school: 'main' }

/** Makes the scratch file of one import, with the school in sight for reading. */
export async function createStaging(file: string, schoolFile: string): Promise<SideConnection> {
  const staging = await SideConnection.createScratch(file)
  await staging.attachReadOnly(schoolFile, BESIDE.school)
  return staging
}

/** `matches` has the rows that can be written: `id` is the record that a row is about, null for a new one. The columns of
 *  `names` are what other records are called in the file (user types, courses), each resolved once. */
export async function createTables(staging: SideConnection, entity: ImportEntity): Promise<void> {
  const problem = 'row INTEGER NOT NULL, column TEXT, value TEXT, code TEXT NOT NULL, params TEXT NOT NULL'
  const statements = [
    `CREATE TABLE rows (line INTEGER PRIMARY KEY, cells TEXT NOT NULL, is_rejected INTEGER NOT NULL, ${storedColumns(entity).join(', ')})`,
    `CREATE TABLE problems (${problem})`,
    `CREATE TABLE match_problems (${problem})`,
    `CREATE TABLE all_problems (number INTEGER PRIMARY KEY, ${problem})`,
    `CREATE TABLE matches (line INTEGER PRIMARY KEY, action TEXT NOT NULL, id INTEGER, candidates INTEGER,
      user_id INTEGER, course_id INTEGER, course_candidates INTEGER, open_id INTEGER)`,
    `CREATE TABLE names (name TEXT PRIMARY KEY, folded TEXT, sort TEXT, id INTEGER, candidates INTEGER, new_name TEXT) WITHOUT ROWID`,
  ]
  // Only rows of enrolments are looked up by the record that they are about.
  if (entity === 'enrollments') statements.push('CREATE INDEX matches_id ON matches (id)')
  for (const statement of statements) await staging.run(statement)
}

/** Stores what the parser found as it comes: this process never looks into it. `jsonb_each` parses a batch once, where
 *  `json_each` would parse each row again for each of its columns (a third of the time). */
export async function storeBatch(staging: SideConnection, { entity, rows, problems }: Batch): Promise<void> {
  const columns = ['line', 'cells', 'is_rejected', ...storedColumns(entity)]
  const values = columns.map((_, index) => `value ->> ${index}`)
  await staging.run(
    `INSERT INTO rows (${columns.join(', ')}) SELECT ${values.join(', ')} FROM jsonb_each(?)`,
    [rows],
  )
  if (problems === '[]') return
  await staging.run(
    `INSERT INTO problems SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value -> 4 FROM jsonb_each(?)`,
    [problems],
  )
}

/** When all is stored: what the listing of problems and the rejects file look up. */
export async function indexProblems(staging: SideConnection): Promise<void> {
  await staging.run('CREATE INDEX problems_row ON problems (row)')
  await staging.run('CREATE INDEX match_problems_row ON match_problems (row)')
}

type StoredProblem = Omit<RowProblem, 'params'> & { params: string }

/** Numbers the problems of reading and of matching in the order of rows, so that any page of them is one look-up. */
export async function numberProblems(sql: SqlRunner, { staged }: Places): Promise<void> {
  await sql.run(`DELETE FROM ${staged}.all_problems`)
  await sql.run(
    `INSERT INTO ${staged}.all_problems (row, column, value, code, params)
      SELECT * FROM ${staged}.problems UNION ALL SELECT * FROM ${staged}.match_problems ORDER BY row`,
  )
}

/** A page of all problems, in the order of rows. */
export async function readProblems(staging: SqlRunner, offset: number, count: number) {
  const [found] = await staging.query<{ total: number }>(
    'SELECT coalesce(max(number), 0) AS total FROM all_problems',
  )
  const rows = await staging.query<StoredProblem>(
    `SELECT row, column, value, code, params FROM all_problems WHERE number > ${offset} AND number <= ${offset + count} ORDER BY number`,
  )
  return {
    total: found?.total ?? 0,
    rows: rows.map((row): RowProblem => ({ ...row, params: JSON.parse(row.params) as RowProblem['params'] })),
  }
}

export type ImportCounts = Pick<PreparedImport, 'rows' | 'creates' | 'updates' | 'unchanged' | 'rejects'>

/** What would become of the rows. */
export async function countRows(sql: SqlRunner, { staged }: Places): Promise<ImportCounts> {
  const [counts] = await sql.query<ImportCounts>(
    `SELECT (SELECT count(*) FROM ${staged}.rows) AS rows, count(*) FILTER (WHERE action = 'create') AS creates,
      count(*) FILTER (WHERE action = 'update') AS updates, count(*) FILTER (WHERE action = 'same') AS unchanged,
      (SELECT count(*) FROM ${staged}.rows) - count(*) AS rejects FROM ${staged}.matches`,
  )
  return counts ?? { rows: 0, creates: 0, updates: 0, unchanged: 0, rejects: 0 }
}
