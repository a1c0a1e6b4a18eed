import { readCell } from '../contract/cells'
import { invalidField, type Params } from '../contract/errors'
import type { Field, Fields } from '../contract/fields'
import { fold } from '../contract/fold'
import { columnName, importFields } from '../contract/importFields'
import { IMPORT_ENTITIES, type ImportEntity, type ImportOptions, type RowProblem } from '../contract/imports'

/** What the columns of a file are. */
export interface Mapping {
  entity: ImportEntity
  columns: { header: string; field: string | null }[]
  /** Where in a record the text of a field stands. */
  positions: Map<string, number>
  warnings: RowProblem[]
}

/** Tells from the header what the columns are, and what the file holds where the options do not say. Throws where a
 *  column is missing or doubled, or where the header fits more than one entity. */
export function mapColumns(headers: string[], line: number, options: ImportOptions): Mapping {
  const names = headers.map((header) => header.trim())
  if (names.length > COLUMNS_MAX) throw invalidField('file', 'too-many-columns', { max: COLUMNS_MAX })
  refuseRepeated(names)
  const entity = options.entity ?? entityOf(names, options)
  if (options.match === 'externalId' && !('externalId' in fieldsOfEntity(entity)))
    throw invalidField('match', 'no-external-ids')
  // Known by now: a field that the options name and the entity has not is a mistake.
  const { fields, conflict } = fieldsOf(names, entity, { ...options, entity })
  const columns = names.map((header, at) => ({ header, field: fields[at] ?? null }))
  if (conflict) throw refusal('columns-for-one-field', conflict, entity, columns)
  const missing = missingColumn(fields, entity, options)
  if (missing) throw refusal('column-missing', missingParams(entity, missing), entity, columns)
  const warnings = unknownColumns(names, fields, line, options)
  const positions = new Map<string, number>()
  fields.forEach((field, position) => field !== null && positions.set(field, position))
  return { entity, columns, positions, warnings }
}

/** The fields of an entity in the order of a data file's columns. */
export function fieldsOfEntity(entity: ImportEntity): Fields {
  return importFields[entity]
}

/** The name of an entity's field, however it is spelled: `firstName`, `first_name`, `First name`. Null if it has none. */
function findField(entity: ImportEntity, name: string): string | null {
  return Object.keys(fieldsOfEntity(entity)).find((field) => plain(field) === plain(name)) ?? null
}

/** The options' texts for fields that a row leaves empty. Throws where one is no value of its field. */
export function defaultsOf(entity: ImportEntity, options: ImportOptions): Map<string, string> {
  const defaults = new Map<string, string>()
  for (const [name, text] of Object.entries(options.defaults)) {
    const field = findField(entity, name)
    const known = field === null ? undefined : fieldsOfEntity(entity)[field]
    if (field === null || !known) throw invalidField('defaults', 'unknown-field', { field: name })
    const cell = readCell(known, text, options.dates)
    if (!cell.ok) throw invalidField(`defaults.${name}`, cell.problem.code, cell.problem.params)
    defaults.set(field, text)
  }
  return defaults
}

/** What names the person and the course of an enrolment. */
const PERSON = ['userEmail', 'userExternalId', 'userId']
const COURSE = ['courseName', 'courseExternalId', 'courseId']

/** What a new record cannot do without, each with the fields of which one is enough. */
const REQUIRED: Record<ImportEntity, string[][]> = {
  userTypes: [['name']],
  users: [['firstName'], ['lastName'], ['userType', 'userTypeId']],
  courses: [['name'], ['startDate'], ['endDate']],
  enrollments: [PERSON, COURSE, ['enrolledDate']],
}

/** What finds the record that a row is about. */
const KEYS: Record<ImportEntity, { own: string[][]; id: string }> = {
  userTypes: { own: [['name']], id: 'userTypeId' },
  users: { own: [['email']], id: 'userId' },
  courses: { own: [['name']], id: 'courseId' },
  enrollments: {
    own: [PERSON, COURSE],
    id: 'enrollmentId',
  },
}

const COLUMNS_MAX = 500

/** The fields that a file must have, in the order of columns, as alternatives. */
export function requiredFields(
  entity: ImportEntity,
  { mode, match }: Pick<ImportOptions, 'mode' | 'match'>,
): string[][] {
  const keys = { id: [[KEYS[entity].id]], externalId: [['externalId']], email: KEYS[entity].own }[match]
  if (mode === 'update') return keys
  return mode === 'upsert' ? [...keys, ...REQUIRED[entity]] : REQUIRED[entity]
}

/** Compared without case, accents and punctuation. */
function plain(header: string): string {
  return fold(header).replace(/[^\p{L}\p{N}]+/gu, '')
}

function refuseRepeated(names: string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    const key = plain(name) || name
    if (key !== '' && seen.has(key)) throw invalidField('file', 'column-repeated', { header: name })
    seen.add(key)
  }
}

function entityOf(names: string[], options: ImportOptions): ImportEntity {
  const fits = IMPORT_ENTITIES.map((entity) => {
    const { fields, conflict } = fieldsOf(names, entity, options)
    const known = fields.filter((field) => field !== null).length
    // One column among others tells nothing: a list of pupils has a "Name", and would be taken for user types.
    const isTold = known > 1 || names.length === 1
    const isWhole = isTold && !conflict && !missingColumn(fields, entity, options)
    return { entity, score: isWhole ? known : 0 }
  }).sort((one, other) => other.score - one.score)
  const [best, second] = fits
  if (!best || best.score === 0) {
    if (arePeople(names, options)) return 'users'
    throw invalidField('entity', 'entity-unknown', { headers: names.join(', ') })
  }
  if (best.score === second?.score) {
    const tied = fits.filter(({ score }) => score === best.score).map(({ entity }) => entity)
    throw invalidField('entity', 'entity-ambiguous', { entities: tied.join(', ') })
  }
  return best.entity
}

