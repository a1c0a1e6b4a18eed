import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, extname, join } from 'node:path'
import { isRestorable, type BackupReason } from '../contract/backups'
import { backupFolder, flushFolder } from '../database/backup'
import { readBackupName } from './backupNames'
import { thinnedNames } from './backupThinning'
import { backUpFile, describeBackup, isNoFolder, isOfTheFile } from './backups'

const DAILY: BackupReason = 'daily'
const OVERDUE_AFTER = 7 * 24 * 3_600_000

/** The folder in a second place, which several computers may share, that has the backups of this file of this one. */
export function secondFolder(place: string, file: string, computer = hostname()): string {
  const hash = createHash('sha256').update(`${computer}\n${file}`).digest('hex').slice(0, 8)
  return backupFolder(join(place, `${basename(file, extname(file))}-${hash}.rollbook`))
}

/** Backs a file up into a folder once a day, if it was written since, and lets older automatic backups there go: never
 *  before the newest was read from beginning to end and found good. Answers when the newest was made.
 *  @param at now */
export async function backUpDaily(file: string, folder: string, at: Date): Promise<Date> {
  const newest = await newestOfTheFile(folder, at)
  if (newest !== null && (isSameDay(newest, at) || (await writtenAt(file)) <= newest)) return newest
  await backUpFile(file, { reason: DAILY, at, folder })
  await thin(file, folder, at)
  return at
}

/** When the newest backup in a folder was made that can be restored and is of what the file holds, not of what it was
 *  before an upgrade or a restore; null where there is none. What a clock that was ahead has dated after `at` says nothing. */
export async function newestOfTheFile(folder: string, at: Date): Promise<Date | null> {
  const past = (await datedNames(folder)).filter(({ createdAt }) => createdAt <= at)
  for (const { name, createdAt } of past.sort(newestFirst))
    if (isRestorable(await describeBackup(join(folder, name)))) return createdAt
  return null
}

/** Whether a file was written since its last backup, and that was more than a week ago. */
export async function isOverdue(file: string, last: Date, at: Date): Promise<boolean> {
  return Math.abs(at.getTime() - last.getTime()) > OVERDUE_AFTER && (await writtenAt(file)) > last
}

async function thin(file: string, folder: string, at: Date): Promise<void> {
  const names = thinnedNames(file, await namesIn(folder), at)
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
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
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

/** An empty file, such as the `-wal` that opening makes, has nothing written. */
async function modifiedAt(file: string): Promise<number> {
  try {
    const { size, mtimeMs } = await stat(file)
    return size > 0 ? mtimeMs : 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

const isSameDay = (one: Date, other: Date) => one.toDateString() === other.toDateString()
