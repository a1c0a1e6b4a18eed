// Between the stored form of a value and the contract's.

/** `2026-11-22 20:06:45.009 +00:00` as ISO 8601 with Z. */
export function instantOf(stored: string | null): string | null {
  return stored === null ? null : `${stored.slice(0, 10)}T${stored.slice(11, 23)}Z`
}

/** The school day of an instant stored at midnight UTC. */
export function dayOf(stored: string | null): string | null {
  return stored === null ? null : stored.slice(0, 10)
}

/** A school day as the instant that it is stored as. */
export function midnightOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`)
}

/** A school day in the stored form of an instant, for comparing in SQL. */
export function storedMidnight(day: string): string {
  return `${day} 00:00:00.000 +00:00`
}

/** The school's day by this computer's clock and zone. */
export function dayOfClock(now: Date): string {
  const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** The beginning of a day by this computer's clock and zone, `days` later, in the stored form of an instant. */
export function storedStartOf(day: string, days = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  // Not by adding hours: a day of changed clocks has 23 or 25.
  const start = new Date(year, month - 1, date + days)
  return start.toISOString().replace('T', ' ').replace('Z', ' +00:00')
}
