import { isYearLast, readCell, type DateOrder } from '../contract/cells'
import type { Problem } from '../contract/errors'
import type { Field } from '../contract/fields'
import { fold } from '../contract/fold'
import { columnName } from '../contract/importFields'
import type { ImportEntity, ImportOptions, RowProblem } from '../contract/imports'
import type { Language } from '../contract/languages'
import { sortKey } from '../contract/sortKey'
import { defaultsOf, fieldsOfEntity, requiredFields, type Mapping } from './columns'
import type { CsvRecord } from './csvRecords'

/** A value as the school's file stores it. */
export type StoredValue = string | number | null

/** A row that can be stored, its values in the order of `storedColumns`, or what is wrong with it. */
export type StoredRow = { values: StoredValue[] } | { problems: RowProblem[] }

/** The columns of a row that was read: one for each field of the entity, then those that follow from names. */
export function storedColumns(entity: ImportEntity): string[] {
  const derived = Object.values(DERIVED[entity]).flatMap((columns) => Object.keys(columns))
  return [...Object.keys(fieldsOfEntity(entity)).map(columnName), ...derived]
}

/** Reads the records of one file as rows of its entity. */
export class RowReader {
  readonly #entity: ImportEntity
  readonly #headers: string[]
  readonly #readers: FieldReader[]
  /** Fields of which a row must fill one, by their places among the readers. */
  readonly #required: number[][]

