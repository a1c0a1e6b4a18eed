/** In this computer's zone: `2026-11-22 21:06`. */
export function localTime(instant: string): string {
  const time = new Date(instant)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`
}
