import type { Handlers } from '../contract/define'
import { AppError, invalidField } from '../contract/errors'
import { userNameKeys } from '../contract/nameKeys'
import { ageOn, type UserRow, type userMethods } from '../contract/users'
import { setActive } from './activation'
import type { SchoolContext, SchoolContexts } from './context'
import type { Condition, ListSource } from './lists'
import { agesEnteredAt } from './enteredAges'
import { emailOf, newNoEmail } from './noEmail'
import { requireFreeExternalId } from './externalIds'
import { previewRemoval, remove } from './removal'
import { searchConditions } from './search'
import { instantOf } from './values'

const COLUMNS = `u.user_id AS userId, u.first_name AS firstName, u.last_name AS lastName, u.email, u.user_type_id AS userTypeId,
  t.name AS userTypeName, u.age, u.birth_date AS birthDate, u.external_id AS externalId, u.details,
  h.course_id AS classId, h.name AS className, u.is_active AS isActive, u.created_at AS createdAt, u.updated_at AS updatedAt, u.last_login AS lastLogin`

/** The homeroom course `h` of the person `u`, of which there is at most one. */
export const USER_CLASS = `LEFT JOIN enrollments he ON he.user_id = u.user_id AND he.is_homeroom = 1 AND he.status = 'enrolled'
  LEFT JOIN courses h ON h.course_id = he.course_id`

const byColumn = (column: string) => ({
  walk: `FROM users u INDEXED BY ix_users_${column}`,
  order: [`u.${column}`, 'u.user_id'],
})

const userSource: ListSource = {
  entity: 'users',
  table: 'users u',
  key: 'u.user_id',
  joins: 'CROSS JOIN user_types t ON t.user_type_id = u.user_type_id',
  sorts: {
    lastName: {
      walk: 'FROM users u INDEXED BY ix_users_last_name_sort',
      order: ['u.last_name_sort', 'u.first_name_sort', 'u.user_id'],
    },
    firstName: {
      walk: 'FROM users u INDEXED BY ix_users_first_name_sort',
      order: ['u.first_name_sort', 'u.last_name_sort', 'u.user_id'],
    },
    email: { walk: 'FROM users u INDEXED BY sqlite_autoindex_users_1', order: ['u.email'] },
    userTypeName: {
      walk: `FROM user_types t INDEXED BY ix_user_types_name_sort
        CROSS JOIN users u INDEXED BY ix_users_user_type_id ON u.user_type_id = +t.user_type_id`,
      order: ['t.name_sort', 't.user_type_id', 'u.user_id'],
    },
    // Those whose birth date is known first, the youngest of them first, then those of an age that somebody entered.
    age: {
      walk: 'FROM users u INDEXED BY ix_users_birth_date_age',
      order: ['u.birth_date DESC', 'u.age', 'u.user_id'],
    },
    // The same index backwards.
    birthDate: {
      walk: 'FROM users u INDEXED BY ix_users_birth_date_age',
      order: ['u.birth_date', 'u.age DESC', 'u.user_id DESC'],
    },
    externalId: {
      walk: 'FROM users u INDEXED BY uq_users_external_id',
      order: ['u.external_id', 'u.user_id'],
    },
    createdAt: byColumn('created_at'),
    updatedAt: byColumn('updated_at'),
  },
  defaultSort: 'lastName',
  select: (list) => `SELECT ${COLUMNS} FROM ${list} l CROSS JOIN users u ON u.user_id = l.id
    CROSS JOIN user_types t ON t.user_type_id = u.user_type_id ${USER_CLASS}`,
}

export const USER_SEARCH = {
  key: 'u.user_id',
  index: 'users_search',
  folded: ['u.last_name_folded', 'u.first_name_folded'],
  externalIdsIn: 'users',
}

