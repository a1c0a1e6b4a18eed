import type { SideConnection } from '../database/scratch'
import { isDamage } from './salvageDamage'

/** A table of a damaged file: its integer key, which is where SQLite keeps a row, and its columns. */
export interface SalvagedTable {
  table: string
  key: string
  columns: string[]
  /** Whether the file may be without some of them: it is of an earlier version. */
  isOlder: boolean
}

export interface SalvageControl {
  /** Throws when the salvage was told to stop. */
  stopIfCancelled: () => void
  progress: (done: number, total: number) => void
  /** Bytes of the damaged file. */
  size: number
}

/** Reads what can be read of a table of the attached `damaged` into a table of the same name: where a range of keys fails,
 *  each half of it by itself, down to the single row. `known` gets the keys of rows that must have been there.
 *  Answers whether nothing of it failed. */
export async function readTable(
  side: SideConnection,
  { table, key, columns, isOlder }: SalvagedTable,
  control: SalvageControl,
): Promise<boolean> {
  const others = columns.filter((column) => column !== key)
  await side.run(`CREATE TABLE ${table} (${key} INTEGER PRIMARY KEY, ${others.join(', ')})`)
  const declared = await unlessDamaged(side.query<{ name: string }>(`PRAGMA damaged.table_info(${table})`))
  const there = columns.filter((column) => declared?.some(({ name }) => name === column))
  if (!there.includes(key) || (there.length < columns.length && !isOlder)) return false
  const names = there.join(', ')
  await noteIndexed(side, { table, key })
  const copy = `INSERT OR IGNORE INTO ${table} (${names}) SELECT ${names} FROM damaged.${table} NOT INDEXED`
  const last = await lastKey(side, { table, key }, control.size)
  const failures = await readRanges(side, { copy, table, key, last }, control)
  await readKnown(side, { copy, table, key }, control)
  return failures === 0
}

/** Reads, and answers null where the file is damaged there. Any other failure, one of the disk too, is thrown. */
async function unlessDamaged<Result>(reading: Promise<Result>): Promise<Result | null> {
  try {
    return await reading
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

/** An index that can be read whole tells which rows there are. */
async function noteIndexed(
  side: SideConnection,
  { table, key }: Pick<SalvagedTable, 'table' | 'key'>,
): Promise<void> {
  const indexes = await unlessDamaged(
    side.query<{ name: string }>(
      `SELECT name FROM pragma_index_list('${table}', 'damaged') WHERE NOT partial`,
    ),
  )
  for (const { name } of indexes ?? []) {
    const noted = await unlessDamaged(
      side
        .run(
          `INSERT OR IGNORE INTO known SELECT '${table}', ${key} FROM damaged.${table} INDEXED BY "${name}"
            WHERE typeof(${key}) = 'integer'`,
        )
        .then(() => true),
    )
    if (noted) return
  }
}

/** The highest key that a row may have. Where nothing tells it, no file has more rows than fit into it. */
async function lastKey(
  side: SideConnection,
  { table, key }: Pick<SalvagedTable, 'table' | 'key'>,
  size: number,
): Promise<number> {
  const sources = [
    `SELECT max(id) AS id FROM known WHERE name = '${table}'`,
    `SELECT seq AS id FROM damaged.sqlite_sequence WHERE name = '${table}'`,
    `SELECT max(${key}) AS id FROM damaged.${table}`,
  ]
  const found: number[] = []
  for (const source of sources) {
    const [row] = (await unlessDamaged(side.query<{ id: unknown }>(source))) ?? []
    if (typeof row?.id === 'number' && row.id > 0) found.push(row.id)
  }
  return found.length > 0 ? Math.max(...found) : Math.ceil(size / SMALLEST_ROW)
}

const SMALLEST_ROW = 8
/** Rows that are read at a time. */
const SLICE = 5_000
/** Ranges that may fail: a file of which more is gone is looked up row by row by the keys that are known. */
const FAILURES_MAX = 20_000

interface Reading {
  copy: string
  table: string
  key: string
  last: number
}

/** Answers how many ranges failed. */
async function readRanges(
  side: SideConnection,
  { copy, table, key, last }: Reading,
  control: SalvageControl,
) {
  const ranges: [from: number, to: number][] = [[1, last]]
  let failures = 0
  for (let range = ranges.pop(); range && failures < FAILURES_MAX; range = ranges.pop()) {
    control.stopIfCancelled()
    const [from, to] = range
    control.progress(from, last)
    const slice = `${copy} WHERE ${key} BETWEEN ? AND ? ORDER BY ${key} LIMIT ${SLICE}`
    const isRead = await unlessDamaged(side.run(slice, [from, to]).then(() => true))
    if (isRead) {
      const [end] = await side.query<{ id: number | null }>(
        `SELECT max(${key}) AS id FROM ${table} WHERE ${key} BETWEEN ? AND ?`,
        [from, to],
      )
      if (end?.id && end.id < to) ranges.push([end.id + 1, to])
      continue
    }
    failures++
    if (from === to) continue
    const middle = Math.floor((from + to) / 2)
    ranges.push([middle + 1, to], [from, middle])
  }
  return failures
}

/** Rows that are known and were not come by: keys out of order hide those behind them from a range. */
async function readKnown(
  side: SideConnection,
  { copy, table, key }: Omit<Reading, 'last'>,
  { stopIfCancelled }: SalvageControl,
): Promise<void> {
  for (let last = 0; ;) {
    stopIfCancelled()
    const missing = await side.query<{ id: number }>(
      `SELECT id FROM known WHERE name = ? AND id > ? AND id NOT IN (SELECT ${key} FROM ${table}) ORDER BY id LIMIT 500`,
      [table, last],
    )
    for (const { id } of missing) await unlessDamaged(side.run(`${copy} WHERE ${key} = ?`, [id]))
    const end = missing.at(-1)
    if (!end) return
    last = end.id
  }
}
