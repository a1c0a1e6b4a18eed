import { createHash } from 'node:crypto'
import { access, constants, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, extname, join } from 'node:path'
import { type BackupReason, isRestorable } from '../contract/backups'
import { AppError } from '../contract/errors'
import { backupFolder, flushFolder } from '../database/backup'
import { standIns, thinnedNames } from './backupThinning'
import { backUpFile, backupNames, describeBackup, newestOfTheFile } from './backups'

const DAILY: BackupReason = 'daily'
const OVERDUE_AFTER = 7 * 24 * 3_600_000

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

/** The same in another place: a folder on a stick or a share. Throws `not-found` where that is not there: a stick that was
 *  pulled out leaves a folder behind that would be filled instead. */
export async function backUpElsewhere(file: string, place: string, at: Date): Promise<Date> {
  await access(place, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new AppError('not-found', { entity: 'folder', file: place }) : error
  })
  return backUpDaily(file, secondFolder(place, file), at)
}

/** The folder in a second place, which several computers may share, that has the backups of this file of this one. */
export function secondFolder(place: string, file: string, computer = hostname()): string {
  const hash = createHash('sha256').update(`${computer}\n${file}`).digest('hex').slice(0, 8)
  return backupFolder(join(place, `${basename(file, extname(file))}-${hash}.rollbook`))
}

/** Whether a file was written since its last backup, and that was more than a week ago. */
export async function isOverdue(file: string, last: Date, at: Date): Promise<boolean> {
  return Math.abs(at.getTime() - last.getTime()) > OVERDUE_AFTER && (await writtenAt(file)) > last
}

async function thin(file: string, folder: string, at: Date): Promise<void> {
  const names = await namesToGo(file, folder, await backupNames(folder), at)
  for (const name of names) await rm(join(folder, name), { force: true })
  if (names.length > 0) await flushFolder(folder)
}

/** What may go, since something newer stays that was read from beginning to end and found good: what is damaged stands for no
 *  day, week or month. */
async function namesToGo(file: string, folder: string, names: string[], at: Date): Promise<string[]> {
  const gone = thinnedNames(file, names, at)
  const damaged = new Set<string>()
  for (const name of standIns(file, names, gone))
    if (!isRestorable(await describeBackup(join(folder, name)))) damaged.add(name)
  if (damaged.size === 0) return gone
  const rest = names.filter((name) => !damaged.has(name))
  return namesToGo(file, folder, rest, at)
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
