import type { Field } from '../contract/fields'
import { columnName } from '../contract/importFields'
import type { ImportEntity } from '../contract/imports'
import { writeCell } from '../contract/cells'
import { fieldsOfEntity } from './columns'
import type { StoredValue } from './storedRows'

/** The header of an entity's data file, without its line end. */
export function csvHeader(entity: ImportEntity): string {
  return csvLine(Object.keys(fieldsOfEntity(entity)).map(columnName))
}

/** Writes stored rows, their values in the order of the header, as lines that each end in CRLF. Nothing is altered. */
export function csvRows(entity: ImportEntity, rows: StoredValue[][]): string {
  const fields = Object.values(fieldsOfEntity(entity))
  return rows
    .map((row) => `${csvLine(fields.map((field, at) => textOf(field, row[at] ?? null)))}\r\n`)
    .join('')
}

/** One record by RFC 4180, quoted only where it has to be, without its line end. */
export function csvLine(texts: string[], delimiter = ','): string {
  const isPlain = (text: string) => !NEEDS_QUOTES.test(text) && !text.includes(delimiter)
  return texts.map((text) => (isPlain(text) ? text : `"${text.replaceAll('"', '""')}"`)).join(delimiter)
}

const NEEDS_QUOTES = /["\r\n]/

/** A stored value as `readCell` reads it. */
function textOf({ kind }: Field, value: StoredValue): string {
  if (value === null) return ''
  if (kind === 'boolean') return writeCell(value === 1)
  if (kind === 'day') return String(value).slice(0, 10)
  if (kind === 'instant') return `${String(value).slice(0, 10)}T${String(value).slice(11, 23)}Z`
  return writeCell(value)
}
