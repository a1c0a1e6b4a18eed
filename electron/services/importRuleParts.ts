import type { MatchPlan } from './importMatching'

// The SQL that the rules of all entities share. `r` is a staged row, `m` its match, `x` the record that it is about.

/** A kind of problem: `params` are arguments of json_object, `from` is what stands after FROM and gives `r`. */
export interface Problem {
  code: string
  /** The field whose column is named. */
  field: string
  params: string
  from: string
}

/** Prefixes of the two files, and what the rules depend on. */
export interface RuleNames {
  staged: string
  school: string
  /** The school's day in the stored form of an instant. */
  today: string
  plan: MatchPlan
  keepsIds: boolean
}

export interface EntityMatching {
  /** What the rows call other records, resolved before. */
  names?: 'user_types' | 'courses' | 'own_types'
  /** Fills `matches` with all rows that were not rejected. */
  fill: (names: RuleNames) => string
  problems: (names: RuleNames) => Problem[]
  /** What a row says and will not have its way with, although it is written. Asked of the rows that have no problem. */
  warnings?: (names: RuleNames) => Problem[]
  /** True for a match that would change nothing. Stands in an UPDATE of `matches`. */
  isSame: (names: RuleNames) => string
}

/** Every good row with its match. */
export const rowsAndMatches = ({ staged }: RuleNames) =>
  `${staged}matches m JOIN ${staged}rows r ON r.line = m.line`

/** Fills `matches` by a column that is unique among the records: the key, an external id. */
export function fillBy({ staged, school }: RuleNames, table: string, key: string, column: string): string {
  return `INSERT INTO ${staged}matches (line, action, id) SELECT r.line, 'create', x.${key}
    FROM ${staged}rows r LEFT JOIN ${school}${table} x ON x.${column} = r.${column} WHERE r.is_rejected = 0`
}

interface Subject {
  table: string
  key: string
  /** The field of the key. */
  field: string
  /** SQL for the name of record `x`. */
  name: string
  /** The field by which rows are matched where it is not the key. */
  by: string
  /** What a match is called in mode `add`. */
  code?: string
}

/** A match where none may be, none where one has to be, and rows that are about the same record. */
export function commonProblems(
  names: RuleNames,
  { table, key, field, name, by, code = 'exists' }: Subject,
): Problem[] {
  const { plan, school, keepsIds } = names
  const rows = rowsAndMatches(names)
  const matchedBy = { id: field, externalId: 'externalId', email: by }[plan.match]
  const own = keepsIds || plan.match === 'id' ? doubled(names, field, `r.${key}`) : []
  if (plan.mode === 'add') {
    const params = `'${code === 'already-enrolled' ? 'names' : 'name'}', ${name}, 'id', m.id`
    return [
      ...own,
      { code, field: matchedBy, params, from: `${rows} JOIN ${school}${table} x ON x.${key} = m.id` },
    ]
  }
  const unmatched = { code: 'no-match', field: matchedBy, params: '', from: `${rows} WHERE m.id IS NULL` }
  const sameRecord = plan.match === 'email' ? doubled(names, matchedBy, 'm.id') : []
  return [...own, ...sameRecord, ...(plan.mode === 'update' ? [unmatched] : [])]
}

/** Of rows with one key the first is taken; each other names it. */
export function doubled(names: RuleNames, field: string, key: string, code = 'doubled'): Problem[] {
  const from = `(SELECT m.line, min(m.line) OVER (PARTITION BY ${key}) AS first FROM ${rowsAndMatches(names)} WHERE ${key} IS NOT NULL) d
    JOIN ${names.staged}rows r ON r.line = d.line WHERE d.first <> d.line`
  return [{ code, field, params: `'first', d.first`, from }]
}

/** Unique values that other records have and keep. One that gets another value by a good row of the same file makes way:
 *  people may swap their e-mails. Stands after all other problems, since it asks which rows are good. */
export function taken(names: RuleNames, records: UniqueRecords): Problem[] {
  const { school } = names
  const { table, key, name, codes } = records
  return Object.entries(codes).map(([column, code]) => ({
    code,
    field: column === 'external_id' ? 'externalId' : column,
    params: `'name', ${name}`,
    from: `(${stillTaken(names, records, column)}) t JOIN ${names.staged}rows r ON r.line = t.line
      JOIN ${school}${table} o ON o.${key} = t.holder`,
  }))
}

interface UniqueRecords {
  table: string
  key: string
  /** SQL for the name of the other record `o`. */
  name: string
  /** What each column's problem is called. */
  codes: Record<string, string>
}

/** SQL of the rows that want a value of one column which its `holder` keeps. A row that is itself refused does not free what
 *  its record has, and so the next one waits for it in vain. */
function stillTaken(names: RuleNames, { table, key, codes }: UniqueRecords, column: string): string {
  const { staged, school } = names
  const rows = rowsAndMatches(names)
  const wants = Object.keys(codes).map(
    (
      each,
    ) => `SELECT r.line, '${each}', o.${key}, f.line FROM ${rows} JOIN ${school}${table} o ON o.${each} = r.${each} AND o.${key} IS NOT m.id
      LEFT JOIN (SELECT m.id, m.line, r.${each} AS value FROM ${rows} WHERE m.id IS NOT NULL AND r.${each} IS NOT NULL
        AND m.line NOT IN (SELECT row FROM ${staged}match_problems)) f ON f.id = o.${key} AND f.value <> o.${each}`,
  )
  return `WITH RECURSIVE wants (line, wanted, holder, freeing) AS MATERIALIZED (${wants.join(' UNION ALL ')}),
      waiting (line) AS (SELECT line FROM wants WHERE freeing IS NULL
        UNION SELECT w.line FROM waiting JOIN wants w ON w.freeing = waiting.line)
    SELECT line, holder FROM wants WHERE wanted = '${column}' AND (freeing IS NULL OR freeing IN (SELECT line FROM waiting))`
}

/** What says that an external id is only one record's in the file. */
export function doubledExternalIds(names: RuleNames): Problem[] {
  return doubled(names, 'externalId', 'r.external_id')
}

/** What says that it is only one record's in the school. */
export function takenExternalIds(names: RuleNames, records: Omit<UniqueRecords, 'codes'>): Problem[] {
  if (names.plan.match === 'externalId') return []
  return taken(names, { ...records, codes: { external_id: 'external-id-taken' } })
}

/** The first of some fields that the file has a column for. */
export function givenField({ columns }: MatchPlan, ...fields: [string, ...string[]]): string {
  return fields.find((field) => columns.some((column) => column.field === field)) ?? fields[0]
}

/** A cell that the file leaves empty leaves the record as it is. */
export function same(staged: string, school: string, table: string, key: string, columns: string[]): string {
  const equal = columns.map((column) => `coalesce(r.${column}, x.${column}) IS x.${column}`)
  return `(SELECT ${equal.join(' AND ')} FROM ${staged}rows r, ${school}${table} x WHERE r.line = matches.line AND x.${key} = matches.id)`
}

/** The first few courses of a name, with their days and ids. */
export function coursesNamed(school: string, folded: string): string {
  return `(SELECT group_concat(c.name || ' (' || c.start_date || ' – ' || c.end_date || ', ' || c.course_id || ')', ', ')
    FROM (SELECT * FROM ${school}courses WHERE name_folded = ${folded} ORDER BY start_date LIMIT 5) c)`
}
