import { readBackupName } from './backupNames'

/** So many days, weeks and months keep the newest of the backups that were made in them. */
const KEPT = { days: 7, weeks: 4, months: 12 }

/** Made without being asked for, often, and thus thinned. What a person made, and what an upgrade or a restore needs to be
 *  undone, stays. */
const THINNED = ['daily', 'before-import', 'before-change']

interface Thinnable {
  name: string
  createdAt: Date
}

/** Which of a file's backups may go, by their names alone: the newest of each of the last 7 days, 4 weeks and 12 months
 *  that have one stay. Days begin at midnight, weeks on Monday, in local time. */
export function thinnedNames(names: string[]): string[] {
  const thinnable = names
    .flatMap(thinnableOf)
    .sort((one, other) => Number(other.createdAt) - Number(one.createdAt))
  const kept = new Set([
    ...newestOfEach(thinnable, KEPT.days, dayOf),
    ...newestOfEach(thinnable, KEPT.weeks, weekOf),
    ...newestOfEach(thinnable, KEPT.months, monthOf),
  ])
  return thinnable.map(({ name }) => name).filter((name) => !kept.has(name))
}

function thinnableOf(name: string): Thinnable[] {
  const { createdAt = null, reason = null, isDamaged = true } = readBackupName(name) ?? {}
  if (createdAt === null || reason === null || isDamaged || !THINNED.includes(reason)) return []
  return [{ name, createdAt }]
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
