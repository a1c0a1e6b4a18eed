import type { EntityName } from '../contract'

/** The columns in which no two records have the same, each with SQL for what a record has while its own value goes over to
 *  another: nothing, or what no record can have, since no e-mail holds a space and no name begins with one. SQLite holds
 *  every single row of an UPDATE to what is unique, so that two records could not swap their values otherwise. */
export const UNIQUE_VALUES: Record<EntityName, Record<string, string>> = {
  school: {},
  userTypes: { name: `' ' || user_type_id` },
  users: { email: `user_id || ' @no-email.invalid'`, external_id: 'NULL' },
  courses: { external_id: 'NULL' },
  enrollments: { external_id: 'NULL' },
}
