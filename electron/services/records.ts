import type { EntityName } from '../contract'
import type { Database } from '../database/open'
import { columnsOfModel, type ModelName } from '../database/recordWriting'

/** Where the records of an entity are kept. */
export interface RecordTable {
  model: ModelName
  table: string
  key: string
}

export const RECORD_TABLES: Record<EntityName, RecordTable> = {
  school: { model: 'School', table: 'schools', key: 'school_id' },
  userTypes: { model: 'UserType', table: 'user_types', key: 'user_type_id' },
  users: { model: 'User', table: 'users', key: 'user_id' },
  courses: { model: 'Course', table: 'courses', key: 'course_id' },
  enrollments: { model: 'Enrollment', table: 'enrollments', key: 'enrollment_id' },
}

export const ENTITIES = Object.keys(RECORD_TABLES) as EntityName[]

/** What belongs to what: the column names a record of the other entity. */
export const REFERENCES: { entity: EntityName; column: string; parent: EntityName }[] = [
  { entity: 'users', column: 'user_type_id', parent: 'userTypes' },
  { entity: 'enrollments', column: 'user_id', parent: 'users' },
  { entity: 'enrollments', column: 'course_id', parent: 'courses' },
]

/** The columns of an entity's table, in the order in which history keeps their values. */
export function columnsOf(database: Database, entity: EntityName): string[] {
  return columnsOfModel(database, RECORD_TABLES[entity].model)
}

/** Whether a column follows from others, or from another record, and is written anew with them: it is no content. */
export const isDerived = (column: string) => /_(sort|folded)$|^is_homeroom$/.test(column)

/** Whether staff are shown what a column holds: not what was written with it, or says when that was. */
export const isShown = (entity: EntityName, column: string) =>
  !isDerived(column) &&
  column !== RECORD_TABLES[entity].key &&
  !/^(created|updated)_at$|^key_version$/.test(column)

/** SQL that makes a row's history entry: `json_array(r.user_id, r.first_name, ...)`. */
export function rowAsJson(columns: string[], alias: string): string {
  return `json_array(${columns.map((column) => `${alias}.${column}`).join(', ')})`
}

/** SQL of what a record of an entity is called. */
export const NAMES: Record<EntityName, string> = {
  school: 'name',
  userTypes: 'name',
  users: `first_name || ' ' || last_name`,
  courses: 'name',
  enrollments: `(SELECT first_name || ' ' || last_name FROM users u WHERE u.user_id = enrollments.user_id)`,
}

/** A record's name to tell a person, or its number where it is gone. */
export async function nameOf(database: Database, entity: EntityName, id: number): Promise<string> {
  const { table, key } = RECORD_TABLES[entity]
  const row = await database.queryOne<{ name: string }>(
    `SELECT ${NAMES[entity]} AS name FROM ${table} WHERE ${key} = $1`,
    [id],
  )
  return row?.name ?? `#${id}`
}
