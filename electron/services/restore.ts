import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../contract/errors'
import { backupFolder, copyBytes, writeCopy } from '../database/backup'
import { canBeReplaced, isSameFile } from '../database/filePlace'
import { exists } from '../database/header'
import type { ReadMounts } from '../database/mounts'
import { FileRefusedError } from '../database/recognise'
import { restoreFile, type KeptFile } from '../database/restore'
import { allRevisions } from '../database/revisions'
import { backupName } from './backupNames'
import { versionOf } from './backups'
import { requireOwnDisk } from './schoolFile'

export type { KeptFile }

export interface RestoreRequest {
  /** Who restores, as history knows them, and by which program. */
  person: string
  appVersion: string
  at: Date
  /** The backup as somebody has seen it, where it must be that still. */
  version?: string | undefined
  /** Runs once the backup is found good and copied: whoever has the file open lets it go here. */
  letGo?: () => Promise<void>
  /** The disks of this computer, where it is not to be asked itself. */
  readMounts?: ReadMounts | undefined
}

/** Puts a backup in a file's place, all of it or nothing, and answers where the replaced file is kept: null where there
 *  was none. Throws AppError, FileRefusedError for what is not to be restored, FileLockedError or NoSpaceError. */
export async function restoreBackup(
  backup: string,
  target: string,
  { person, appVersion, at, version, letGo, readMounts }: RestoreRequest,
): Promise<KeptFile | null> {
  if (await isSameFile(backup, target)) throw new AppError('conflict', { reason: 'backup-is-file' })
  if (!(await exists(dirname(target))) || !(await canBeReplaced(target)))
    throw new AppError('file-unwritable', { file: target })
  await requireOwnDisk(target, readMounts)
  const keepAs = (isDamaged: boolean) =>
    join(backupFolder(target), backupName(target, 'before-restore', at, isDamaged))
  return restoreFile(backup, target, {
    revisions: allRevisions(),
    keepAs: keepAs(false),
    keepDamagedAs: keepAs(true),
    holder: `${person}, Rollbook ${appVersion}`,
    now: at,
    letGo: async () => {
      // Asked once it is copied: whoever replaces it from now on changes nothing.
      if (version !== undefined && (await versionOf(backup)) !== version)
        throw new AppError('conflict', { reason: 'backup-changed' })
      await letGo?.()
    },
  })
}

/** Writes a copy of a file, sound or not, to another place. `isWhole` is false where only its bytes could be had, which
 *  then lie there with those of its journals. */
export async function saveCopy(file: string, target: string): Promise<{ isWhole: boolean }> {
  if (await isSameFile(file, target)) throw new AppError('conflict', { reason: 'copy-over-file' })
  if (!(await canBeReplaced(target))) throw new AppError('file-unwritable', { file: target })
  // What a database left beside the name would be put into the copy.
  for (const end of ['-wal', '-journal'])
    if (await exists(target + end)) throw new AppError('file-exists', { file: target + end })
  try {
    await writeCopy(file, target, { isAtRest: false })
    return { isWhole: true }
  } catch (error) {
    if (!(error instanceof FileRefusedError) || error.reason !== 'damaged') throw error
    await rm(target, { force: true })
    await copyBytes(file, target)
    return { isWhole: false }
  }
}
