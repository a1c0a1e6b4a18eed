// A school day has no time zone: both ends use UTC, so that it is never shifted.
const days = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const instants = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** A day of the school's calendar (`YYYY-MM-DD`) as people read it: 1 Sept 2026. Empty for null. */
export function formatDay(day: string | null): string {
  return day === null ? '' : days.format(new Date(`${day}T00:00:00Z`))
}

/** A point in time in this computer's own zone. Empty for null. */
export function formatInstant(instant: string | null): string {
  return instant === null ? '' : instants.format(new Date(instant))
}

/** A point in time to the second, which tells those of one minute apart. */
export function formatMoment(instant: string): string {
  return moments.format(new Date(instant))
}

/** The year of a point in time: 2026. */
export function yearOf(instant: string): string {
  return String(new Date(instant).getFullYear())
}

/** Today by this computer's clock, as `YYYY-MM-DD`. */
export function today(): string {
  return yearsAgo(0)
}

/** This day of the year, some years ago, as `YYYY-MM-DD`. */
export function yearsAgo(years: number): string {
  const now = new Date()
  now.setFullYear(now.getFullYear() - years)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}
