import { readSchema } from './schema/readSchema'
import type { Schema } from './schema/schema'
import { SideConnection } from './scratch'
import { countRows } from './sql'

/** Everything that a file declares, and how many rows each table has, at one moment. Whoever holds it, nothing is altered. */
export async function readFileSchema(
  file: string,
): Promise<{ schema: Schema; rows: Record<string, number> }> {
  return SideConnection.readMoment(file, async (side) => {
    const schema = await readSchema(side)
    const rows: Record<string, number> = {}
    for (const table of Object.keys(schema.tables)) {
      const [row] = await side.query<{ count: number }>(countRows(table))
      rows[table] = row?.count ?? 0
    }
    return { schema, rows }
  })
}
