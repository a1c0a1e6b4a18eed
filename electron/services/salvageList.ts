import { basename, dirname, extname, join } from 'node:path'
import type { SalvageReport } from '../contract/salvage'
import type { Database } from '../database/open'
import { SideConnection } from '../database/scratch'
import { csvLine } from '../exchange/csvWriter'
import { ENTITY_TABLES } from './salvageHistory'
import { words } from './words'
import { writeWhole } from './wholeFile'

/** Where the list of a salvaged file lies: `school.rollbook` has `school-salvaged.csv`. */
export const listOf = (file: string) => join(dirname(file), `${basename(file, extname(file))}-salvaged.csv`)

/** How much of each entity was salvaged, and was not. `attach` has what was read and found. */
export async function countSalvaged(database: Database, attach: { scratch: string }) {
  const counts = await database.write(
    async () => {
      const all: [string, object][] = []
      for (const { entity, table } of ENTITY_TABLES) {
        const counted = (...reasons: string[]) =>
          `(SELECT count(*) FROM scratch.findings WHERE entity = '${entity}' AND reason IN (${reasons.map((reason) => `'${reason}'`).join(', ')}))`
        const row = await database.queryOne(
          `SELECT (SELECT count(*) FROM main.${table}) AS salvaged, ${counted('unreadable')} AS unreadable,
            ${counted('parent-missing', 'rule-broken')} AS leftOut, ${counted('not-in-history', 'differs-from-history')} AS unconfirmed`,
        )
        all.push([entity, row ?? {}])
      }
      return all
    },
    { attach },
  )
  return Object.fromEntries(counts) as SalvageReport['counts']
}

/** Writes the list of what was found, if there is anything in it. */
export async function writeList(rows: string, path: string, stopIfCancelled: () => void): Promise<boolean> {
  return SideConnection.read(rows, async (side) => {
    const [any] = await side.query('SELECT 1 FROM findings LIMIT 1')
    if (!any) return false
    await writeWhole(path, async (handle) => {
      await handle.appendFile(`\uFEFF${csvLine(['entity', 'id', 'reason', 'words', 'values'])}\r\n`)
      for (let last = 0; ;) {
        stopIfCancelled()
        const page = await side.query<Finding>(
          `SELECT rowid AS place, * FROM findings WHERE rowid > ${last} ORDER BY rowid LIMIT 500`,
        )
        const lines = page.map(({ entity, id, reason, row }) =>
          csvLine([entity, String(id), reason, words(`salvage.reasons.${reason}`), row ?? '']),
        )
        await handle.appendFile(lines.map((line) => `${line}\r\n`).join(''))
        const end = page.at(-1)
        if (!end) return
        last = end.place
      }
    })
    return true
  })
}

interface Finding {
  place: number
  entity: string
  id: number
  reason: string
  row: string | null
}
