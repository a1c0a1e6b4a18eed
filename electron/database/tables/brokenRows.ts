import { type StoredTable, readTable } from '../schema/readSchema'
import type { SchemaConnection } from '../operations'
import type { IndexSpec, TableSpec } from '../schema/schema'
import { literal, quote } from '../sql'
import { isWord, tokenize } from '../schema/sqlTokens'
import { keyColumns } from '../schema/tableKey'

/** Rows that are there already and break what they are to keep from now on. */
export class BrokenRowsError extends Error {
  constructor(
    readonly table: string,
    /** The constraint's name; of what has none, `NOT NULL of age`, `INTEGER of age`. */
    readonly constraint: string,
    readonly count: number,
    /** A few of them: `user_id 4`. */
    readonly rows: string[],
    /** What the author of the revision can do about it. */
    answer?: string,
  ) {
    const what = `${count} ${count === 1 ? 'row breaks' : 'rows break'} '${constraint}'`
    const which = [...rows, ...(count > rows.length ? ['...'] : [])].join(', ')
    super([`table '${table}'`, what, which, ...(answer === undefined ? [] : [answer])].join(': '))
    this.name = 'BrokenRowsError'
  }
}

/** How many rows are named. */
export const SHOWN = 5

/** The rows to be, as a subquery with columns `_row`, that says which one it is, and `_at` for their order, and what they have to keep. */
export interface RowsToBe {
  table: string
  source: string
  rules: Rule[]
}

/** The condition of a row that breaks the rule. */
export interface Rule {
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
  const source = rowsOf(index.table, table, where)
  const parts = index.columns.map((part) =>
    typeof part === 'string' ? quote(part) : withoutOrder(part.expression),
  )
  const rules = [{ constraint: name, broken: isDoubled(parts, source) }]
  return explain(connection, { table: index.table, source, rules }, failure)
}

/** What the first rule says that is broken, or null. */
export async function findBrokenRows(
  connection: SchemaConnection,
  { table, source, rules }: RowsToBe,
  answer?: string,
): Promise<BrokenRowsError | null> {
  for (const { constraint, broken } of rules) {
    const from = `FROM ${source} WHERE ${broken}`
    const [found] = await connection.query<{ count: number }>(`SELECT count(*) AS count ${from}`)
    if (!found || found.count === 0) continue
    const some = await connection.query<{ _row: string }>(`SELECT _row ${from} ORDER BY _at LIMIT ${SHOWN}`)
    const names = some.map(({ _row }) => _row)
    return new BrokenRowsError(table, constraint, found.count, names, answer)
  }
  return null
}

/** The rows of a table as they are, as the source of RowsToBe. */
export const rowsOf = (name: string, table: TableSpec, where = '') =>
  `(SELECT ${rowName(table)}, * FROM ${quote(name)}${where})`

async function explain(connection: SchemaConnection, rows: RowsToBe, failure: unknown): Promise<unknown> {
  if (!/constraint/i.test(String(failure))) return failure
  return (await findBrokenRows(connection, rows)) ?? failure
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
