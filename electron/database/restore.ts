import { rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { foldWal, requireSound, settleJournal } from './atRest'
import {
  copyBytes,
  copyInto,
  flush,
  flushFolder,
  JOURNALS,
  removeTemporaries,
  withTemporary,
  writeCopy,
} from './backup'
import { databaseSize } from './freeSpace'
import { exists, hasPendingJournal } from './header'
import { lockFile } from './lock'
import type { Revision } from './operations'
import { FileRefusedError, refusalOf } from './recognise'

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
  // Of what was left half written it shows only in the copy, where it is taken back.
  if (!(await hasPendingJournal(backup))) await requireSound(backup, revisions)
  await removeTemporaries(dirname(target), target)
  return withTemporary(target, async (temporary) => {
    await copyInto(backup, temporary, { isAtRest: true, mode: await modeOf(target) })
    await requireSound(temporary, revisions).catch((error: unknown) => {
      throw refusalOf(backup, error)
    })
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
    await writeCopy(target, keepAs, { isAtRest: true })
    return { path: keepAs, isDamaged: false }
  } catch (error) {
    if (!(error instanceof FileRefusedError) || error.reason !== 'damaged') throw error
    await copyBytes(target, keepDamagedAs)
    return { path: keepDamagedAs, isDamaged: true }
  }
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

/** A restored file is as open to others as the one that it replaces. */
async function modeOf(target: string): Promise<number> {
  return (await exists(target)) ? (await stat(target)).mode & 0o777 : 0o666 & ~process.umask()
}
