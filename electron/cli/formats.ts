import { notOneOf, usageError } from './arguments'

/** Named in the description of the command line, and not there yet. */
export const IMPORT_FORMATS_TO_COME = [
  'xlsx',
  'json',
  'archive',
  'oneroster',
  'moodle',
  'sds',
  'google',
  'clever',
]
export const EXPORT_FORMATS_TO_COME = [
  'csv-spreadsheet',
  'xlsx',
  'json',
  'archive',
  'oneroster',
  'moodle',
  'google',
]

/** Throws `usage` for a format that is not there, and says so where it is to come. */
export function requireFormat(format: string, known: readonly string[], toCome: readonly string[]): void {
  if (known.includes(format)) return
  if (toCome.includes(format))
    throw usageError('later', { name: '--format', value: format, values: known.join(', ') })
  throw notOneOf('--format', format, known)
}