export const users: Handlers<typeof userMethods, SchoolContexts> = {
  async openList({ lists }, { search, sort, filters }) {
    const conditions: Condition[] = searchConditions(USER_SEARCH, search)
    if (filters.userTypeId !== undefined)
      conditions.push({ sql: 'u.user_type_id = ?', parameters: [filters.userTypeId] })
    if (filters.classId !== undefined) conditions.push(inClass(filters.classId))
    if (filters.isActive !== undefined)
      conditions.push({ sql: 'u.is_active = ?', parameters: [filters.isActive ? 1 : 0] })
    return lists.open(userSource, { sort, conditions })
  },

  async list(context, { listId, offset, count }) {
    const rows = await context.lists.page<StoredUser>('users', listId, offset, count)
    return { rows: await rowsOf(context, rows) }
  },

  async closeList({ lists }, { listId }) {
    await lists.close(listId)
    return null
  },

  get: (context, { userId }) => getUser(context, userId),

  async create(context, input) {
    const { changes, language } = context
    await requireUserType(context, input.userTypeId)
    await requireFreeEmail(context, input.email, null)
    await requireFreeExternalId(context, 'users', input.externalId, null)
    requirePast(context, input.birthDate)
    const email = input.email ?? newNoEmail()
    const userId = await changes.insert('users', {
      ...input,
      ...userNameKeys(input, language),
      age: ageToStore(input),
      email,
      lastLogin: null,
    })
    changes.summarize('user-created', { name: fullName(input) })
    return getUser(context, userId)
  },

  async update(context, { userId, email, ...input }) {
    const { changes, language } = context
    const current = await getUser(context, userId)
    if (input.userTypeId !== undefined) await requireUserType(context, input.userTypeId)
    if (email !== undefined) await requireFreeEmail(context, email, userId)
    if (input.externalId !== undefined)
      await requireFreeExternalId(context, 'users', input.externalId, userId)
    if (input.birthDate !== undefined) requirePast(context, input.birthDate)
    const name = {
      firstName: input.firstName ?? current.firstName,
      lastName: input.lastName ?? current.lastName,
    }
    // Who had no e-mail and still has none keeps the stored one.
    const changedEmail = email !== undefined && email !== current.email && { email: email ?? newNoEmail() }
    await changes.update('users', String(userId), {
      ...input,
      ...userNameKeys(name, language),
      ...changedAge(current, input),
      ...changedEmail,
    })
    changes.summarize('user-updated', { name: fullName(name) })
    return getUser(context, userId)
  },

  setActive: (context, input) => setActive(context, 'users', input),

  async previewRemoval(context, { selection }) {
    const { count, enrollments } = await previewRemoval(context, 'users', selection)
    return { users: count, enrollments }
  },

  async remove(context, { selection }) {
    const { count, enrollments } = await remove(context, 'users', 'user', selection)
    return { users: count, enrollments }
  },
}

type StoredUser = Omit<UserRow, 'email' | 'isActive' | 'ageEnteredAt'> & { email: string; isActive: number }

/** Reads one user. Throws `not-found`. */
async function getUser(context: SchoolContext, userId: number): Promise<UserRow> {
  const stored = await context.database.query<StoredUser>(
    `SELECT ${COLUMNS} FROM users u JOIN user_types t ON t.user_type_id = u.user_type_id ${USER_CLASS} WHERE u.user_id = $1`,
    [userId],
  )
  const [row] = await rowsOf(context, stored)
  if (!row) throw new AppError('not-found', { entity: 'user', id: userId })
  return row
}

async function rowsOf({ database, today }: SchoolContext, stored: StoredUser[]): Promise<UserRow[]> {
  const ofEnteredAge = stored.filter(({ age, birthDate }) => age !== null && birthDate === null)
  const enteredAt = await agesEnteredAt(
    database,
    ofEnteredAge.map(({ userId }) => userId),
  )
  return stored.map((row) => ({
    ...row,
    age: row.birthDate === null ? row.age : ageOn(row.birthDate, today),
    ageEnteredAt: enteredAt.get(row.userId) ?? null,
    email: emailOf(row.email),
    isActive: row.isActive === 1,
    createdAt: instantOf(row.createdAt),
    updatedAt: instantOf(row.updatedAt),
    lastLogin: instantOf(row.lastLogin),
  }))
}

/** An age is kept only where no birth date says better. Of a child in its first year none is: nobody enters a 0. */
function ageToStore({ age, birthDate }: Pick<UserRow, 'age' | 'birthDate'>): number | null {
  return birthDate === null && age !== 0 ? age : null
}

/** Who loses the birth date keeps the age that it came to, unless another one is given. */
function changedAge(current: UserRow, input: Partial<Pick<UserRow, 'age' | 'birthDate'>>) {
  if (input.age === undefined && input.birthDate === undefined) return {}
  const { age, birthDate } = { ...current, ...input }
  if (birthDate !== null && birthDate === current.birthDate && age !== current.age)
    throw invalidField('age', 'follows-from-birth-date')
  return { age: ageToStore({ ...current, ...input }) }
}

function inClass(courseId: number): Condition {
  return {
    sql: `u.user_id IN (SELECT user_id FROM enrollments WHERE course_id = ? AND is_homeroom = 1 AND status = 'enrolled')`,
    parameters: [courseId],
  }
}

const fullName = ({ firstName, lastName }: { firstName: string; lastName: string }) =>
  `${firstName} ${lastName}`

async function requireUserType({ database }: SchoolContext, userTypeId: number): Promise<void> {
  const row = await database.queryOne('SELECT 1 FROM user_types WHERE user_type_id = $1', [userTypeId])
  if (!row) throw invalidField('userTypeId', 'unknown-user-type')
}

function requirePast({ today }: SchoolContext, birthDate: string | null): void {
  if (birthDate !== null && birthDate > today) throw invalidField('birthDate', 'day-to-come')
}

async function requireFreeEmail({ database }: SchoolContext, email: string | null, except: number | null) {
  if (email === null) return
  const taken = await database.queryOne<{ firstName: string; lastName: string }>(
    'SELECT first_name AS firstName, last_name AS lastName FROM users WHERE email = $1 AND user_id IS NOT $2',
    [email, except],
  )
  if (taken) throw invalidField('email', 'email-taken', { name: fullName(taken) })
}
