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

/** How well a table could be read. */
export interface TableRead {
  /** Whether nothing of it failed, and no row is missing that is known. */
  isWhole: boolean
  /** Whether an index told which rows there are: `known` has all of them. */
  isCounted: boolean
}

/** Reads what can be read of a table of the attached `damaged` into a table of the same name: where a range of keys fails,
 *  each half of it by itself, down to the single row. `known` gets the keys of rows that must have been there. */
export async function readTable(
  side: SideConnection,
  { table, key, columns, isOlder }: SalvagedTable,
  control: SalvageControl,
): Promise<TableRead> {
  await createRows(side, { table, key, columns })
  const declared = await unlessDamaged(side.query<{ name: string }>(`PRAGMA damaged.table_info(${table})`))
  const there = columns.filter((column) => declared?.some(({ name }) => name === column))
  if (!there.includes(key) || (there.length < columns.length && !isOlder))
    return { isWhole: false, isCounted: false }
  const isCounted = await noteIndexed(side, { table, key })
  const copy = copyOf(table, table, there)
  const last = await lastKey(side, { table, key, source: table }, control.size)
  const failures = await readRanges(side, { copy, table, key, last }, control)
  const missing = await readKnown(side, { copy, table, key }, control)
  return { isWhole: failures === 0 && missing === 0, isCounted }
}

/** Reads what can be read of a part of a table, which stands for itself in the attached `damaged`, into a table `parts` made
 *  anew. */
export async function readPart(
  side: SideConnection,
  { table, key, columns }: Omit<SalvagedTable, 'isOlder'>,
  source: string,
  control: SalvageControl,
): Promise<void> {
  await side.run('DROP TABLE IF EXISTS parts')
  await createRows(side, { table: 'parts', key, columns })
  const copy = copyOf('parts', source, columns)
  const last = await lastKey(side, { table, key, source }, control.size)
  await readRanges(side, { copy, table: 'parts', key, last }, control)
}

async function createRows(
  side: SideConnection,
  { table, key, columns }: Omit<SalvagedTable, 'isOlder'>,
): Promise<void> {
  const others = columns.filter((column) => column !== key)
  await side.run(`CREATE TABLE ${table} (${key} INTEGER PRIMARY KEY, ${others.join(', ')})`)
}

function copyOf(table: string, source: string, columns: string[]): string {
  const names = columns.join(', ')
  return `INSERT OR IGNORE INTO ${table} (${names}) SELECT ${names} FROM damaged.${source} NOT INDEXED`
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

/** An index that can be read whole tells which rows there are. Answers whether one could. */
async function noteIndexed(
  side: SideConnection,
  { table, key }: Pick<SalvagedTable, 'table' | 'key'>,
): Promise<boolean> {
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
            WHERE typeof(${key}) = 'integer' AND ${key} <= ${LAST_KEY}`,
        )
        .then(() => true),
    )
    if (noted) return true
  }
  return false
}

/** The highest key that a row may have. Where nothing tells it, no file has more rows than fit into it. */
async function lastKey(
  side: SideConnection,
  { table, key, source }: Pick<SalvagedTable, 'table' | 'key'> & { source: string },
  size: number,
): Promise<number> {
  const questions = [
    `SELECT max(id) AS id FROM known WHERE name = '${table}'`,
    `SELECT seq AS id FROM damaged.sqlite_sequence WHERE name = '${table}'`,
    `SELECT max(${key}) AS id FROM damaged.${source}`,
  ]
  const found: number[] = []
  for (const question of questions) {
    const [row] = (await unlessDamaged(side.query<{ id: unknown }>(question))) ?? []
    if (typeof row?.id === 'number' && row.id > 0) found.push(row.id)
  }
  return found.length > 0 ? Math.min(LAST_KEY, Math.max(...found)) : Math.ceil(size / SMALLEST_ROW)
}

/** No file of ours has a higher key, and a damaged one may: numbers above it are not told apart here. */
export const LAST_KEY = Number.MAX_SAFE_INTEGER

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
    const middle = from + Math.floor((to - from) / 2)
    ranges.push([middle + 1, to], [from, middle])
  }
  return failures
}

/** Reads rows that are known and were not come by: keys out of order hide those behind them from a range. Answers how many
 *  there are that cannot be read. */
async function readKnown(
  side: SideConnection,
  { copy, table, key }: Omit<Reading, 'last'>,
  { stopIfCancelled }: SalvageControl,
): Promise<number> {
  const isMissing = `FROM known WHERE name = ? AND id > ? AND id NOT IN (SELECT ${key} FROM ${table})`
  for (let last = 0; ;) {
    stopIfCancelled()
    const missing = await side.query<{ id: number }>(`SELECT id ${isMissing} ORDER BY id LIMIT 500`, [
      table,
      last,
    ])
    for (const { id } of missing) await unlessDamaged(side.run(`${copy} WHERE ${key} = ?`, [id]))
    const end = missing.at(-1)
    if (!end) break
    last = end.id
  }
  const [left] = await side.query<{ count: number }>(`SELECT count(*) AS count ${isMissing}`, [table, 0])
  return left?.count ?? 0
}
