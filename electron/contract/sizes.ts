const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** A number of bytes as people read it: `4.2 MB`. */
export function formatSize(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`
}
