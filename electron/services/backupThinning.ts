import { backupName, readBackupName } from './backupNames'

/** So many days, weeks and months keep the newest of the backups that were made in them. */
const KEPT = { days: 7, weeks: 4, months: 12 }
const WEEK = 7 * 24 * 3_600_000

/** Made without being asked for, often, and thus thinned. What a person made, and what an upgrade or a restore needs to be
 *  undone, stays. */
const THINNED = ['daily', 'before-import', 'before-change']

interface Thinnable {
  name: string
  createdAt: Date
}

/** Which of a file's backups may go, by their names alone. What was made in the last week stays, and the newest of each of
 *  the last 7 days, 4 weeks and 12 months that have one. Days begin at midnight, weeks on Monday, in local time. A name that
 *  this file's backups are not given is a person's, and a date after `at` a clock's mistake: neither counts or goes. */
export function thinnedNames(file: string, names: string[], at: Date): string[] {
  const thinnable = names
    .flatMap((name) => thinnableOf(file, name))
    .filter(({ createdAt }) => createdAt <= at)
    .sort((one, other) => Number(other.createdAt) - Number(one.createdAt))
  const kept = new Set([
    ...newestOfEach(thinnable, KEPT.days, dayOf),
    ...newestOfEach(thinnable, KEPT.weeks, weekOf),
    ...newestOfEach(thinnable, KEPT.months, monthOf),
  ])
  const isOld = ({ createdAt }: Thinnable) => at.getTime() - createdAt.getTime() > WEEK
  return thinnable.filter((each) => isOld(each) && !kept.has(each.name)).map(({ name }) => name)
}

/** Those of a file's backups that stay in place of the ones that go: of each the next newer one. */
export function standIns(file: string, names: string[], gone: string[]): string[] {
  const oldestFirst = names
    .flatMap((name) => thinnableOf(file, name))
    .sort((one, other) => Number(one.createdAt) - Number(other.createdAt))
    .map(({ name }) => name)
  const stays = (name: string) => !gone.includes(name)
  return [...new Set(gone.flatMap((name) => oldestFirst.slice(oldestFirst.indexOf(name)).find(stays) ?? []))]
}

function thinnableOf(file: string, name: string): Thinnable[] {
  const { createdAt = null, reason = null, isDamaged = true } = readBackupName(name) ?? {}
  if (createdAt === null || reason === null || isDamaged || !THINNED.includes(reason)) return []
  return backupName(file, reason, createdAt) === name ? [{ name, createdAt }] : []
}

/** @param backups the newest first */
function newestOfEach(backups: Thinnable[], count: number, periodOf: (at: Date) => string): string[] {
  const newest = new Map<string, string>()
  for (const { name, createdAt } of backups) {
    const period = periodOf(createdAt)
    if (newest.size < count && !newest.has(period)) newest.set(period, name)
  }
  return [...newest.values()]
}

const dayOf = (at: Date) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`
const monthOf = (at: Date) => `${at.getFullYear()}-${at.getMonth()}`

/** By its Monday. */
function weekOf(at: Date): string {
  const daysSinceMonday = (at.getDay() + 6) % 7
  return dayOf(new Date(at.getFullYear(), at.getMonth(), at.getDate() - daysSinceMonday))
}
