import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { databaseFailure } from './failures'
import { exists, hasPendingJournal } from './header'
import { FileLockedError } from './lock'
import type { Revision, SchemaConnection } from './operations'
import { appliedCount, FileRefusedError, requireRevisions } from './recognise'
import { SideConnection } from './scratch'

/** What is checked: the free pages, which go by the name of the schema, and all tables, up to so many complaints. The second
 *  has to see the free pages too, and does not where the first thing that it comes to, in no order of ours, is a view: it
 *  has no page, and an empty place at the head of the list is how SQLite itself marks the check of one table. */
const CHECKED = ['sqlite_schema', '100']

/** Reads a file that nobody writes, with what stands in a `-wal` of its own. Neither the file is altered, nor is anything
 *  left beside it: a database in WAL mode would else get two files by being read. */
export async function readAtRest<Result>(
  file: string,
  work: (side: SideConnection) => Promise<Result>,
): Promise<Result> {
  if (!(await exists(`${file}-wal`))) return SideConnection.readImmutable(file, work)
  return leavingNoIndex(file, () => SideConnection.read(file, work))
}

/** How many of the revisions a file at rest has had, once all of it was looked through. Throws FileRefusedError for what
 *  is missing, foreign, newer or damaged. */
export async function requireSound(file: string, revisions: Revision[]): Promise<number> {
  return damageRefused(file, async () => {
    const applied = await leavingNoIndex(file, () => appliedCount(file, revisions))
    await readAtRest(file, async (side) => {
      await requireRevisions((sql) => side.query(sql), revisions.slice(0, applied), file)
      await refuseDamage(side, file)
    })
    return applied
  })
}

/** Takes back what a killed program left half written, where a rollback journal says what was there before: until then
 *  nobody can read the file who may not write it. */
export async function settleJournal(file: string): Promise<void> {
  if (!(await hasPendingJournal(file))) return
  const side = await SideConnection.open(file)
  try {
    await side.query('SELECT count(*) FROM sqlite_schema')
  } finally {
    await side.close()
  }
}

/** Brings what waits in a `-wal` into the file that it is of, and leaves none. Throws FileLockedError where another program
 *  reads the file: it would go on with the journal of a file that is gone. */
export async function foldWal(target: string): Promise<void> {
  if (!(await exists(`${target}-wal`))) return
  const side = await SideConnection.open(target)
  try {
    await side.run('PRAGMA busy_timeout=5000')
    const [mode] = await side.query<{ journal_mode: string }>('PRAGMA journal_mode=DELETE')
    if (mode?.journal_mode !== 'delete') throw new FileLockedError(null)
  } finally {
    await side.close()
  }
}

/** What SQLite's check complains of first, or null. A search index that lost touch with the records is no damage: it is
 *  made anew from them. */
export async function findDamage(side: Pick<SchemaConnection, 'query'>): Promise<string | null> {
  const rows: { quick_check: string }[] = []
  for (const what of CHECKED)
    rows.push(...(await side.query<{ quick_check: string }>(`PRAGMA quick_check(${what})`)))
  const complaints = rows.flatMap((row) => row.quick_check.split('\n'))
  return complaints.find((line) => line !== 'ok' && !line.startsWith('***') && !/fts5/i.test(line)) ?? null
}

/** Throws FileRefusedError where SQLite's check complains of a file. */
export async function refuseDamage(side: Pick<SchemaConnection, 'query'>, file: string): Promise<void> {
  if ((await findDamage(side)) === null) return
  await requireReadable(file)
  throw new FileRefusedError('damaged', file)
}

/** Runs `work` and throws FileRefusedError for what SQLite finds damaged in `file`. */
export async function damageRefused<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (databaseFailure(error)?.kind !== 'damaged') throw error
    await requireReadable(file)
    throw new FileRefusedError('damaged', file)
  }
}

/** Throws FileRefusedError where some byte of a file cannot be read, which SQLite takes for damage of the file. */
export async function requireReadable(file: string): Promise<void> {
  const stream = createReadStream(file, { start: 0, highWaterMark: 1_048_576 })
  stream.resume()
  await finished(stream).catch(() => {
    throw new FileRefusedError('unreadable', file)
  })
}

/** Reading a `-wal` makes an index of it, which is of no use to anybody afterwards. */
async function leavingNoIndex<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const hadIndex = await exists(`${file}-shm`)
  try {
    return await work()
  } finally {
    if (!hadIndex) await rm(`${file}-shm`, { force: true })
  }
}
