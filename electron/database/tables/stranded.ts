import { SchemaError } from '../schema/schemaError'
import { triggerColumns } from '../schema/indexSql'
import type { SchemaConnection } from '../operations'
import { isVirtual, readObjects, type StoredTable } from '../schema/readSchema'
import { literal, quote, readWholeSchema } from '../sql'
import { isName, namesColumn, namesIt, sameName, type Token, tokenize } from '../schema/sqlTokens'
import { type TablePlan, usersOfColumn } from './tablePlan'

/** Throws, naming it, where a constraint, an index, a trigger, a child or a virtual table uses a column that a change drops.
 *  Views and triggers elsewhere are SQLite's to look at: requireWholeSchema. */
export async function requireNoUserOfDropped(
  connection: SchemaConnection,
  { name, table }: StoredTable,
  { after, dropped }: TablePlan,
): Promise<void> {
  for (const column of dropped) {
    const users = [
      ...usersOfColumn(after, column),
      ...Object.entries(table.indexes).flatMap(([index, { columns, where }]) =>
        [
          ...columns.map((part) => (typeof part === 'string' ? quote(part) : part.expression)),
          where ?? '',
        ].some((sql) => namesColumn(sql, column))
          ? [`the index '${index}'`]
          : [],
      ),
      // SQLite would keep it and never fire it.
      ...Object.entries(table.triggers).flatMap(([trigger, sql]) =>
        triggerColumns(sql).some((one) => sameName(one, column)) ? [`the trigger '${trigger}'`] : [],
      ),
      ...(await childrenOf(connection, name, column)).map((child) => `the child table '${child}'`),
      ...(await virtualTablesOn(connection, name, column)).map((one) => `the virtual table '${one}'`),
    ]
    if (users.length > 0)
      throw new SchemaError(
        `the column '${column}' of table '${name}' cannot be dropped: it is used by ${users.join(', ')}`,
      )
  }
}

/** Throws, naming it, where a child still refers to the table. */
export async function requireNoChildren(connection: SchemaConnection, table: string): Promise<void> {
  const children = (await childrenOf(connection, table)).filter((child) => !sameName(child, table))
  if (children.length > 0)
    throw new SchemaError(
      `the table '${table}' cannot be dropped: it has the children ${children.map((child) => `'${child}'`).join(', ')}`,
    )
}

/** Throws, naming it, where a virtual table reads the rows of a table (or its column) by the name that is to change:
 *  SQLite follows a new name into views, triggers and children, never into what a virtual table was told. */
export async function requireNoVirtualTable(
  connection: SchemaConnection,
  table: string,
  column?: string,
): Promise<void> {
  const [virtual] = await virtualTablesOn(connection, table, column)
  if (virtual === undefined) return
  const what = column === undefined ? `'${table}'` : `'${column}' of '${table}'`
  throw new SchemaError(
    `${what} cannot be renamed or dropped: the virtual table '${virtual}' reads it. Drop that first, make it anew after`,
  )
}

