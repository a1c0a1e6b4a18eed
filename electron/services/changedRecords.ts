import { courseFields } from '../contract/courses'
import { enrollmentFields } from '../contract/enrollments'
import type { EntityName } from '../contract'
import type { Fields } from '../contract/fields'
import type { ChangedRecord } from '../contract/history'
import { schoolFields } from '../contract/school'
import { userFields } from '../contract/users'
import { userTypeFields } from '../contract/userTypes'
import type { Database } from '../database/open'
import { emailOf } from './noEmail'
import { type Names, RecordNames } from './recordNames'
import { isShown, REFERENCES } from './records'
import { dayOf, instantOf } from './values'

/** The records that a change set touched, from the change after `after` on, with what became of each. */
export async function readChangedRecords(
  database: Database,
  { changeSetId, record, after, count }: Page,
): Promise<ChangedRecord[]> {
  const rows = await database.query<StoredChange>(
    `SELECT c.change_id AS changeId, c.entity, c.record_id AS recordId, c.before, c.after, s.columns -> c.entity AS columns
      FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.change_set_id = $1 AND c.change_id > $2 ${record ? 'AND c.entity = $4 AND c.record_id = $5' : ''}
      ORDER BY c.change_id LIMIT $3`,
    [changeSetId, after, count, ...(record ? [record.entity, record.id] : [])],
  )
  const changes = rows.map(changeOf)
  const names = await RecordNames.read(database, changes.flatMap(referencesOf), changeSetId)
  return changes.map((change) => describeChange(change, names))
}

interface Page {
  changeSetId: number
  record: { entity: EntityName; id: number } | null
  after: number
  count: number
}

interface StoredChange {
  changeId: number
  entity: EntityName
  recordId: number
  before: string | null
  after: string | null
  columns: string | null
}

/** A row of a table, by column. */
export type RecordValues = Record<string, string | number | null>

/** What became of a record: its values, null where it was not there. */
export interface Change {
  changeId: number
  entity: EntityName
  recordId: number
  before: RecordValues | null
  after: RecordValues | null
  isLetGo: boolean
}

function changeOf({ before, after, columns, ...change }: StoredChange): Change {
  const names = JSON.parse(columns ?? '[]') as string[]
  return {
    ...change,
    before: valuesOf(before, names),
    after: valuesOf(after, names),
    isLetGo: before === '[]' || after === '[]',
  }
}

function valuesOf(row: string | null, columns: string[]): RecordValues | null {
  if (row === null) return null
  const values = JSON.parse(row) as (string | number | null)[]
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]))
}

const FIELDS: Record<EntityName, Fields> = {
  school: schoolFields,
  userTypes: userTypeFields,
  users: userFields,
  courses: courseFields,
  enrollments: enrollmentFields,
}

/** The records that the name of a change, and its values, are made of. */
export function referencesOf({ entity, before, after }: Change): { entity: EntityName; id: number }[] {
  return REFERENCES.filter((reference) => reference.entity === entity).flatMap(({ column, parent }) =>
    [before?.[column], after?.[column]].flatMap((id) =>
      typeof id === 'number' ? [{ entity: parent, id }] : [],
    ),
  )
}

/** A change as the contract has it. `names` knows what its references refer to. */
export function describeChange({ isLetGo, before, after, ...change }: Change, names: Names): ChangedRecord {
  return {
    ...change,
    name: isLetGo ? null : nameOfValues(change.entity, after ?? before ?? {}, names),
    action: before === null ? 'added' : after === null ? 'removed' : 'changed',
    fields: isLetGo ? null : fieldsOf(change.entity, before, after, names),
  }
}

function nameOfValues(entity: EntityName, values: RecordValues, names: Names): string {
  if (entity === 'users') return `${values.first_name ?? ''} ${values.last_name ?? ''}`.trim()
  if (entity !== 'enrollments') return String(values.name ?? '')
  return [names.of('users', values.user_id), names.of('courses', values.course_id)].join(', ')
}

function fieldsOf(
  entity: EntityName,
  before: RecordValues | null,
  after: RecordValues | null,
  names: Names,
): NonNullable<ChangedRecord['fields']> {
  return Object.keys(after ?? before ?? {})
    .filter((column) => isShown(entity, column) && (before?.[column] ?? null) !== (after?.[column] ?? null))
    .map((column) => ({
      field: fieldNamed(column),
      before: asShown(entity, column, before?.[column] ?? null, names),
      after: asShown(entity, column, after?.[column] ?? null, names),
    }))
}

const fieldNamed = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** A stored value as the contract has it; of a reference, the name of what it refers to. */
function asShown(entity: EntityName, column: string, value: string | number | null, names: Names) {
  if (value === null) return null
  const reference = REFERENCES.find((each) => each.entity === entity && each.column === column)
  if (reference) return names.of(reference.parent, value)
  const kind = FIELDS[entity][fieldNamed(column)]?.kind
  if (kind === 'boolean') return value === 1
  if (kind === 'email') return emailOf(String(value))
  if (kind === 'instant') return instantOf(String(value))
  if (kind === 'day') return dayOf(String(value))
  return value
}
