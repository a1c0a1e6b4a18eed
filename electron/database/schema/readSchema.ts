import { SchemaError } from './schemaError'
import { parseIndex } from './indexSql'
import type { SchemaConnection } from '../operations'
import type { IndexSpec, Schema, TableSchema, TableSpec } from './schema'
import { literal } from '../sql'
import { normalName, sameName } from './sqlTokens'
import { keyColumns } from './tableKey'
import { parseTable } from './tableSql'

/** What a file has under the name of a table, beside the meaning of it. */
export interface StoredTable {
  /** As the file spells it. */
  name: string
  table: TableSchema
  /** The constraints whose name is not in the file: they go by the conventional one. */
  unnamed: Set<string>
  /** The statements of its indexes, then of its triggers. */
  statements: string[]
}

interface StoredObject {
  type: 'table' | 'index' | 'view' | 'trigger'
  name: string
  tableName: string
  sql: string
}

/** Everything that a file declares, but for SQLite's own tables, those that a virtual table keeps for itself, and the
 *  tables of `except`. Throws, naming it, for what has no place in a Schema: nothing is left out. */
export async function readSchema(
  connection: SchemaConnection,
  { except = [] }: { except?: string[] } = {},
): Promise<Schema> {
  const objects = await readObjects(connection)
  const schema: Schema = { tables: {}, views: {}, virtualTables: {} }
  for (const { type, name, sql } of objects) {
    if (type === 'view') schema.views[name] = sql
    if (type === 'table' && isVirtual(sql)) schema.virtualTables[name] = sql
    if (type !== 'table' || isVirtual(sql) || except.includes(name)) continue
    schema.tables[name] = (await storedTable(connection, name, objects)).table
  }
  for (const { type, name, tableName } of objects) {
    if (type === 'trigger' && !schema.tables[tableName] && !except.includes(tableName))
      throw new SchemaError(
        `the trigger '${name}' is on '${tableName}', which is no table: it has no place in a schema`,
      )
  }
  for (const { foreignKeys } of Object.values(schema.tables)) {
    for (const key of Object.values(foreignKeys ?? {}))
      if (key.references.length === 0)
        key.references = keyColumns(findTable(schema, key.table) ?? { columns: {} })
  }
  return schema
}

/** One table with its indexes and triggers. Throws where there is none of this name, or what it has cannot be read. */
export async function readTable(connection: SchemaConnection, name: string): Promise<StoredTable> {
  return storedTable(connection, name, await readObjects(connection))
}

/** What a file has, in the order in which it was made: without SQLite's own and the tables behind a virtual table. */
export function readObjects(connection: SchemaConnection): Promise<StoredObject[]> {
  return connection.query<StoredObject>(
    `SELECT type, name, tbl_name AS tableName, sql FROM sqlite_schema
     WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
     ORDER BY rowid`,
  )
}

export const isVirtual = (sql: string) => /^CREATE VIRTUAL TABLE/i.test(sql)

const findTable = ({ tables }: Schema, name: string) =>
  Object.entries(tables).find(([table]) => sameName(table, name))?.[1]

async function storedTable(
  connection: SchemaConnection,
  wanted: string,
  objects: StoredObject[],
): Promise<StoredTable> {
  const found = objects.find(({ type, name }) => type === 'table' && sameName(name, wanted))
  if (!found) throw new SchemaError(`there is no table '${wanted}'`)
  if (isVirtual(found.sql))
    throw new SchemaError(`'${wanted}' is a virtual table: drop it and create it anew instead`)
  const { name, table, unnamed } = parseTable(found.sql)
  await requireSameReading(connection, name, table)
  const [indexes, triggers] = (['index', 'trigger'] as const).map((kind) =>
    objects.filter(({ type, tableName }) => type === kind && sameName(tableName, name)),
  ) as [StoredObject[], StoredObject[]]
  return {
    name,
    unnamed,
    statements: [...indexes, ...triggers].map(({ sql }) => sql),
    table: {
      ...table,
      indexes: Object.fromEntries(indexes.map((index) => [index.name, indexOf(index.sql)])),
      triggers: Object.fromEntries(triggers.map((trigger) => [trigger.name, trigger.sql])),
    },
  }
}

function indexOf(sql: string): Omit<IndexSpec, 'table'> {
  const { columns, isUnique, where } = parseIndex(sql)
  return { columns, ...(isUnique && { isUnique }), ...(where !== undefined && { where }) }
}

/** SQLite has read the same statement: whatever it found there that we did not, or the other way round, is an error. */
async function requireSameReading(
  connection: SchemaConnection,
  name: string,
  table: TableSpec,
): Promise<void> {
  const [theirs] = await connection.query<{ columns: string; uniques: string; keys: string }>(
    READING.replaceAll('$table', literal(name)),
  )
  const ours = { columns: columnsOf(table), uniques: uniquesOf(table), keys: foreignKeysOf(table) }
  for (const part of ['columns', 'uniques', 'keys'] as const) {
    const [said, read] = [new Set(JSON.parse(theirs?.[part] ?? '[]') as string[]), new Set(ours[part])]
    const differences = [
      ...[...said].filter((one) => !read.has(one)),
      ...[...read].filter((one) => !said.has(one)),
    ]
    if (differences.length > 0)
      throw new SchemaError(
        `the table '${name}' is not understood: SQLite reads it otherwise in ${differences.join('; ')}`,
      )
  }
}

/** Texts to compare, as one JSON array of each kind. */
const READING = `SELECT
  (SELECT json_group_array(concat_ws(' ', cid, lower(name), iif(pk, 'key', "notnull"), pk, max(hidden, 1)))
   FROM pragma_table_xinfo($table)) AS columns,
  (SELECT json_group_array(columns) FROM (
    SELECT (SELECT group_concat(lower(name), ',' ORDER BY seqno) FROM pragma_index_info(list.name)) AS columns
    FROM pragma_index_list($table) AS list WHERE origin = 'u')) AS uniques,
  (SELECT json_group_array(key) FROM (
    SELECT group_concat(lower("from"), ',' ORDER BY seq) || ' ' || lower("table") || ' ' || on_delete || ' ' || on_update
      AS key FROM pragma_foreign_key_list($table) GROUP BY id)) AS keys`

function columnsOf(table: TableSpec): string[] {
  const key = keyColumns(table).map(normalName)
  return Object.entries(table.columns).map(([column, { isNullable = false, rest = '' }], place) => {
    const [name, ordinal] = [normalName(column), key.indexOf(normalName(column)) + 1]
    return [place, name, ordinal > 0 ? 'key' : Number(!isNullable), ordinal, generatedKind(rest)].join(' ')
  })
}

const generatedKind = (rest: string) => (/ STORED$/i.test(rest) ? 3 : / VIRTUAL$/i.test(rest) ? 2 : 1)

const uniquesOf = ({ uniques = {} }: TableSpec) =>
  Object.values(uniques).map((columns) => normalName(columns.join(',')))

const foreignKeysOf = ({ foreignKeys = {} }: TableSpec) =>
  Object.values(foreignKeys).map(
    ({ columns, table, onDelete = 'NO ACTION', onUpdate = 'NO ACTION' }) =>
      `${normalName(columns.join(','))} ${normalName(table)} ${onDelete} ${onUpdate}`,
  )
