import { type StoredTable, readTable } from '../schema/readSchema'
import type { SchemaConnection } from '../operations'
import type { IndexSpec, TableSpec } from '../schema/schema'
import { literal, quote } from '../sql'
import { isWord, normalName, tokenize } from '../schema/sqlTokens'
import { keyColumns, rowNumberColumn } from '../schema/tableKey'

/** Rows that are there already and break what they are to keep from now on. */
export class BrokenRowsError extends Error {
  constructor(
    readonly table: string,
    /** The constraint's name; of a NOT NULL, which has none, `NOT NULL of age`. */
    readonly constraint: string,
    readonly count: number,
    /** A few of them: `user_id 4`. */
    readonly rows: string[],
  ) {
    const more = count > rows.length ? ', ...' : ''
    super(
      `table '${table}': ${count} ${count === 1 ? 'row breaks' : 'rows break'} '${constraint}': ${rows.join(', ')}${more}`,
    )
    this.name = 'BrokenRowsError'
  }
}

const SHOWN = 5

/** The rows to be, as a subquery with columns `_row`, that says which one it is, and `_at` for their order, and what they have to keep. */
interface RowsToBe {
  table: string
  source: string
  rules: Rule[]
}

/** The condition of a row that breaks the rule. */
interface Rule {
  constraint: string
  broken: string
}

/** What a failed copy of `before` into the shape `after` failed on; the failure itself where it was not the rows.
 *  `values` are the expressions that the columns are copied from. */
export async function explainTableFailure(
  connection: SchemaConnection,
  before: StoredTable,
  after: TableSpec,
  values: Map<string, string>,
  failure: unknown,
): Promise<unknown> {
  const columns = Object.keys(after.columns)
  const parts = columns.map((column) => {
    const value = values.get(column) ?? after.columns[column]?.defaultValue ?? 'NULL'
    return `${value} AS ${quote(column)}`
  })
  const source = `(SELECT ${[rowName(before.table), ...parts].join(', ')} FROM ${quote(before.name)})`
  const rules = [...notNullRules(after, values), ...checkRules(after), ...uniqueRules(after, source)]
  return explain(connection, { table: before.name, source, rules }, failure)
}

/** What a failed unique index failed on. */
export async function explainIndexFailure(
  connection: SchemaConnection,
  name: string,
  index: IndexSpec,
  failure: unknown,
): Promise<unknown> {
  const { table } = await readTable(connection, index.table)
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`
  const source = `(SELECT ${rowName(table)}, * FROM ${quote(index.table)}${where})`
  const parts = index.columns.map((part) =>
    typeof part === 'string' ? quote(part) : withoutOrder(part.expression),
  )
  const rules = [{ constraint: name, broken: isDoubled(parts, source) }]
  return explain(connection, { table: index.table, source, rules }, failure)
}

/** Throws BrokenRowsError where a row names a parent that is not there. */
export async function requireParents(connection: SchemaConnection): Promise<void> {
  const [orphan] = await connection.query<{ name: string; fkid: number; count: number; rows: string }>(
    `SELECT "table" AS name, fkid, count(*) AS count, json_group_array(rowid) FILTER (WHERE place <= ${SHOWN}) AS rows
     FROM (SELECT *, row_number() OVER (PARTITION BY "table", fkid) AS place FROM pragma_foreign_key_check)
     GROUP BY "table", fkid LIMIT 1`,
  )
  if (!orphan) return
  const [key] = await connection.query<{ columns: string }>(
    `SELECT group_concat("from", ',' ORDER BY seq) AS columns FROM pragma_foreign_key_list(${literal(orphan.name)})
     WHERE id = ${orphan.fkid}`,
  )
  const { table } = await readTable(connection, orphan.name)
  const [constraint = key?.columns ?? ''] =
    Object.entries(table.foreignKeys ?? {}).find(
      ([, { columns }]) => normalName(columns.join(',')) === normalName(key?.columns ?? ''),
    ) ?? []
  const label = rowNumberColumn(table) ?? 'row'
  const rows = (JSON.parse(orphan.rows) as number[]).map((row) => `${label} ${row}`)
  throw new BrokenRowsError(orphan.name, constraint, orphan.count, rows)
}

async function explain(connection: SchemaConnection, rows: RowsToBe, failure: unknown): Promise<unknown> {
  if (!/constraint/i.test(String(failure))) return failure
  for (const { constraint, broken } of rows.rules) {
    const from = `FROM ${rows.source} WHERE ${broken}`
    const [found] = await connection.query<{ count: number }>(`SELECT count(*) AS count ${from}`)
    if (!found || found.count === 0) continue
    const some = await connection.query<{ _row: string }>(`SELECT _row ${from} ORDER BY _at LIMIT ${SHOWN}`)
    const names = some.map(({ _row }) => _row)
    return new BrokenRowsError(rows.table, constraint, found.count, names)
  }
  return failure
}

const notNullRules = ({ columns }: TableSpec, values: Map<string, string>): Rule[] =>
  [...values.keys()]
    .filter((column) => !columns[column]?.isNullable)
    .map((column) => ({ constraint: `NOT NULL of ${column}`, broken: `${quote(column)} IS NULL` }))

const checkRules = ({ checks = {} }: TableSpec): Rule[] =>
  Object.entries(checks).map(([constraint, rule]) => ({ constraint, broken: `NOT (${rule})` }))

function uniqueRules(table: TableSpec, source: string): Rule[] {
  const key = keyColumns(table)
  const uniques: [string, string[]][] = [
    ...(table.primaryKey ? [[table.primaryKey.name, key] as [string, string[]]] : []),
    ...Object.entries(table.uniques ?? {}),
  ]
  return uniques.map(([constraint, columns]) => ({
    constraint,
    broken: isDoubled(columns.map(quote), source),
  }))
}

/** NULLs are no doubles of each other. */
function isDoubled(parts: string[], source: string): string {
  const [all, isWhole] = [parts.join(', '), parts.map((part) => `${part} IS NOT NULL`).join(' AND ')]
  return `(${all}) IN (SELECT ${all} FROM ${source} WHERE ${isWhole} GROUP BY ${all} HAVING count(*) > 1)`
}

/** `user_id 4`, or the values of the key's columns. */
function rowName(table: TableSpec): string {
  const key = keyColumns(table)
  const parts = key.map((column) => `${literal(`${column} `)} || quote(${quote(column)})`)
  const name = parts.length > 0 ? parts.join(` || ', ' || `) : `'row ' || rowid`
  return `${name} AS _row, ${key[0] === undefined ? 'rowid' : quote(key[0])} AS _at`
}

function withoutOrder(expression: string): string {
  const last = tokenize(expression).at(-1)
  return isWord(last, 'DESC') || isWord(last, 'ASC') ? expression.slice(0, last?.start) : expression
}
