import { requireSameValues } from './alteredValues'
import { explainTableFailure } from './brokenRows'
import type { SchemaConnection } from '../operations'
import { readObjects, type StoredTable } from '../schema/readSchema'
import type { TableSpec } from '../schema/schema'
import * as sql from '../sql'
import { sameName } from '../schema/sqlTokens'
import { isWithoutRowid, rowNumberColumn } from '../schema/tableKey'
import type { TablePlan } from './tablePlan'

/** How many rows of a table are copied. Never goes back. */
export interface RowsProgress {
  table: string
  done: number
  total: number
}

export interface RebuildOptions {
  onRows?: (progress: RowsProgress) => void
  /** How many rows are copied by one statement. */
  sliceRows?: number
}

/** A statement of this many rows takes some 0.1 s, and thousands of them in all cost no more than one. */
const SLICE_ROWS = 50_000

/** Makes a table anew as planned: a new table, the rows, the new one in the place of the old, and the indexes and
 *  triggers by their own statements (https://www.sqlite.org/lang_altertable.html#otheralter). Foreign keys must be off.
 *  Throws BrokenRowsError where rows break what is planned, or would not be the same. */
export async function rebuild(
  connection: SchemaConnection,
  before: StoredTable,
  plan: TablePlan,
  options: RebuildOptions,
): Promise<void> {
  const { name, statements } = before
  await requireSameValues(connection, before, plan)
  const next = await freeName(connection, `${name}_next`)
  await connection.run(sql.createTable(next, plan.after))
  try {
    await copyRows(connection, before, next, plan, options)
  } catch (error) {
    throw await explainTableFailure(connection, before, plan.after, plan.values, error)
  }
  if (countsUp(before.table) && countsUp(plan.after))
    for (const statement of sql.keepSequence(name, next)) await connection.run(statement)
  await connection.run(sql.dropTable(name))
  await connection.run(sql.legacyRename(true))
  try {
    await connection.run(sql.renameTable(next, name))
  } finally {
    await connection.run(sql.legacyRename(false))
  }
  for (const statement of statements) await connection.run(statement)
}

async function copyRows(
  connection: SchemaConnection,
  before: StoredTable,
  next: string,
  plan: TablePlan,
  { onRows, sliceRows = SLICE_ROWS }: RebuildOptions,
): Promise<void> {
  const { name } = before
  const columns = copiedColumns(before.table, plan)
  const key = rowNumber(before.table)
  const [rows] = await connection.query<{ count: number }>(sql.countRows(name))
  const total = rows?.count ?? 0
  const tell = (done: number) => onRows?.({ table: name, done, total })
  tell(0)
  let after: string | undefined
  for (let done = sliceRows; key !== null && done < total; done += sliceRows) {
    const [end] = await connection.query<{ upTo: string }>(sql.sliceEnd(name, { key, after }, sliceRows))
    if (!end) break
    await connection.run(sql.copyRows(name, next, columns, { key, after, upTo: end.upTo }))
    after = end.upTo
    tell(done)
  }
  const rest = key !== null && after !== undefined ? { key, after } : undefined
  await connection.run(sql.copyRows(name, next, columns, rest))
  if (total > 0) tell(total)
}

/** A row's number is kept even where no column shows it: a search index may know the row by it. */
function copiedColumns(before: TableSpec, { after, values }: TablePlan): sql.CopiedColumns {
  const [from, to] = [rowNumber(before), hiddenRowNumber(after)]
  return [...(from !== null && to !== null ? [[to, sql.quote(from)] as [string, string]] : []), ...values]
}

/** The name by which a row's number is read; null where rows have none, or where columns have taken all its names. */
const rowNumber = (table: TableSpec) => rowNumberColumn(table) ?? hiddenRowNumber(table)

function hiddenRowNumber(table: TableSpec): string | null {
  if (isWithoutRowid(table) || rowNumberColumn(table) !== null) return null
  const taken = Object.keys(table.columns)
  const free = ['rowid', '_rowid_', 'oid'].find((name) => !taken.some((column) => sameName(column, name)))
  return free ?? null
}

const countsUp = ({ primaryKey }: TableSpec) =>
  primaryKey !== undefined && 'column' in primaryKey && primaryKey.isAutoIncrement === true

async function freeName(connection: SchemaConnection, wanted: string): Promise<string> {
  const names = (await readObjects(connection)).map(({ name }) => name)
  let name = wanted
  while (names.some((other) => sameName(other, name))) name += '_'
  return name
}
