import { problemsOf, type Problem } from './errors'
import type { Field } from './fields'
import { fold } from './fold'
import type { DATE_ORDERS } from './imports'

export type DateOrder = (typeof DATE_ORDERS)[number]

/** What a text means for a field: its value, as the contract has it, or what is wrong with it. */
export type Cell = { ok: true; value: unknown } | { ok: false; problem: Problem }

/** Reads the text of a data file's cell, or of `field=value` in a terminal. An empty text is null where the field may
 *  be. Without `order` a day is taken only where it can be read in one way. */
export function readCell(field: Field, text: string, order: DateOrder | null = null): Cell {
  const raw = rawValue(field, text, order)
  if (!raw.ok) return raw
  const result = field.schema.safeParse(raw.value, { reportInput: true })
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, problem: Object.values(problemsOf(result.error))[0] ?? NOT_ACCEPTED }
}

/** The text from which `readCell` reads the value again; null is the empty text. */
export function writeCell(value: string | number | boolean | null): string {
  return value === null ? '' : String(value)
}

/** In which order a text puts day and month, if it alone tells; null where it does not, or is no such text. */
export function dateOrderOf(text: string): 'dmy' | 'mdy' | null {
  const [, first = '', second = '', year] = YEAR_LAST.exec(withoutMidnight(text)) ?? []
  if (year === undefined) return null
  if (Number(first) > 12) return 'dmy'
  return Number(second) > 12 ? 'mdy' : null
}

/** Whether a text is a date with its year last, so that somebody has to say what comes first. */
export function isYearLast(text: string): boolean {
  return YEAR_LAST.test(withoutMidnight(text))
}

const NOT_ACCEPTED: Problem = { code: 'not-accepted', params: {} }
const REQUIRED: Problem = { code: 'required', params: {} }

// English, Bosnian and German words, and what databases write.
const YES = new Set(['true', 't', 'yes', 'y', '1', 'da', 'ja', 'j', 'wahr', 'tacno', 'istina'])
const NO = new Set(['false', 'f', 'no', 'n', '0', 'ne', 'nein', 'falsch', 'netacno', 'neistina'])

const YEAR_FIRST = /^(\d{4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})\.?$/
const YEAR_LAST = /^(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4})\.?$/
// Databases and spreadsheets write a day as its midnight.
const MIDNIGHT = /[ T]00:00(:00(\.0+)?)?( ?(Z|[+-]00(:?00)?))?$/
const INSTANT = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})\d*)? ?(?:Z|[+-]00(?::?00)?)$/

function rawValue(field: Field, text: string, order: DateOrder | null): Cell {
  switch (field.kind) {
    case 'text':
      return { ok: true, value: text.trim() === '' ? null : text }
    case 'choice':
      return { ok: true, value: readChoice(field, text) }
    case 'longText':
      return { ok: true, value: text === '' ? null : text }
    case 'email':
      return { ok: true, value: text.trim() === '' ? null : text }
    case 'id':
    case 'reference':
    case 'integer':
      return readInteger(text.trim())
    case 'boolean':
      return readBoolean(text)
    case 'day':
      return readDay(withoutMidnight(text), order)
    case 'instant':
      return readInstant(text.trim())
  }
}

/** The value that a word stands for, else the text itself, which the schema refuses by naming the values. */
function readChoice({ choices = {} }: Field, text: string): string | null {
  const word = fold(text)
  if (word === '') return null
  const known = Object.entries(choices).find(([value, words]) =>
    [value, ...words].some((each) => fold(each) === word),
  )
  return known?.[0] ?? text
}

function readInteger(text: string): Cell {
  if (text === '') return { ok: true, value: null }
  if (!/^[+-]?\d{1,15}$/.test(text)) return { ok: false, problem: { code: 'not-integer', params: {} } }
  return { ok: true, value: Number(text) }
}

function readBoolean(text: string): Cell {
  const word = fold(text)
  if (YES.has(word)) return { ok: true, value: true }
  if (NO.has(word)) return { ok: true, value: false }
  return { ok: false, problem: word === '' ? REQUIRED : { code: 'not-boolean', params: {} } }
}

function readDay(text: string, order: DateOrder | null): Cell {
  if (text === '') return { ok: true, value: null }
  const [, ...yearFirst] = YEAR_FIRST.exec(text) ?? []
  if (yearFirst.length > 0) return { ok: true, value: isoDay(yearFirst[0], yearFirst[1], yearFirst[2]) }
  const [, first, second, year] = YEAR_LAST.exec(text) ?? []
  if (year === undefined || order === 'ymd') return { ok: false, problem: { code: 'not-a-day', params: {} } }
  const known = order ?? (first === second ? 'dmy' : dateOrderOf(text))
  const dayFirst = isoDay(year, second, first)
  const monthFirst = isoDay(year, first, second)
  if (known !== null) return { ok: true, value: known === 'dmy' ? dayFirst : monthFirst }
  return { ok: false, problem: { code: 'ambiguous-date', params: { dayFirst, monthFirst } } }
}

function readInstant(text: string): Cell {
  if (text === '') return { ok: true, value: null }
  const [, day, time, fraction = ''] = INSTANT.exec(text) ?? []
  if (day === undefined) return { ok: false, problem: { code: 'not-an-instant', params: {} } }
  return { ok: true, value: `${day}T${time}.${fraction.padEnd(3, '0')}Z` }
}

function isoDay(year = '', month = '', day = ''): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

function withoutMidnight(text: string): string {
  return text.trim().replace(MIDNIGHT, '')
}