/** First and last names are people's, whatever else is missing: that is then told, and can be filled for every row. */
function arePeople(names: string[], options: ImportOptions): boolean {
  const { fields, conflict } = fieldsOf(names, 'users', options)
  return !conflict && fields.includes('firstName') && fields.includes('lastName')
}

/** The field of each column. What the options say comes first, then a column's own name, then other names for it. */
function fieldsOf(names: string[], entity: ImportEntity, options: ImportOptions) {
  const fields: (string | null)[] = names.map(() => null)
  const chosen = chosenFields(entity, options)
  let conflict: Params | null = null
  const take = (position: number, field: string, isByChance: boolean) => {
    const taken = fields.indexOf(field)
    if (taken === -1) fields[position] = field
    else if (!isByChance) {
      conflict = { one: names[taken] ?? '', other: names[position] ?? '', column: columnName(field) }
    }
  }
  names.forEach((name, at) => {
    const field = chosen.get(plain(name))
    if (field) take(at, field, false)
  })
  const free = (at: number) => fields[at] === null && !chosen.has(plain(names[at] ?? ''))
  names.forEach((name, at) => {
    const field = free(at) && ownField(entity, name)
    if (field) take(at, field, true)
  })
  const owned = new Set(fields)
  names.forEach((name, at) => {
    const field = free(at) && aliasedField(entity, name)
    // A column of the field's own name settles it; another name for it is then left out, with a warning.
    if (field) take(at, field, owned.has(field))
  })
  return { fields, conflict: conflict as Params | null }
}

/** What the options say of columns, by plain header; null leaves the column out. */
function chosenFields(entity: ImportEntity, options: ImportOptions): Map<string, string | null> {
  const chosen = new Map<string, string | null>()
  for (const [header, name] of Object.entries(options.map)) {
    const field = name.trim() === '' ? null : findField(entity, name)
    // While the entity is being told from the header, a field of another entity is simply none of this one's.
    if (field === null && name.trim() !== '') {
      if (options.entity === undefined) continue
      throw invalidField('map', 'unknown-field', { field: name })
    }
    chosen.set(plain(header), field)
  }
  return chosen
}

/** System fields go by their exact name only: "Created at" in somebody's list is theirs, not ours. */
function ownField(entity: ImportEntity, name: string): string | null {
  for (const [field, { isSystem }] of Object.entries(fieldsOfEntity(entity))) {
    if (isSystem ? name === columnName(field) : plain(name) === plain(field)) return field
  }
  return null
}

function aliasedField(entity: ImportEntity, name: string): string | null {
  if (plain(name) === '') return null
  for (const [field, { aliases }] of Object.entries(fieldsOfEntity(entity))) {
    if (Object.values(aliases).some((list) => list.some((alias) => plain(alias) === plain(name))))
      return field
  }
  return null
}

function missingColumn(
  fields: (string | null)[],
  entity: ImportEntity,
  options: ImportOptions,
): string[] | null {
  const present = new Set<string | null>(fields)
  const filled = new Set(Object.keys(options.defaults).map((name) => findField(entity, name)))
  const isThere = (field: string) => present.has(field) || filled.has(field)
  return requiredFields(entity, options).find((alternatives) => !alternatives.some(isThere)) ?? null
}

function unknownColumns(
  names: string[],
  fields: (string | null)[],
  row: number,
  options: ImportOptions,
): RowProblem[] {
  const chosen = new Set(Object.keys(options.map).map(plain))
  for (const header of Object.keys(options.map)) {
    if (!names.some((name) => plain(name) === plain(header)))
      throw invalidField('map', 'unknown-header', { header })
  }
  const unknown = names.filter((name, at) => fields[at] === null && !chosen.has(plain(name)))
  const headers = unknown.filter((name) => name !== '')
  if (options.unknown === 'error' && headers.length > 0) {
    throw invalidField('file', 'columns-unknown', { headers: headers.join(', ') })
  }
  const warning = (code: string, column: string | null, params: Params = {}): RowProblem => ({
    row,
    column,
    value: null,
    code,
    params,
  })
  const nameless = unknown.length - headers.length
  return [
    ...headers.map((header) => warning('column-unknown', header)),
    ...(nameless > 0 ? [warning('column-without-header', null, { count: nameless })] : []),
  ]
}

function missingParams(entity: ImportEntity, alternatives: string[]): Params {
  const fields: Field[] = alternatives.flatMap((name) => fieldsOfEntity(entity)[name] ?? [])
  const headers = fields.flatMap(({ aliases }) => aliases.en ?? [])
  const columns = alternatives.map(columnName)
  return { column: columns[0] ?? '', headers: [...columns, ...headers].join(', ') }
}

/** What somebody can settle who says what the columns are; for that they go along, as JSON. */
function refusal(code: string, params: Params, entity: ImportEntity, columns: Mapping['columns']): Error {
  return invalidField('file', code, { ...params, entity, columns: JSON.stringify(columns) })
}
