import { createFile } from '../database/migrate'
import { allRevisions } from '../database/revisions'
import { removeScratch, SideConnection } from '../database/scratch'
import type { Storage } from './salvagePages'

/** A table as our files have it, its columns in the order of their rows. Rows of earlier versions have the first of them. */
export interface Layout {
  table: string
  columns: { name: string; type: string; isNullable: boolean }[]
}

/** The layouts of these tables, as a new file has them: that says it best. `file` is where it may be made for that. */
export async function readLayouts(file: string, tables: string[]): Promise<Layout[]> {
  try {
    await createFile(file, allRevisions(), { appVersion: '' })
    return await SideConnection.read(file, async (side) => {
      const layouts: Layout[] = []
      for (const table of tables) {
        const rows = await side.query<{ name: string; type: string; notnull: number }>(
          `PRAGMA table_info(${table})`,
        )
        const columns = rows.map(({ name, type, notnull }) => ({ name, type, isNullable: notnull === 0 }))
        layouts.push({ table, columns })
      }
      return layouts
    })
  } finally {
    await removeScratch(file)
  }
}

/** The table that all of these rows can be of: by the number of their columns at best. */
export function tableOfRows(rows: Storage[][], layouts: Layout[]): string | null {
  if (rows.length === 0) return null
  const fitting = layouts.filter(({ columns }) => rows.every((row) => fits(row, columns)))
  const whole = fitting.find(({ columns }) => rows[0]?.length === columns.length)
  return (whole ?? fitting[0])?.table ?? null
}

/** No table of ours, of whatever version, has fewer. */
const FEWEST_COLUMNS = 4

function fits(row: Storage[], columns: Layout['columns']): boolean {
  if (row.length < FEWEST_COLUMNS || row.length > columns.length) return false
  // The number of a row stands before the row.
  return row.every((storage, at) => {
    if (at === 0 || storage === 'null') return storage === 'null' && (at === 0 || columns[at]?.isNullable)
    const type = columns[at]?.type ?? ''
    if (/INT|BOOL/.test(type)) return storage === 'integer'
    if (/CHAR|TEXT|DATE/.test(type)) return storage === 'text'
    return true
  })
}
