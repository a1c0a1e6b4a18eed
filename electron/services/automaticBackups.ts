import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { isRestorable, type BackupReason } from '../contract/backups'
import { backupFolder, flushFolder } from '../database/backup'
import { readBackupName } from './backupNames'
import { thinnedNames } from './backupThinning'
import { backUpFile, describeBackup, isNoFolder, isOfTheFile } from './backups'

const DAILY: BackupReason = 'daily'

/** The folder in a second place that has the backups of this file and of no other. */
export function secondFolder(place: string, file: string): string {
  const hash = createHash('sha256').update(file).digest('hex').slice(0, 8)
  return backupFolder(join(place, `${basename(file, extname(file))}-${hash}.rollbook`))
}

/** Backs a file up into a folder once a day, if it was written since, and lets older automatic backups there go: never
 *  before the newest was read from beginning to end and found good. Answers when the newest was made.
 *  @param at now */
export async function backUpDaily(file: string, folder: string, at: Date): Promise<Date> {
  const newest = await newestOfTheFile(folder)
  if (newest !== null && (isSameDay(newest, at) || (await writtenAt(file)) <= newest)) return newest
  await backUpFile(file, { reason: DAILY, at, folder })
  await thin(folder)
  return at
}

/** When the newest backup in a folder was made that can be restored and is of what the file holds, not of what it was
 *  before an upgrade or a restore; null where there is none. */
export async function newestOfTheFile(folder: string): Promise<Date | null> {
  for (const { name, createdAt } of (await datedNames(folder)).sort(newestFirst))
    if (isRestorable(await describeBackup(join(folder, name)))) return createdAt
  return null
}

async function thin(folder: string): Promise<void> {
  const names = thinnedNames(await namesIn(folder))
  for (const name of names) await rm(join(folder, name), { force: true })
  if (names.length > 0) await flushFolder(folder)
}

async function datedNames(folder: string): Promise<{ name: string; createdAt: Date }[]> {
  return (await namesIn(folder)).flatMap((name) => {
    const { createdAt = null, reason = null } = readBackupName(name) ?? {}
    return createdAt !== null && reason !== null && isOfTheFile(reason) ? [{ name, createdAt }] : []
  })
}

const newestFirst = (one: { createdAt: Date }, other: { createdAt: Date }) =>
  Number(other.createdAt) - Number(one.createdAt)

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isNoFolder(error)) return []
    throw error
  }
}

/** When the file, or the `-wal` beside it, was written last. */
async function writtenAt(file: string): Promise<Date> {
  const times = await Promise.all([file, `${file}-wal`].map(modifiedAt))
  return new Date(Math.max(...times))
}

async function modifiedAt(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

const isSameDay = (one: Date, other: Date) => one.toDateString() === other.toDateString()
