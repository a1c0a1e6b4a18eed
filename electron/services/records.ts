import type { Model, ModelStatic } from 'sequelize'
import type { EntityName } from '../contract'
import type { Database } from '../database/open'

/** Where the records of an entity are kept. */
export interface RecordTable {
  model: 'UserType' | 'User' | 'Course' | 'Enrollment' | 'School'
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

/** Parents before their children: rows are put back in this order and taken away in the opposite one. */
export const PARENTS_FIRST = Object.keys(RECORD_TABLES) as EntityName[]

/** The columns of an entity's table, in the order in which history keeps their values. */
export function columnsOf(database: Database, entity: EntityName): string[] {
  return Object.values(modelOf(database, entity).getAttributes()).map(({ field }) => field ?? '')
}

/** The model of an entity, for what is done to records of any. */
export function modelOf(database: Database, entity: EntityName): ModelStatic<Model> {
  return database.models[RECORD_TABLES[entity].model] as ModelStatic<Model>
}

/** Whether a column follows from the others and is written anew when the algorithm changes: it is no content. */
export const isDerived = (column: string) => /_(sort|folded)$/.test(column)

/** SQL that makes a row's history entry: `json_array(r.user_id, r.first_name, ...)`. */
export function rowAsJson(columns: string[], alias: string): string {
  return `json_array(${columns.map((column) => `${alias}.${column}`).join(', ')})`
}

const NAMES: Record<EntityName, string> = {
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
