import { expect, it } from 'vitest'
import { courseFields } from '../../electron/contract/courses'
import { enrollmentFields } from '../../electron/contract/enrollments'
import type { Fields } from '../../electron/contract/fields'
import { columnName } from '../../electron/contract/importFields'
import { courseNameKeys, userNameKeys, userTypeNameKeys } from '../../electron/contract/nameKeys'
import { userTypeFields } from '../../electron/contract/userTypes'
import { userFields } from '../../electron/contract/users'
import { schemaAfter } from '../../electron/database/autogenerate/autogenerate'
import { allRevisions } from '../../electron/database/revisions'

/** What a file keeps of a record that is no field of it: it follows from one. */
const FOLLOWING = {
  user_types: Object.keys(userTypeNameKeys('', 'en')),
  users: Object.keys(userNameKeys({ firstName: '', lastName: '' }, 'en')),
  courses: Object.keys(courseNameKeys('', 'en')),
  enrollments: ['isHomeroom'],
}

// That the models have the same columns is what `db check` finds.
it.each<[keyof typeof FOLLOWING, Fields]>([
  ['user_types', userTypeFields],
  ['users', userFields],
  ['courses', courseFields],
  ['enrollments', enrollmentFields],
])(
  'the migrated table %s has a column for each field of the contract, and no other',
  async (table, fields) => {
    const { tables } = await schemaAfter(allRevisions())
    const expected = [...Object.keys(fields), ...FOLLOWING[table]].map(columnName)
    expect(Object.keys(tables[table]?.columns ?? {}).sort()).toEqual(expected.sort())
  },
)
