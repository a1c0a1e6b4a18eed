import { courseFields } from './courses'
import { enrollmentFields } from './enrollments'
import type { Field, Fields } from './fields'
import type { ImportEntity } from './imports'
import { userTypeFields } from './userTypes'
import { userFields } from './users'

/**
 * What a column of a data file can be, by entity: the entity's own fields, and what names a record of another one, since
 * an id means nothing outside its school. The headers by which people call a reference mean that name; the id itself is
 * known by its column's name alone (`user_type_id`).
 */
export const importFields = {
  userTypes: userTypeFields,
  users: {
    ...userFields,
    userTypeId: idOf(userFields.userTypeId),
    userType: named(userTypeFields.name, userFields.userTypeId),
  },
  courses: courseFields,
  enrollments: {
    ...enrollmentFields,
    userId: idOf(enrollmentFields.userId),
    courseId: idOf(enrollmentFields.courseId),
    userEmail: named(userFields.email, enrollmentFields.userId),
    userExternalId: userFields.externalId,
    courseName: named(courseFields.name, enrollmentFields.courseId),
    courseExternalId: courseFields.externalId,
  },
} satisfies Record<ImportEntity, Fields>

/** The name of a field's column in the table and in data files: `firstName` is `first_name`. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function idOf(reference: Field): Field {
  return { ...reference, aliases: {} }
}

function named(field: Field, { width, aliases }: Field): Field {
  return { ...field, width, aliases }
}
