import { readCell } from '../contract/cells'
import { COURSE_SORTS, COURSE_STATES, courseFields } from '../contract/courses'
import { ENROLLMENT_SORTS } from '../contract/enrollments'
import { AppError, invalidField, type Problem } from '../contract/errors'
import { type Field, booleanField } from '../contract/fields'
import { importFields } from '../contract/importFields'
import { IMPORT_ENTITIES, type ImportEntity } from '../contract/imports'
import { USER_TYPE_SORTS } from '../contract/userTypes'
import { USER_SORTS, userFields } from '../contract/users'
import { notOneOf, usageError } from './arguments'
import { findCourse, findUser, findUserType } from './references'
import type { Session } from './session'

/** How a text of the terminal becomes a value. Throws AppError. */
type Read = (session: Session, text: string, name: string) => Promise<unknown>

/** A name that a person may use, and what the contract calls it. */
interface Named {
  key: string
  read: Read
}

interface Listed {
  /** The name of the key: `userId`. */
  id: string
  sorts: readonly string[]
  filters: Record<string, Named>
  /** What a table shows. */
  columns: readonly string[]
}

const boolean: Read = async (_, text, name) => cellValue(booleanField(), text, name)

const state: Read = async (_, text, name) => {
  if (!COURSE_STATES.some((each) => each === text)) throw notOneOf(name, text, COURSE_STATES)
  return text
}

const choice =
  (field: Field): Read =>
  async (_, text, name) =>
    cellValue(field, text, name)

const USER = { key: 'userId', read: findUser }
const COURSE = { key: 'courseId', read: findCourse }
const CLASS = { key: 'classId', read: findCourse }
const USER_TYPE = { key: 'userTypeId', read: findUserType }

/** How the records of an entity are listed. */
export const LISTED: Record<ImportEntity, Listed> = {
  userTypes: {
    id: 'userTypeId',
    sorts: USER_TYPE_SORTS,
    filters: {},
    columns: ['userTypeId', 'name', 'userCount'],
  },
  users: {
    id: 'userId',
    sorts: USER_SORTS,
    filters: {
      userType: USER_TYPE,
      userTypeId: USER_TYPE,
      class: CLASS,
      classId: CLASS,
      isActive: { key: 'isActive', read: boolean },
    },
    columns: [
      'userId',
      'lastName',
      'firstName',
      'email',
      'userTypeName',
      'className',
      'birthDate',
      'age',
      'isActive',
    ],
  },
  courses: {
    id: 'courseId',
    sorts: COURSE_SORTS,
    filters: {
      state: { key: 'state', read: state },
      classType: { key: 'classType', read: choice(courseFields.classType) },
      isActive: { key: 'isActive', read: boolean },
    },
    columns: ['courseId', 'name', 'classType', 'startDate', 'endDate', 'state', 'studentCount', 'isActive'],
  },
  enrollments: {
    id: 'enrollmentId',
    sorts: ENROLLMENT_SORTS,
    filters: {
      user: USER,
      userId: USER,
      course: COURSE,
      courseId: COURSE,
      status: { key: 'status', read: choice(importFields.enrollments.status) },
      isOpen: { key: 'isOpen', read: boolean },
    },
    columns: [
      'enrollmentId',
      'lastName',
      'firstName',
      'email',
      'courseName',
      'enrolledDate',
      'endDate',
      'status',
    ],
  },
}

const { associativeData, enrolledDate, endDate, status, endReason, externalId } = importFields.enrollments

/** The fields that a person sets, by entity. A user type is named, or given by its id. */
export const SETTABLE: Record<ImportEntity, Record<string, Named>> = {
  userTypes: settable({ name: importFields.userTypes.name }),
  users: { ...settable(userFields), userType: USER_TYPE, userTypeId: USER_TYPE },
  courses: settable(courseFields),
  enrollments: settable({ enrolledDate, endDate, status, endReason, externalId, associativeData }),
}

/** The entity that a word stands for: `users`, `user`, `user-types`. */
export function entityOf(text: string): ImportEntity {
  const entity = IMPORT_ENTITIES.find((each) => [plain(each), plain(each).slice(0, -1)].includes(plain(text)))
  if (!entity) throw notOneOf('ENTITY', text, IMPORT_ENTITIES)
  return entity
}

/** The name among `names` that a person means by `firstName`, `first_name` or `FirstName`; undefined for none. */
export function nameAmong(names: readonly string[], text: string): string | undefined {
  return names.find((name) => plain(name) === plain(text))
}

/** Reads `field=value` pairs by their names, into what the contract takes. Throws `invalid` with all that cannot be read. */
export async function readValues(
  session: Session,
  known: Record<string, Named>,
  pairs: readonly (readonly [string, string])[],
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  const problems: Record<string, Problem> = {}
  for (const [text, value] of pairs) {
    const name = nameAmong(Object.keys(known), text)
    const named = name === undefined ? undefined : known[name]
    if (name === undefined || !named) {
      throw usageError('unknown-field', { name: text, values: Object.keys(known).join(', ') })
    }
    if (named.key in values) throw usageError('given-twice', { name: text })
    try {
      values[named.key] = await named.read(session, value, name)
    } catch (error) {
      if (!(error instanceof AppError) || !error.fields) throw error
      Object.assign(problems, error.fields)
    }
  }
  if (Object.keys(problems).length > 0) throw new AppError('invalid', {}, problems)
  return values
}

/** Reads a text as a field's value. Throws `invalid` with the field and the text. */
function cellValue(field: Field, text: string, name: string): unknown {
  const cell = readCell(field, text)
  if (cell.ok) return cell.value
  throw invalidField(name, cell.problem.code, { ...cell.problem.params, value: text })
}

/** Compared without case and punctuation. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}

function settable(fields: Record<string, Field>): Record<string, Named> {
  const own = Object.entries(fields).filter(([, { isSystem }]) => !isSystem)
  return Object.fromEntries(
    own.map(([key, field]) => [key, { key, read: async (_, text, name) => cellValue(field, text, name) }]),
  )
}
