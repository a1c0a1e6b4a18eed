import type { SchemaConnection } from '../operations'
import { readTable } from '../schema/readSchema'
import type { ForeignKeySpec } from '../schema/schema'
import { SchemaError } from '../schema/schemaError'
import { normalName, sameName } from '../schema/sqlTokens'
import { rowNumberColumn } from '../schema/tableKey'
import { literal } from '../sql'
import { BrokenRowsError, SHOWN } from './brokenRows'

/** Throws SchemaError where a foreign key refers to what is no table or no key, whichever operation made it so, and
 *  BrokenRowsError where a row names a parent that is not there. */
export async function requireParents(connection: SchemaConnection): Promise<void> {
  await requireParentTables(connection)
  const orphan = await firstOrphan(connection)
  if (!orphan) return
  const [key] = await connection.query<{ columns: string }>(
    `SELECT group_concat("from", ',' ORDER BY seq) AS columns FROM pragma_foreign_key_list(${literal(orphan.name)})
     WHERE id = ${orphan.fkid}`,
  )
  const columns = normalName(key?.columns ?? '')
  const names = await keyNames(
    connection,
    orphan.name,
    (one) => normalName(one.columns.join(',')) === columns,
  )
  const { table } = await readTable(connection, orphan.name)
  const label = rowNumberColumn(table) ?? 'row'
  const rows = (JSON.parse(orphan.rows) as number[]).map((row) => `${label} ${row}`)
  throw new BrokenRowsError(orphan.name, names[0] ?? columns, orphan.count, rows)
}

/** SQLite itself takes a key to a table that is not there as long as there are no rows. */
async function requireParentTables(connection: SchemaConnection): Promise<void> {
  const [missing] = await connection.query<{ child: string; parent: string }>(
    `SELECT child.name AS child, key."table" AS parent FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
     WHERE child.type = 'table' AND NOT EXISTS (
       SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = key."table" COLLATE NOCASE) LIMIT 1`,
  )
  if (missing) throw await keyError(connection, missing, 'and there is no such table')
}

async function firstOrphan(connection: SchemaConnection) {
  try {
    const [orphan] = await connection.query<{ name: string; fkid: number; count: number; rows: string }>(
      `SELECT "table" AS name, fkid, count(*) AS count, json_group_array(rowid) FILTER (WHERE place <= ${SHOWN}) AS rows
       FROM (SELECT *, row_number() OVER (PARTITION BY "table", fkid) AS place FROM pragma_foreign_key_check)
       GROUP BY "table", fkid LIMIT 1`,
    )
    return orphan
  } catch (error) {
    const [, child, parent] = /foreign key mismatch - "(.*)" referencing "(.*)"/.exec(String(error)) ?? []
    if (child === undefined || parent === undefined) throw error
    throw await keyError(connection, { child, parent }, 'to what is neither its primary key nor unique')
  }
}

async function keyError(
  connection: SchemaConnection,
  { child, parent }: { child: string; parent: string },
  why: string,
): Promise<SchemaError> {
  const names = await keyNames(connection, child, ({ table }) => sameName(table, parent))
  return new SchemaError(
    `table '${child}': the foreign key ${names.map((name) => `'${name}'`).join(' or ')} refers to '${parent}', ${why}`,
  )
}

/** The names of those foreign keys of a table that are meant. */
async function keyNames(
  connection: SchemaConnection,
  name: string,
  isMeant: (key: ForeignKeySpec) => boolean,
): Promise<string[]> {
  const { foreignKeys = {} } = (await readTable(connection, name)).table
  return Object.entries(foreignKeys).flatMap(([constraint, key]) => (isMeant(key) ? [constraint] : []))
}
