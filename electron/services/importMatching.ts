import { columnName, importFields } from '../contract/importFields'
import type { ImportEntity, ImportOptions, RowProblem } from '../contract/imports'
import type { Problem } from './importRuleParts'
import { MATCHINGS } from './importRules'
import { numberProblems, type Places, type SqlRunner } from './importStaging'
import { RECORD_TABLES } from './records'
import { storedMidnight } from './values'

/** All that matching depends on beside the two files. */
export interface MatchPlan {
  entity: ImportEntity
  mode: ImportOptions['mode']
  match: ImportOptions['match']
  /** The file's headers, each with its field. */
  columns: { header: string; field: string | null }[]
  /** The school's day, `YYYY-MM-DD`. */
  today: string
}

/** What matching found out. */
export interface Matching {
  /** Ids and times of the file are kept, since no record is there that they could be mistaken for. */
  keepsIds: boolean
  /** The school as it was, to be compared. */
  fingerprint: string
  /** What is told of rows that are written all the same. */
  warnings: RowProblem[]
}

/** Finds the record of every row, and what stands against writing it; what an earlier run found is forgotten. Reads the
 *  school in one moment where the caller has opened a transaction. */
export async function matchRows(sql: SqlRunner, places: Places, plan: MatchPlan): Promise<Matching> {
  const { staged, school } = places
  const keepsIds = await canKeepIds(sql, places, plan)
  for (const table of ['matches', 'match_problems', 'names']) await sql.run(`DELETE FROM ${staged}.${table}`)
  const matching = MATCHINGS[plan.entity]
  const names = {
    staged: `${staged}.`,
    school: `${school}.`,
    today: storedMidnight(plan.today),
    plan,
    keepsIds,
  }
  if (matching.names) await resolveNames(sql, places, matching.names)
  await sql.run(matching.fill(names))
  for (const problem of matching.problems(names)) await sql.run(problemSql(problem, places, plan))
  await sql.run(`DELETE FROM ${staged}.matches WHERE line IN (SELECT row FROM ${staged}.match_problems)`)
  if (plan.mode !== 'add') {
    await sql.run(
      `UPDATE ${staged}.matches SET action = iif((${matching.isSame(names)}), 'same', 'update') WHERE id IS NOT NULL`,
    )
  }
  if (matching.names === 'user_types') await chooseNewNames(sql, places)
  await numberProblems(sql, places)
  const warnings: RowProblem[] = []
  for (const warning of matching.warnings?.(names) ?? [])
    warnings.push(...(await findFirst(sql, warning, plan)))
  return { keepsIds, fingerprint: await fingerprint(sql, school), warnings }
}

/** Changes whenever a record of the school does, by whatever program. */
export async function fingerprint(sql: SqlRunner, school: string): Promise<string> {
  const parts = Object.values(RECORD_TABLES).map(
    ({ table, key }) =>
      `(SELECT json_array(max(updated_at), (SELECT max(${key}) FROM ${school}.${table}), (SELECT count(*) FROM ${school}.${table})) FROM ${school}.${table})`,
  )
  const [row] = await sql.query<{ print: string }>(
    `SELECT json_array((SELECT max(change_set_id) FROM ${school}.change_sets), ${parts.join(', ')}) AS print`,
  )
  return row?.print ?? ''
}

/** Types that would be made on the way, by name. At most 200 are told. */
export async function newUserTypes(sql: SqlRunner, { staged }: Places): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `SELECT name FROM ${staged}.names WHERE name = new_name LIMIT 200`,
  )
  return rows.map(({ name }) => name)
}

async function canKeepIds(sql: SqlRunner, { school }: Places, plan: MatchPlan): Promise<boolean> {
  const { table, key } = RECORD_TABLES[plan.entity]
  const hasIds = plan.columns.some(({ field }) => field !== null && columnName(field) === key)
  const rows = await sql.query(`SELECT 1 FROM ${school}.${table} LIMIT 1`)
  return hasIds && rows.length === 0
}