  constructor(mapping: Mapping, options: ImportOptions, language: Language, order: DateOrder | null) {
    const { entity, positions } = mapping
    const defaults = defaultsOf(entity, options)
    const fields = Object.entries(fieldsOfEntity(entity))
    this.#entity = entity
    this.#headers = mapping.columns.map(({ header }) => header)
    this.#readers = fields.map(([name, field]) => {
      const derive = Object.values(DERIVED[entity][name] ?? {}).map(
        (key) => (text: string) => key(text, language),
      )
      return new FieldReader(
        name,
        field,
        positions.get(name),
        defaults.get(name) ?? '',
        order,
        derive,
        entity,
      )
    })
    const place = (name: string) => fields.findIndex(([field]) => field === name)
    this.#required = requiredFields(entity, options).map((alternatives) => alternatives.map(place))
  }

  /** Null for a row in which every cell is blank. */
  read({ line, fields, problem }: CsvRecord): StoredRow | null {
    if (problem)
      return { problems: [rowProblem(line, null, fields.join(' '), { code: problem, params: {} })] }
    if (fields.every((text) => text.trim() === '')) return null
    if (fields.length !== this.#headers.length) return { problems: [this.#wrongLength(line, fields)] }
    const values: StoredValue[] = []
    const derived: StoredValue[] = []
    const problems: RowProblem[] = []
    const wrong = new Set<number>()
    for (const [place, reader] of this.#readers.entries()) {
      const text = reader.textIn(fields)
      const cell = reader.read(text)
      if (cell.problem) {
        wrong.add(place)
        problems.push(rowProblem(line, this.#header(reader), text, cell.problem))
      }
      values.push(cell.value)
      derived.push(...cell.derived)
    }
    problems.push(...this.#missing(line, values, wrong))
    return problems.length > 0 ? { problems } : { values: values.concat(derived) }
  }

  /** A cell that is wrong is told as such, and not missing. */
  #missing(line: number, values: StoredValue[], wrong: ReadonlySet<number>): RowProblem[] {
    const missing = this.#required.filter((places) =>
      places.every((place) => values[place] === null && !wrong.has(place)),
    )
    return missing.map((places) => {
      const readers = places.flatMap((place) => this.#readers[place] ?? [])
      const reader = readers.find(({ position }) => position !== undefined) ?? readers[0]
      return rowProblem(line, reader ? this.#header(reader) : null, '', { code: 'required', params: {} })
    })
  }

  #wrongLength(line: number, fields: string[]): RowProblem {
    const code = fields.length > this.#headers.length ? 'too-many-fields' : 'too-few-fields'
    const params = { found: fields.length, expected: this.#headers.length }
    return rowProblem(line, null, fields.join(' '), { code, params })
  }

  #header({ name, position }: FieldReader): string {
    return position === undefined ? columnName(name) : (this.#headers[position] ?? '')
  }
}

/** Whether a date of these records has its year last, so that the order of day and month has to be found. */
export function hasYearLast(mapping: Mapping, records: CsvRecord[]): boolean {
  const places = dayPlaces(mapping)
  return records.some(({ fields }) => places.some((place) => isYearLast(fields[place] ?? '')))
}

/** The places of a file's day columns. */
export function dayPlaces({ entity, positions }: Mapping): number[] {
  const fields = fieldsOfEntity(entity)
  return [...positions].flatMap(([name, position]) => (fields[name]?.kind === 'day' ? [position] : []))
}

type Derive = (text: string, language: Language) => string
const folded: Derive = (text) => fold(text)

/** Columns that follow from a name: how it sorts and how it is found. */
const DERIVED: Record<ImportEntity, Record<string, Record<string, Derive>>> = {
  userTypes: { name: { name_sort: sortKey, name_folded: folded } },
  users: {
    firstName: { first_name_sort: sortKey, first_name_folded: folded },
    lastName: { last_name_sort: sortKey, last_name_folded: folded },
    userType: { user_type_sort: sortKey, user_type_folded: folded },
  },
  courses: { name: { name_sort: sortKey, name_folded: folded } },
  enrollments: { courseName: { course_name_folded: folded } },
}

interface StoredCell {
  value: StoredValue
  derived: StoredValue[]
  problem: Problem | null
}

/** Columns repeat themselves: names, types, days. What was read once is not read again. */
const REMEMBERED = 20_000
const NEVER_TWICE = new Set<Field['kind']>(['id', 'email', 'instant', 'longText'])

class FieldReader {
  readonly #known = new Map<string, StoredCell>()
  readonly #empty: StoredCell

  constructor(
    readonly name: string,
    private readonly field: Field,
    readonly position: number | undefined,
    private readonly fallback: string,
    private readonly order: DateOrder | null,
    private readonly derive: ((text: string) => string)[],
    private readonly entity: ImportEntity,
  ) {
    this.#empty = { value: null, derived: derive.map(() => null), problem: null }
  }

  textIn(fields: string[]): string {
    const text = this.position === undefined ? '' : (fields[this.position] ?? '')
    return text === '' || text.trim() === '' ? this.fallback || text : text
  }

  /** A blank is nothing, whatever the field: whether it may be is for the row to say. */
  read(text: string): StoredCell {
    if (text === '') return this.#empty
    if (NEVER_TWICE.has(this.field.kind)) return this.#readNew(text)
    const known = this.#known.get(text)
    if (known) return known
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    const own = copyOf(text)
    const cell = this.#readNew(own)
    this.#known.set(own, cell)
    return cell
  }

  #readNew(text: string): StoredCell {
    if (this.field.kind !== 'longText' && text.trim() === '') return this.#empty
    const cell = readCell(this.field, text, this.order)
    if (!cell.ok) return { ...this.#empty, problem: cell.problem }
    const value = storedValue(this.field, this.entity, cell.value)
    return { value, derived: this.derive.map((key) => key(String(value))), problem: null }
  }
}

/** A part of a text keeps the whole of it in memory, here a megabyte of the file for one remembered name. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

/** The first revision keeps the days of an enrolment as instants at midnight, those of a course as days. */
function storedValue({ kind }: Field, entity: ImportEntity, value: unknown): StoredValue {
  if (value === null) return null
  if (kind === 'boolean') return value ? 1 : 0
  if (kind === 'instant') return `${String(value).replace('T', ' ').replace('Z', '')} +00:00`
  if (kind === 'day' && entity === 'enrollments') return `${String(value)} 00:00:00.000 +00:00`
  return typeof value === 'number' ? value : String(value)
}

const VALUE_SHOWN = 200

function rowProblem(
  row: number,
  column: string | null,
  value: string,
  { code, params }: Problem,
): RowProblem {
  return { row, column, value: value.slice(0, VALUE_SHOWN), code, params }
}
