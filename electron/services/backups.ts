import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Backup, type BackupReason, isRestorable } from '../contract/backups'
import { AppError } from '../contract/errors'
import { readAtRest, requireReadable } from '../database/atRest'
import { backUp, backupFolder } from '../database/backup'
import { exists } from '../database/header'
import { allRevisions } from '../database/revisions'
import { backupName, readBackupName } from './backupNames'
import { toAppError } from './failures'
import { readFileInfo } from './fileInfo'

/** A change of more records has a backup made before it, unless one is younger than an hour. */
export const LARGE_CHANGE = 1_000
const HOUR = 3_600_000

export interface BackUpOptions {
  reason: BackupReason
  at: Date
  /** The file's own folder of backups where it is not given. */
  folder?: string
}

/** Writes a verified copy of a school's file, whoever holds it and of whatever version, and answers its path. */
export async function backUpFile(
  file: string,
  { reason, at, folder = backupFolder(file) }: BackUpOptions,
): Promise<string> {
  const target = join(folder, backupName(file, reason, at))
  if (await exists(target)) throw new AppError('file-exists', { file: target })
  await backUp(file, target, allRevisions())
  return target
}

/** Makes a backup before a change of so many records, unless one is younger than an hour. `at` is now. */
export async function backUpBefore(
  file: string,
  recordCount: number,
  { reason, at }: Pick<BackUpOptions, 'reason' | 'at'>,
): Promise<void> {
  if (recordCount <= LARGE_CHANGE) return
  if ((await newestOfTheFile(backupFolder(file), at, new Date(at.getTime() - HOUR))) !== null) return
  await backUpFile(file, { reason, at })
}

/** The backups of a file, each looked through once, the newest first. The file itself need not be there. */
export async function listBackups(file: string): Promise<Backup[]> {
  const backups: Backup[] = []
  // One after another: each is read whole.
  for (const name of await backupNames(backupFolder(file)))
    backups.push(await describeBackup(join(backupFolder(file), name)))
  return backups.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
}

/** The path of a backup by its name in the list. Throws `not-found`: no name leads out of the folder. */
export async function findBackup(file: string, name: string): Promise<string> {
  if (!(await backupNames(backupFolder(file))).includes(name))
    throw new AppError('not-found', { entity: 'backup', name })
  return join(backupFolder(file), name)
}

/** The names of the backups in a folder; none where there is no such folder. */
export async function backupNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isFile() && readBackupName(entry.name) ? [entry.name] : []))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

/** When the newest backup in a folder was made that can be restored and is of what the file holds, not of what it was
 *  before an upgrade or a restore; null where there is none later than `after`. What a clock that was ahead has dated later
 *  than `at` says nothing. */
export async function newestOfTheFile(folder: string, at: Date, after = new Date(0)): Promise<Date | null> {
  const names = (await datedNames(folder)).filter(({ createdAt }) => createdAt > after && createdAt <= at)
  for (const { name, createdAt } of names.sort(
    (one, other) => Number(other.createdAt) - Number(one.createdAt),
  ))
    if (isRestorable(await describeBackup(join(folder, name)))) return createdAt
  return null
}

/** Looks through one file as a backup. What is wrong with it is part of the answer; throws where it is not there. */
export async function describeBackup(path: string): Promise<Backup> {
  const named = readBackupName(basename(path))
  const stats = await statOf(path)
  return {
    name: basename(path),
    createdAt: (named?.createdAt ?? stats.mtime).toISOString(),
    reason: named?.reason ?? null,
    size: stats.size,
    version: await versionOf(path),
    ...(named?.isDamaged ? unknown('damaged') : await lookThroughOnce(path)),
  }
}

type Content = Omit<Backup, 'name' | 'createdAt' | 'reason' | 'size' | 'version'>

/** What was found in files that were read from beginning to end, as long as this process runs. */
const seen = new Map<string, { version: string; content: Content }>()

/** Reads a file again only where it, or a `-wal` beside it, was written since. */
async function lookThroughOnce(path: string): Promise<Content> {
  const version = await versionOf(path)
  const known = seen.get(path)
  if (known?.version === version) return known.content
  try {
    const content = await lookThrough(path)
    seen.set(path, { version, content })
    return content
  } catch (error) {
    return unknown(stateOf(error))
  }
}

/** Changes with every write of a file, or of a `-wal` beside it, and with another file in its place. */
export async function versionOf(path: string): Promise<string> {
  return `${await stampOf(path)} ${await stampOf(`${path}-wal`)}`
}

/** Empty where there is no file. */
async function stampOf(path: string): Promise<string> {
  if (!(await exists(path))) return ''
  const { ino, size, mtimeMs, ctimeMs } = await statOf(path)
  return [ino, size, mtimeMs, ctimeMs].join()
}

async function lookThrough(path: string): Promise<Content> {
  const { schema, pending, counts, integrity } = await readFileInfo(path, readAtRest)
  if (integrity !== 'ok') await requireReadable(path)
  if (integrity !== 'ok') return { state: 'damaged', schema, pending, counts }
  const [orphan] = await readAtRest(path, (side) =>
    side.query('SELECT 1 FROM pragma_foreign_key_check LIMIT 1'),
  )
  return { state: orphan ? 'orphans' : 'sound', schema, pending, counts }
}

const unknown = (state: Backup['state']) => ({ state, schema: null, pending: null, counts: null })

/** What an error met in reading means. One that says nothing of the file itself goes on. */
function stateOf(error: unknown): Backup['state'] {
  switch (toAppError(error).code) {
    case 'damaged-file':
      return 'damaged'
    case 'foreign-file':
      return 'foreign'
    case 'newer-file':
      return 'newer'
    case 'file-unreadable':
    case 'file-unwritable':
    case 'read-only':
      return 'unreadable'
    default:
      throw error
  }
}

/** Made while the file held what it holds still, but for changes that history knows: not before an upgrade or a restore. */
const OF_THE_FILE: BackupReason[] = ['by-hand', 'daily', 'before-import', 'before-change']

async function datedNames(folder: string): Promise<{ name: string; createdAt: Date }[]> {
  return (await backupNames(folder)).flatMap((name) => {
    const { createdAt = null, reason = null } = readBackupName(name) ?? {}
    return createdAt !== null && reason !== null && OF_THE_FILE.includes(reason) ? [{ name, createdAt }] : []
  })
}

async function statOf(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new AppError('not-found', { entity: 'file', file: path })
  }
}
