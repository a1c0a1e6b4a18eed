import { readAtRest } from '../../electron/database/atRest'
import type { Database, Row } from '../../electron/database/open'

const KEPT_APART = ['change_sets', 'changes']

/** Every row of every table but history and the search index's own pages, by table, as `.dump` would show them. */
export async function dumpOf(database: Pick<Database, 'query'>): Promise<Record<string, Row[]>> {
  const tables = await database.query<{ name: string }>(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema' ORDER BY name`,
  )
  const dump: Record<string, Row[]> = {}
  for (const { name } of tables) {
    if (KEPT_APART.includes(name)) continue
    // The order in which tables had their first row is nobody's.
    const order = name === 'sqlite_sequence' ? ' ORDER BY name' : ''
    const rows = await database.query(`SELECT * FROM ${name}${order}`)
    dump[name] =
      name === 'sqlite_sequence' ? rows.filter((row) => !KEPT_APART.includes(String(row.name))) : rows
  }
  return dump
}

/** Which numbers were given out, if to records that are gone, matters only to who gives out more. */
export function withoutNumbers({ sqlite_sequence: _, ...tables }: Record<string, Row[]>) {
  return tables
}

/** The whole schema and every row of a file that nobody writes, history included. */
export function dumpOfFile(file: string): Promise<unknown[]> {
  return readAtRest(file, async (side) => {
    const schema = await side.query<{ type: string; name: string; sql: string | null }>(
      'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name',
    )
    const dump: unknown[] = schema
    for (const { name } of schema.filter(({ type }) => type === 'table'))
      dump.push({ name, rows: await side.query(`SELECT * FROM "${name}"`) })
    return dump
  })
}
