import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allRevisions } from '../database/revisions'
import { SideConnection } from '../database/scratch'
import { mendHeader } from './salvageCopy'
import { damageOnly } from './salvageDamage'
import { type Layout, readLayouts } from './salvageLayouts'
import { findRoots, type Root } from './salvageRoots'

interface Mending {
  /** For scratch files. */
  folder: string
  /** Those that are sought. */
  tables: string[]
  stopIfCancelled: () => void
}

/** A part of a table that can be read as one of its own. */
interface TablePart {
  table: string
  name: string
}

/** Makes a readable list of tables where that of a damaged copy has lost one: the pages of our tables are known by their
 *  rows. Answers whether it had to. */
export async function mendSchema(copy: string, mending: Mending): Promise<boolean> {
  if (await hasTables(copy, mending.tables)) return false
  return (await listByPages(copy, mending, wholesOf)).length > 0
}

/** Lists whatever can be read of tables by itself, and nothing else, in a copy that nobody reads now: what lost the pages
 *  above it is not come by from its table. The largest part comes first. */
export function listParts(copy: string, mending: Mending): Promise<TablePart[]> {
  return listByPages(copy, mending, (roots) =>
    roots.map((root) => ({ ...root, name: `${root.table}_${root.page}` })),
  )
}

/** Of several that can be a table, the one with most rows. */
function wholesOf(roots: Root[]): (Root & TablePart)[] {
  const tables = new Set(roots.map(({ table }) => table))
  return roots.flatMap((root) => (tables.delete(root.table) ? [{ ...root, name: root.table }] : []))
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

async function listByPages<Part extends Root & TablePart>(
  copy: string,
  { folder, tables, stopIfCancelled }: Mending,
  choose: (roots: Root[]) => Part[],
): Promise<Part[]> {
  await foldWal(copy)
  const layouts = await readLayouts(join(folder, 'layouts'), tables)
  const { size, roots } = await findRoots(copy, layouts, stopIfCancelled)
  const parts = choose(roots)
  if (parts.length > 0) await writeSchema(copy, size, layouts, parts)
  return parts
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
  // What waited there may have brought a header of its own.
  await mendHeader(copy)
}

const EMPTY_LEAF = [0x0d, 0, 0, 0, 0]

async function writeSchema(
  copy: string,
  size: number,
  layouts: Layout[],
  parts: (Root & TablePart)[],
): Promise<void> {
  const handle = await open(copy, 'r+')
  try {
    const rest = Buffer.alloc(size - 100)
    rest.set([...EMPTY_LEAF, (size >> 8) & 255, size & 255, 0])
    await handle.write(rest, 0, rest.length, 100)
  } finally {
    await handle.close()
  }
  const columnsOf = new Map(layouts.map(({ table, columns }) => [table, columns.map(({ name }) => name)]))
  const side = await SideConnection.open(copy)
  try {
    await side.run('PRAGMA synchronous=OFF')
    await side.run('PRAGMA writable_schema=ON')
    await side.run('BEGIN')
    for (const { table, name, page } of parts) {
      const [key, ...others] = columnsOf.get(table) ?? []
      const sql = `CREATE TABLE ${name} (${key} INTEGER PRIMARY KEY, ${others.join(', ')})`
      const insert = 'INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)'
      await side.run(insert, ['table', name, name, page, sql])
    }
    await side.run('COMMIT')
  } finally {
    await side.close()
  }
}
