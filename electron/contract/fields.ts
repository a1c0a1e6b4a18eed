import { z } from 'zod'
import type { Language } from './languages'

/** How a value is entered, shown and written: the form input, the grid cell and the text in a data file follow from it. */
export type FieldKind =
  'id' | 'text' | 'longText' | 'email' | 'integer' | 'boolean' | 'day' | 'instant' | 'reference' | 'choice'

export interface Field<Schema extends z.ZodType = z.ZodType> {
  kind: FieldKind
  schema: Schema
  /** Width of the grid column in pixels. */
  width: number
  /** Headers under which data files are known to carry the field, compared folded and without punctuation. The
   *  column's own name (`first_name`) always counts. */
  aliases: Partial<Record<Language, readonly string[]>>
  /** Set by Rollbook; no form offers it, and a data file only when it is restored into an empty table. */
  isSystem: boolean
  /** Of a choice: each value, as it is stored, with other words for it in data files. */
  choices?: Readonly<Record<string, readonly string[]>>
}

export type Fields = Record<string, Field>

interface Options {
  width?: number
  aliases?: Field['aliases']
}

function field<Schema extends z.ZodType>(
  kind: FieldKind,
  schema: Schema,
  { width = 120, aliases = {} }: Options = {},
  isSystem = false,
): Field<Schema> {
  return { kind, schema, width, aliases, isSystem }
}

/** The key of a record. 2^53 is far below SQLite's own limit, so that a file cannot exhaust the sequence. */
export const recordId = z.int().min(1)

export const idField = () => field('id', recordId, { width: 80 }, true)
export const referenceField = (options?: Options) => field('reference', recordId, options)

/** One line of text of 1 to `max` characters. */
export const textField = (max: number, options?: Options) => field('text', text(max), options)

/** One line of text of 1 to `max` characters, or null. */
export const optionalTextField = (max: number, options?: Options) => field('text', optionalText(max), options)

/** Text of several lines, or null. */
export const longTextField = (options?: Options) => field('longText', longText, options)

export const integerField = (min: number, max: number, options?: Options) =>
  field('integer', z.int().min(min).max(max).nullable(), options)

/** One of a few values. Words for them stand in the catalogs under `choices`. */
export function choiceField<Value extends string>(
  choices: Record<Value, readonly string[]>,
  options?: Options,
) {
  const values = Object.keys(choices) as Value[]
  return { ...field('choice', z.enum(values), options), choices }
}

/** What only one school keeps of its records: a JSON object as text, or null. */
export const detailsField = (options?: Options) => field('longText', details, options)

export const booleanField = (options?: Options) => field('boolean', z.boolean(), options)

export const dayField = (options?: Options) => field('day', day, options)
export const optionalDayField = (options?: Options) => field('day', day.nullable(), options)

/** A point in time that Rollbook sets, ISO 8601 with Z, or null where it is not known. */
export const instantField = () =>
  field('instant', z.iso.datetime({ precision: 3 }).nullable(), { width: 150 }, true)

/** An e-mail address of at most `max` characters, or null for a person who has none. */
export const emailField = (max: number, options?: Options) => field('email', email(max).nullable(), options)

/** A day of the school's calendar, `YYYY-MM-DD`: no time, no zone. */
export const day = z
  .string()
  .overwrite((value) => value.trim())
  .refine(isDay, { params: { code: 'not-a-day' } })

function text(max: number) {
  return z
    .string()
    .overwrite(normalizeLine)
    .refine((value) => value !== '', { params: { code: 'required' }, abort: true })
    .refine((value) => !NOT_IN_LINES.test(value), { params: { code: 'control-characters' }, abort: true })
    .refine((value) => characters(value) <= max, { params: { code: 'too-long', max } })
}

function optionalText(max: number) {
  return (
    z
      .string()
      .overwrite(normalizeLine)
      .refine((value) => !NOT_IN_LINES.test(value), { params: { code: 'control-characters' }, abort: true })
      .refine((value) => characters(value) <= max, { params: { code: 'too-long', max } })
      .nullable()
      // An empty text is no text: a data file has one way to write both.
      .overwrite(nullForEmpty)
  )
}

const nullForEmpty = (value: string | null) => (value === '' ? null : value)

const LONG_TEXT_MAX = 10_000

const longText = z
  .string()
  .overwrite(normalizeLines)
  .refine((value) => !NOT_IN_TEXT.test(value), { params: { code: 'control-characters' }, abort: true })
  .refine((value) => characters(value) <= LONG_TEXT_MAX, { params: { code: 'too-long', max: LONG_TEXT_MAX } })
  .nullable()
  .overwrite(nullForEmpty)

const details = longText.refine((value) => value === null || isJsonObject(value), {
  params: { code: 'not-json' },
})

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function email(max: number) {
  return z
    .string()
    .overwrite((value) => normalizeLine(value).toLowerCase().normalize('NFC'))
    .refine((value) => EMAIL.test(value) && !NOT_IN_LINES.test(value), {
      params: { code: 'not-email' },
      abort: true,
    })
    .refine((value) => characters(value) <= max, { params: { code: 'too-long', max } })
}

// Deliberately plain: one @, no blanks, a dot in the domain. Whether a mailbox exists only sending shows.
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/u
// Control characters and lone surrogates: SQLite would cut or change them, so that a file could not be given back as it came.
const NOT_IN_LINES = /[\p{Cc}\p{Cs}\u2028\u2029]/u
const NOT_IN_TEXT = /(?![\n\t])[\p{Cc}\p{Cs}]/u

function normalizeLine(value: string): string {
  return value.normalize('NFC').trim()
}

function normalizeLines(value: string): string {
  return value.normalize('NFC').replace(/\r\n?/g, '\n')
}

/** Counts as SQLite's `length` does: by code points, not UTF-16 units. */
function characters(value: string): number {
  let count = 0
  for (const _ of value) count++
  return count
}

function isDay(value: string): boolean {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? []
  if (year === undefined || Number(year) < 1000) return false
  const instant = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)))
  return instant.getUTCMonth() === Number(month) - 1 && instant.getUTCDate() === Number(date)
}
