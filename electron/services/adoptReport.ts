import type { AdoptReport, Mend, MendKind } from '../contract/adopt'
import type { SideConnection } from '../database/scratch'
import { csvLine } from '../exchange/csvWriter'
import { shortenings } from './adoptRows'
import type { AdoptedTable } from './adoptTables'
import { writeWhole } from './wholeFile'

/** Mends of each kind that a report has. */
const FIRST = 50
const PAGE_ROWS = 1_000

/** What was mended, kind by kind, and how many records lost something of a time. */
export async function readMends(
  scratch: SideConnection,
  tables: AdoptedTable[],
): Promise<Pick<AdoptReport, 'mends' | 'shortened'>> {
  const kinds = await scratch.query<{ kind: MendKind; count: number }>(
    'SELECT kind, count(*) AS count FROM mends GROUP BY kind ORDER BY kind',
  )
  const mends = await Promise.all(
    kinds.map(async ({ kind, count }) => ({
      kind,
      count,
      first: await scratch.query<Mend>(
        `SELECT entity, id, column, before, after FROM mends WHERE kind = '${kind}' ORDER BY rowid LIMIT ${FIRST}`,
      ),
    })),
  )
  return { mends, shortened: await countShortened(scratch, tables) }
}

/** Writes all mends to a CSV file. */
export function writeMends(
  scratch: SideConnection,
  path: string,
  stopIfCancelled: () => void,
): Promise<void> {
  return writeWhole(path, async (handle) => {
    await handle.appendFile(`\uFEFF${csvLine(['kind', 'entity', 'id', 'column', 'before', 'after'])}\r\n`)
    for (let last = 0; ;) {
      stopIfCancelled()
      const rows = await scratch.query<Mend & { kind: string; place: number }>(
        `SELECT rowid AS place, kind, entity, id, column, before, after FROM mends WHERE rowid > ${last} ORDER BY rowid LIMIT ${PAGE_ROWS}`,
      )
      const lines = rows.map(({ kind, entity, id, column, before, after }) =>
        csvLine([kind, entity, String(id), column ?? '', before ?? '', after ?? '']),
      )
      await handle.appendFile(lines.map((line) => `${line}\r\n`).join(''))
      const lastRow = rows.at(-1)
      if (!lastRow) return
      last = lastRow.place
    }
  })
}

async function countShortened(scratch: SideConnection, tables: AdoptedTable[]): Promise<number> {
  const counts = tables.map(
    ({ table, columns }) =>
      `(SELECT count(*) FROM seed.${table} r WHERE ${shortenings(columns).join(' OR ')})`,
  )
  const [row] = await scratch.query<{ count: number }>(`SELECT ${counts.join(' + ')} AS count`)
  return row?.count ?? 0
}