/** Brings each name of another record to its record once. An equal name comes before one that only folds alike. */
async function resolveNames(
  sql: SqlRunner,
  { staged, school }: Places,
  table: 'user_types' | 'courses' | 'own_types',
) {
  const column = { user_types: 'user_type', courses: 'course_name', own_types: 'name' }[table]
  const sort = { user_types: 'user_type_sort', courses: 'NULL', own_types: 'name_sort' }[table]
  await sql.run(
    `INSERT INTO ${staged}.names (name, folded, sort) SELECT ${column}, min(${column}_folded), min(${sort}) FROM ${staged}.rows
      WHERE ${column} IS NOT NULL AND is_rejected = 0 GROUP BY ${column}`,
  )
  if (table === 'courses') {
    await sql.run(
      `UPDATE ${staged}.names SET (id, candidates) = (SELECT
          CASE 1 WHEN count(*) FILTER (WHERE c.name = names.name) THEN min(c.course_id) FILTER (WHERE c.name = names.name)
            WHEN count(*) THEN min(c.course_id) END,
          coalesce(nullif(count(*) FILTER (WHERE c.name = names.name), 0), count(*))
        FROM ${school}.courses c WHERE c.name_folded = names.folded)`,
    )
    return
  }
  await sql.run(
    `UPDATE ${staged}.names SET id = (SELECT t.user_type_id FROM ${school}.user_types t
      WHERE t.name = names.name OR t.name_folded = names.folded ORDER BY t.name = names.name DESC, t.user_type_id LIMIT 1)`,
  )
}

/** Of the spellings of one new type the first is taken; a type that no good row names is not made. */
async function chooseNewNames(sql: SqlRunner, { staged }: Places): Promise<void> {
  const unresolved = await sql.query(`SELECT 1 FROM ${staged}.names WHERE id IS NULL LIMIT 1`)
  if (unresolved.length === 0) return
  await sql.run(
    `DELETE FROM ${staged}.names WHERE id IS NULL AND name NOT IN (SELECT r.user_type FROM ${staged}.matches m
      JOIN ${staged}.rows r ON r.line = m.line WHERE r.user_type IS NOT NULL)`,
  )
  await sql.run(
    `UPDATE ${staged}.names SET new_name = f.first
      FROM (SELECT folded, min(name) AS first FROM ${staged}.names WHERE id IS NULL GROUP BY folded) f
      WHERE names.id IS NULL AND f.folded = names.folded`,
  )
}

/** One kind of problem, found in all rows at once. */
function problemSql(problem: Problem, { staged }: Places, plan: MatchPlan): string {
  const { header, value } = columnOf(problem, plan)
  return `INSERT INTO ${staged}.match_problems (row, column, value, code, params)
    SELECT r.line, ${header === null ? 'NULL' : quote(header)}, ${value}, '${problem.code}', json_object(${problem.params}) FROM ${problem.from}`
}

/** The first row of one kind, with the `count` of all; none where there is none. */
async function findFirst(sql: SqlRunner, warning: Problem, plan: MatchPlan): Promise<RowProblem[]> {
  const { header, value } = columnOf(warning, plan)
  const [first] = await sql.query<{ row: number; value: string | null; count: number }>(
    `SELECT min(r.line) AS row, ${value} AS value, count(*) AS count FROM ${warning.from} HAVING count(*) > 0`,
  )
  if (!first) return []
  const { row, count } = first
  return [{ row, column: header, value: first.value, code: warning.code, params: { count } }]
}

/** How the column that a problem names is called in the file, and SQL for what it has in row `r`. */
function columnOf({ field }: Problem, { entity, columns }: MatchPlan) {
  const position = columns.findIndex((column) => column.field === field)
  return {
    header: columns[position]?.header ?? (field in importFields[entity] ? columnName(field) : null),
    value: position === -1 ? 'NULL' : `substr(r.cells ->> ${position}, 1, 200)`,
  }
}

/** A header stands in SQL as a text; Sequelize would take a `$1` in it for a parameter. */
function quote(text: string): string {
  return `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`
}