/** Throws, naming it, where a view or a trigger means nothing any more. */
export async function requireWholeSchema(connection: SchemaConnection): Promise<void> {
  const names = (await readObjects(connection)).map(({ name }) => name)
  let spare = '_spare'
  while (names.some((name) => sameName(name, spare))) spare += '_'
  const [create = '', ask = '', drop = ''] = readWholeSchema(spare)
  // By `query`, since it is a question: nothing of it stays, and nothing of it belongs to a record of the change.
  await connection.query(create)
  try {
    await connection.query(ask)
    await compileTriggers(connection)
  } catch (error) {
    throw new SchemaError(
      `the change would leave something behind that means nothing any more: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  } finally {
    await connection.query(drop)
  }
}

/** Lets SQLite read every trigger as it would when it fires, without firing it. */
async function compileTriggers(connection: SchemaConnection): Promise<void> {
  const objects = await readObjects(connection)
  const tables = new Set(objects.flatMap(({ type, tableName }) => (type === 'trigger' ? [tableName] : [])))
  for (const table of tables) {
    const columns = await connection.query<{ name: string }>(
      `SELECT name FROM pragma_table_xinfo(${literal(table)}) WHERE hidden = 0`,
    )
    // All columns at once: that some trigger is for one of them alone.
    const values = columns.map(({ name }) => `${quote(name)} = ${quote(name)}`)
    const writes = [
      `INSERT INTO ${quote(table)} DEFAULT VALUES`,
      `UPDATE ${quote(table)} SET ${values.join(', ')}`,
      `DELETE FROM ${quote(table)}`,
    ]
    for (const write of writes) await connection.query(`EXPLAIN ${write}`)
  }
}

/** The text of each view and trigger by its name. What SQLite rewrites by itself is rewritten before: a name in quotes that
 *  was none stands there as the string that it is. */
export async function codeOf(connection: SchemaConnection): Promise<Map<string, string>> {
  await requireWholeSchema(connection)
  const objects = await readObjects(connection)
  return new Map(
    objects.filter(({ type }) => type === 'view' || type === 'trigger').map(({ name, sql }) => [name, sql]),
  )
}

/** Throws, naming it, where a view or a trigger that named a dropped column in quotes now has a string in its place: that is
 *  how SQLite reads a name in quotes that it does not know. */
export async function requireSameCode(
  connection: SchemaConnection,
  before: Map<string, string>,
  dropped: string[],
): Promise<void> {
  const after = await codeOf(connection)
  const altered = [...after].find(([name, sql]) => before.has(name) && before.get(name) !== sql)
  if (!altered) return
  throw new SchemaError(
    `the ${dropped.length > 1 ? 'columns' : 'column'} ${dropped.map((one) => `'${one}'`).join(', ')} cannot be dropped: '${altered[0]}' uses it`,
  )
}

/** The tables that refer to a table, or to a column of it. One that names no column means the parent's primary key. */
async function childrenOf(connection: SchemaConnection, table: string, column?: string): Promise<string[]> {
  const rows = await connection.query<{ child: string; parentColumn: string | null }>(
    `SELECT DISTINCT child.name AS child, key."to" AS parentColumn
     FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
     WHERE child.type = 'table' AND key."table" = ${literal(table)} COLLATE NOCASE`,
  )
  const isMeant = ({ parentColumn }: { parentColumn: string | null }) =>
    column === undefined || (parentColumn !== null && sameName(parentColumn, column))
  return [...new Set(rows.filter(isMeant).map(({ child }) => child))]
}

/** The virtual tables whose content is the table, or a view of it, and that name the column. */
async function virtualTablesOn(
  connection: SchemaConnection,
  table: string,
  column?: string,
): Promise<string[]> {
  const objects = await readObjects(connection)
  const views = objects
    .filter(({ type, sql }) => type === 'view' && namesIt(sql, table))
    .map(({ name }) => name)
  const sources = column === undefined ? [table] : [table, ...views]
  return objects.flatMap(({ name, sql }) => {
    if (!isVirtual(sql)) return []
    const [content, tokens] = [contentOf(sql), tokenize(sql)]
    const isOnIt = content !== null && sources.some((source) => sameName(source, content))
    const isNamed =
      column === undefined || tokens.some((token) => canName(token) && sameName(token.value, column))
    return isOnIt && isNamed ? [name] : []
  })
}

const canName = (token: Token) => isName(token) || token.kind === 'string'

/** The `content=` of a virtual table of FTS5: where it reads the text. */
export function contentOf(sql: string): string | null {
  const tokens = tokenize(sql)
  const place = tokens.findIndex(
    ({ value }, at) => sameName(value, 'content') && tokens[at + 1]?.value === '=' && tokens[at + 2],
  )
  return place < 0 ? null : (tokens[place + 2]?.value ?? null)
}
