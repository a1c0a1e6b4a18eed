import { chmod, constants, copyFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { damageRefused, requireSound, settleJournal } from './atRest'
import {
  copyInto,
  flush,
  flushFolder,
  makeFolder,
  removeTemporaries,
  withTemporary,
  writeCopy,
  writeCopyBy,
} from './backup'
import { databaseSize, requireFreeSpace } from './freeSpace'
import { exists } from './header'
import { FileLockedError, lockFile } from './lock'
import type { Revision } from './operations'
import { FileRefusedError } from './recognise'
import { SideConnection } from './scratch'

export interface RestoreOptions {
  revisions: Revision[]
  /** Where the replaced file is kept, and where its bytes are where it is damaged. */
  keepAs: string
  keepDamagedAs: string
  /** Who restores, for whoever finds the file held. */
  holder: string
  now: Date
  /** Runs once the backup is found good and copied: whoever has the file open lets it go here. */
  letGo?: () => Promise<void>
}

/** What became of the file that was replaced. */
export interface KeptFile {
  path: string
  isDamaged: boolean
}

/** Puts a backup in a file's place and answers where the replaced one is kept; null where there was none. Whenever it is
 *  stopped, the file is the old one or the new one. Throws FileRefusedError for a backup that is not to be restored,
 *  FileLockedError or NoSpaceError; nothing was changed then. */
export async function restoreFile(
  backup: string,
  target: string,
  options: RestoreOptions,
): Promise<KeptFile | null> {
  const { revisions, letGo, holder, now } = options
  await requireSound(backup, revisions)
  await removeTemporaries(dirname(target), target)
  return withTemporary(target, async (temporary) => {
    await copyInto(backup, temporary, { isAtRest: true, mode: await modeOf(target) })
    await requireSound(temporary, revisions)
    await flush(temporary)
    await letGo?.()
    const lock = await lockFile(target, holder, now)
    try {
      const kept = await keep(target, options)
      await settle(target, kept?.isDamaged !== false)
      await rename(temporary, target)
      await flushFolder(dirname(target))
      return kept
    } finally {
      await lock.release()
    }
  })
}

/** Files beside a database that SQLite would put back into whatever stands under its name. */
const JOURNALS = ['-wal', '-journal']

/** Copies the file's bytes, and those of its journals, to `target`: what a copy that SQLite writes cannot be had of. */
export async function copyBytes(file: string, target: string): Promise<void> {
  await makeFolder(dirname(target), 0o700)
  await requireFreeSpace(dirname(target), await databaseSize(file))
  // The file itself comes last: once it is there, all of it is.
  for (const end of [...JOURNALS, '']) {
    if (!(await exists(file + end))) continue
    await copyFile(file + end, target + end, constants.COPYFILE_EXCL)
    await chmod(target + end, 0o600)
    await flush(target + end)
  }
  await flushFolder(dirname(target))
}

/** Keeps what is to be replaced, as a backup that can itself be restored where that is possible. */
async function keep(target: string, { keepAs, keepDamagedAs }: RestoreOptions): Promise<KeptFile | null> {
  if (!(await exists(target))) {
    // A journal without its file is no backup of anything, and yet somebody's records.
    if ((await databaseSize(target)) > 0) await copyBytes(target, keepDamagedAs)
    return null
  }
  try {
    // A file without a byte is a sound database to SQLite.
    if ((await stat(target)).size === 0) throw new FileRefusedError('damaged', target)
    if (await exists(`${target}-journal`))
      await writeCopyBy((copy) => copyTakenBack(target, copy), keepAs, { file: target })
    else await writeCopy(target, keepAs, { isAtRest: true })
    return { path: keepAs, isDamaged: false }
  } catch (error) {
    if (!(error instanceof FileRefusedError) || error.reason !== 'damaged') throw error
    await copyBytes(target, keepDamagedAs)
    return { path: keepDamagedAs, isDamaged: true }
  }
}

/** Copies a file as it was before what a killed program has left half written. That has to be written to be read: into the
 *  copy, while nobody knows yet whether the journal is of this file. */
async function copyTakenBack(target: string, copy: string): Promise<void> {
  await copyBytes(target, copy)
  await damageRefused(target, async () => {
    await settleJournal(copy)
    await foldWal(copy)
  })
}

/** Leaves no journal beside the file, since SQLite would put an old one into the new file and so destroy it. A sound file
 *  is itself first made whole by its journals: it is the old one all the while. */
async function settle(target: string, isDamaged: boolean): Promise<void> {
  if (!isDamaged) {
    await settleJournal(target)
    await foldWal(target)
  }
  for (const end of [...JOURNALS, '-shm']) await rm(target + end, { force: true })
  await flushFolder(dirname(target))
}

async function foldWal(target: string): Promise<void> {
  if (!(await exists(`${target}-wal`))) return
  const side = await SideConnection.open(target)
  try {
    await side.run('PRAGMA busy_timeout=5000')
    // Fails while another program reads the file: it would go on with the journal of a file that is gone.
    const [mode] = await side.query<{ journal_mode: string }>('PRAGMA journal_mode=DELETE')
    if (mode?.journal_mode !== 'delete') throw new FileLockedError(null)
  } finally {
    await side.close()
  }
}

/** A restored file is as open to others as the one that it replaces. */
async function modeOf(target: string): Promise<number> {
  return (await exists(target)) ? (await stat(target)).mode & 0o777 : 0o666 & ~process.umask()
}
