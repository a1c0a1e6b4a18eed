import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile } from '../database/migrate'
import { allRevisions } from '../database/revisions'
import { removeScratch, SideConnection } from '../database/scratch'
import { damageOnly } from './salvageDamage'
import { readTablePage, storedRows, type Storage, type TablePage } from './salvagePages'

/** A table as our files have it, its columns in the order of their rows. Rows of earlier versions have the first of them. */
interface Layout {
  table: string
  columns: { name: string; type: string; isNullable: boolean }[]
}

/** Makes a readable list of tables where that of a damaged copy has lost one: the pages of our tables are known by their
 *  rows. Answers whether it had to. `folder` is for scratch files. */
export async function mendSchema(
  copy: string,
  { folder, tables, stopIfCancelled }: { folder: string; tables: string[]; stopIfCancelled: () => void },
): Promise<boolean> {
  if (await hasTables(copy, tables)) return false
  await foldWal(copy)
  const layouts = await readLayouts(join(folder, 'layouts'), tables)
  const pages = await readPages(copy, stopIfCancelled)
  const roots = await findRoots(copy, pages, layouts, stopIfCancelled)
  if (roots.size === 0) return false
  await writeSchema(copy, pages.size, layouts, roots)
  return true
}

/** The revisions that made tables which an earlier file has not. */
const MADE_BY: Record<string, number> = { schools: 2, change_sets: 2, changes: 2, own_fields: 3 }

/** Whether all tables are listed that a file of its version has. */
async function hasTables(copy: string, tables: string[]): Promise<boolean> {
  const read = (sql: string) =>
    SideConnection.read(copy, (side) => side.query<{ name: string }>(sql)).catch(damageOnly<{ name: string }>)
  const names = await read(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
  const version = (await read('SELECT name FROM revisions')).length || allRevisions().length
  const found = new Set(names.map(({ name }) => name))
  return tables.filter((table) => (MADE_BY[table] ?? 1) <= version).every((table) => found.has(table))
}

/** Brings what waits beside the copy into it: it would hide the list of tables that is made anew. */
async function foldWal(copy: string): Promise<void> {
  const side = await SideConnection.open(copy)
  try {
    await side.run('PRAGMA wal_checkpoint(TRUNCATE)').catch(damageOnly)
  } finally {
    await side.close()
  }
  for (const end of ['-wal', '-shm']) await rm(copy + end, { force: true })
}

/** A new file says it best. */
async function readLayouts(file: string, tables: string[]): Promise<Layout[]> {
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

interface Pages {
  size: number
  /** Those of tables, by their numbers, which begin with 1. */
  tables: Map<number, TablePage>
}

const PAGES_AT_A_TIME = 256

async function readPages(copy: string, stopIfCancelled: () => void): Promise<Pages> {
  const handle = await open(copy, 'r')
  try {
    const header = Buffer.alloc(18)
    await handle.read(header, 0, 18, 0)
    const size = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
    const { size: length } = await handle.stat()
    const tables = new Map<number, TablePage>()
    const buffer = Buffer.alloc(PAGES_AT_A_TIME * size)
    for (let from = 0; from < length; from += buffer.length) {
      stopIfCancelled()
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
      for (let at = 0; at + size <= bytesRead; at += size) {
        const number = (from + at) / size + 1
        const page = number === 1 ? null : readTablePage(buffer.subarray(at, at + size))
        if (page) tables.set(number, page)
      }
    }
    return { size, tables }
  } finally {
    await handle.close()
  }
}

/** The first page of each table: one to which no other leads, and of several the one with most rows under it. */
async function findRoots(
  copy: string,
  { size, tables }: Pages,
  layouts: Layout[],
  stopIfCancelled: () => void,
): Promise<Map<string, number>> {
  const led = new Set([...tables.values()].flatMap((page) => (page.kind === 'interior' ? page.children : [])))
  const roots = new Map<string, { page: number; leaves: number }>()
  const handle = await open(copy, 'r')
  try {
    const page = Buffer.alloc(size)
    for (const number of tables.keys()) {
      if (led.has(number)) continue
      stopIfCancelled()
      const leaves = leavesUnder(number, tables)
      for (const leaf of leaves.slice(0, LEAVES_TRIED)) {
        await handle.read(page, 0, size, (leaf - 1) * size)
        const table = tableOfRows(storedRows(page, ROWS_TRIED), layouts)
        if (table === null) continue
        if ((roots.get(table)?.leaves ?? 0) < leaves.length)
          roots.set(table, { page: number, leaves: leaves.length })
        break
      }
    }
  } finally {
    await handle.close()
  }
  return new Map([...roots].map(([table, { page }]) => [table, page]))
}

const LEAVES_TRIED = 20
const ROWS_TRIED = 5

/** The leaves that a page leads to, each once: damaged numbers may lead in a circle. */
function leavesUnder(root: number, tables: Map<number, TablePage>): number[] {
  const seen = new Set([root])
  const leaves: number[] = []
  // A set is walked through with what is added to it meanwhile.
  for (const number of seen) {
    const page = tables.get(number)
    if (page?.kind === 'leaf') leaves.push(number)
    if (page?.kind === 'interior') for (const child of page.children) seen.add(child)
  }
  return leaves
}

/** The table that all of these rows can be of: by the number of their columns at best. */
function tableOfRows(rows: Storage[][], layouts: Layout[]): string | null {
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

const EMPTY_LEAF = [0x0d, 0, 0, 0, 0]
/** Where the header says by what a file is written and read, and that it is by a rollback journal. */
const VERSIONS_AT = 18
const BY_JOURNAL = Buffer.from([1, 1])

async function writeSchema(
  copy: string,
  size: number,
  layouts: Layout[],
  roots: Map<string, number>,
): Promise<void> {
  const handle = await open(copy, 'r+')
  try {
    const rest = Buffer.alloc(size - 100)
    rest.set([...EMPTY_LEAF, (size >> 8) & 255, size & 255, 0])
    await handle.write(rest, 0, rest.length, 100)
    await handle.write(BY_JOURNAL, 0, 2, VERSIONS_AT)
  } finally {
    await handle.close()
  }
  const side = await SideConnection.open(copy)
  try {
    await side.run('PRAGMA writable_schema=ON')
    for (const { table, columns } of layouts) {
      const [key, ...others] = columns.map(({ name }) => name)
      const sql = `CREATE TABLE ${table} (${key} INTEGER PRIMARY KEY, ${others.join(', ')})`
      const insert = 'INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)'
      const root = roots.get(table)
      if (root !== undefined) await side.run(insert, ['table', table, table, root, sql])
    }
  } finally {
    await side.close()
  }
}
