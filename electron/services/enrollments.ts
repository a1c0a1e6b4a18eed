import type { Handlers } from '../contract/define'
import type { EnrollmentRow, enrollmentMethods } from '../contract/enrollments'
import { AppError, invalidField } from '../contract/errors'
import type { CommandContext, SchoolContext, SchoolContexts } from './context'
import { COURSE_SEARCH, getCourse } from './courses'
import type { Condition, ListSource } from './lists'
import { emailOf } from './noEmail'
import { BETWEEN_WORDS, searchConditions } from './search'
import { selectRecords } from './selected'
import { USER_SEARCH } from './users'
import { dayOf, instantOf, midnightOf, storedMidnight } from './values'

const COLUMNS = `e.enrollment_id AS enrollmentId, e.user_id AS userId, e.course_id AS courseId, e.enrolled_date AS enrolledDate,
  e.end_date AS endDate, e.associative_data AS associativeData, e.updated_at AS updatedAt,
  u.first_name AS firstName, u.last_name AS lastName, u.email, c.name AS courseName`

const byColumn = (column: string) => ({
  walk: `FROM enrollments e INDEXED BY ix_enrollments_${column}`,
  order: [`e.${column}`, 'e.enrollment_id'],
})

const enrollmentSource: ListSource = {
  entity: 'enrollments',
  table: 'enrollments e',
  key: 'e.enrollment_id',
  joins: 'CROSS JOIN users u ON u.user_id = e.user_id CROSS JOIN courses c ON c.course_id = e.course_id',
  sorts: {
    lastName: {
      walk: `FROM users u INDEXED BY ix_users_last_name_sort
        CROSS JOIN enrollments e INDEXED BY ix_enrollments_user_id ON e.user_id = +u.user_id`,
      order: ['u.last_name_sort', 'u.first_name_sort', 'u.user_id', 'e.enrollment_id'],
    },
    courseName: {
      walk: `FROM courses c INDEXED BY ix_courses_name_sort
        CROSS JOIN enrollments e INDEXED BY ix_enrollments_course_id ON e.course_id = +c.course_id`,
      order: ['c.name_sort', 'c.course_id', 'e.enrollment_id'],
    },
    enrolledDate: byColumn('enrolled_date'),
    endDate: byColumn('end_date'),
    updatedAt: byColumn('updated_at'),
  },
  defaultSort: 'lastName',
  select: (list) => `SELECT ${COLUMNS} FROM ${list} l CROSS JOIN enrollments e ON e.enrollment_id = l.id
    CROSS JOIN users u ON u.user_id = e.user_id CROSS JOIN courses c ON c.course_id = e.course_id`,
}

export const enrollments: Handlers<typeof enrollmentMethods, SchoolContexts> = {
  async openList({ lists, today }, { search, sort, filters }) {
    const conditions: Condition[] = ofPersonOrCourse(search)
    if (filters.userId !== undefined) conditions.push({ sql: 'e.user_id = ?', parameters: [filters.userId] })
    if (filters.courseId !== undefined)
      conditions.push({ sql: 'e.course_id = ?', parameters: [filters.courseId] })
    if (filters.isOpen !== undefined) conditions.push(openCondition(filters.isOpen, today))
    return lists.open(enrollmentSource, { sort, conditions })
  },

  async list({ lists, today }, { listId, offset, count }) {
    const rows = await lists.page<StoredEnrollment>('enrollments', listId, offset, count)
    return { rows: rows.map((row) => rowOf(row, today)) }
  },

  async closeList({ lists }, { listId }) {
    await lists.close(listId)
    return null
  },

  get: (context, { enrollmentId }) => getEnrollment(context, enrollmentId),

  async enrollStudents(context, { courseId, selection, enrolledDate, endDate }) {
    const { changes, database } = context
    const course = await getCourse(context, courseId)
    const selected = await selectRecords(context, 'users', selection)
    await requireUsers(context)
    await requireNotEnrolled(context, courseId)
    const [before] = await database.query<{ id: number }>(
      'SELECT coalesce(max(enrollment_id), 0) AS id FROM enrollments',
    )
    await database.run(
      `INSERT INTO enrollments (user_id, course_id, enrolled_date, end_date) SELECT id, $1, $2, $3 FROM (${selected}) ORDER BY id`,
      [courseId, storedMidnight(enrolledDate), endDate === null ? null : storedMidnight(endDate)],
    )
    const count = await changes.recordInserted(
      'enrollments',
      `SELECT enrollment_id FROM enrollments WHERE enrollment_id > ${before?.id ?? 0}`,
    )
    changes.summarize('students-enrolled', { count, course: course.name })
    return { count }
  },

  async update(context, { enrollmentId, ...input }) {
    const { changes } = context
    const current = await getEnrollment(context, enrollmentId)
    const merged = { ...current, ...input }
    if (merged.endDate !== null && merged.enrolledDate !== null && merged.endDate < merged.enrolledDate) {
      throw invalidField(input.endDate === undefined ? 'enrolledDate' : 'endDate', 'end-before-start')
    }
    await requireOnlyOpen(context, current, merged.endDate)
    const values = {
      ...(input.enrolledDate !== undefined && { enrolledDate: midnightOf(input.enrolledDate) }),
      ...(input.endDate !== undefined && {
        endDate: input.endDate === null ? null : midnightOf(input.endDate),
      }),
      ...(input.associativeData !== undefined && { associativeData: input.associativeData }),
    }
    await changes.update('enrollments', String(enrollmentId), values)
    changes.summarize('enrollment-updated', {
      name: `${current.firstName} ${current.lastName}`,
      course: current.courseName,
    })
    return getEnrollment(context, enrollmentId)
  },

  async withdraw(context, { selection, endDate }) {
    const { changes, database, today } = context
    const selected = await selectRecords(context, 'enrollments', selection)
    const open = `SELECT enrollment_id FROM enrollments WHERE enrollment_id IN (${selected})
      AND (end_date IS NULL OR end_date >= '${storedMidnight(today)}')`
    const tooEarly = await database.queryOne<{ day: string }>(
      `SELECT max(enrolled_date) AS day FROM enrollments WHERE enrollment_id IN (${open})`,
    )
    const lastStart = dayOf(tooEarly?.day ?? null)
    if (lastStart !== null && endDate < lastStart)
      throw invalidField('endDate', 'before-enrolled', { day: lastStart })
    const count = await changes.update('enrollments', open, { endDate: midnightOf(endDate) })
    changes.summarize('students-withdrawn', { count })
    return { count }
  },

  async remove(context, { selection }) {
    const { changes } = context
    const count = await changes.remove('enrollments', await selectRecords(context, 'enrollments', selection))
    changes.summarize('enrollments-removed', { count })
    return { count }
  },
}

type StoredEnrollment = Omit<EnrollmentRow, 'isOpen' | 'email'> & { email: string }

async function getEnrollment(
  { database, today }: SchoolContext,
  enrollmentId: number,
): Promise<EnrollmentRow> {
  const row = await database.queryOne<StoredEnrollment>(
    `SELECT ${COLUMNS} FROM enrollments e JOIN users u ON u.user_id = e.user_id JOIN courses c ON c.course_id = e.course_id
      WHERE e.enrollment_id = $1`,
    [enrollmentId],
  )
  if (!row) throw new AppError('not-found', { entity: 'enrollment', id: enrollmentId })
  return rowOf(row, today)
}

function rowOf(row: StoredEnrollment, today: string): EnrollmentRow {
  const endDate = dayOf(row.endDate)
  return {
    ...row,
    enrolledDate: dayOf(row.enrolledDate),
    endDate,
    updatedAt: instantOf(row.updatedAt),
    email: emailOf(row.email),
    isOpen: endDate === null || endDate >= today,
  }
}

function openCondition(isOpen: boolean, today: string): Condition {
  return isOpen
    ? { sql: 'e.end_date IS NULL OR e.end_date >= ?', parameters: [storedMidnight(today)] }
    : { sql: 'e.end_date < ?', parameters: [storedMidnight(today)] }
}

/** Every word is found in the person or in the course. */
function ofPersonOrCourse(search: string): Condition[] {
  // Word by word: what narrows the people for one says nothing of the courses for another.
  return search.split(BETWEEN_WORDS).flatMap((word) => {
    const [person] = searchConditions(USER_SEARCH, word)
    const [course] = searchConditions(COURSE_SEARCH, word)
    if (!person || !course) return []
    return {
      sql: `e.user_id IN (SELECT u.user_id FROM users u WHERE ${person.sql})
        OR e.course_id IN (SELECT c.course_id FROM courses c WHERE ${course.sql})`,
      parameters: [...person.parameters, ...course.parameters],
    }
  })
}

async function requireUsers({ database }: CommandContext): Promise<void> {
  const unknown = await database.queryOne<{ id: number }>(
    'SELECT id FROM temp.selected WHERE id NOT IN (SELECT user_id FROM users)',
  )
  if (unknown) throw new AppError('not-found', { entity: 'user', id: unknown.id })
}

/** Names the first few who are in the course already. */
async function requireNotEnrolled({ database, today }: CommandContext, courseId: number): Promise<void> {
  const enrolled = await database.query<{ name: string; count: number }>(
    `SELECT u.first_name || ' ' || u.last_name AS name, count(*) OVER () AS count
      FROM enrollments e JOIN users u ON u.user_id = e.user_id
      WHERE e.course_id = $1 AND e.user_id IN (SELECT id FROM temp.selected) AND (e.end_date IS NULL OR e.end_date >= $2)
      LIMIT 3`,
    [courseId, storedMidnight(today)],
  )
  const [first] = enrolled
  if (!first) return
  const names = enrolled.map(({ name }) => name).join(', ')
  throw invalidField('selection', 'already-enrolled', { names, count: first.count })
}

/** Opening an ended enrolment again must not make a second open one. */
async function requireOnlyOpen(
  { database, today }: CommandContext,
  current: EnrollmentRow,
  endDate: string | null,
) {
  if (endDate !== null && endDate < today) return
  const other = await database.queryOne(
    `SELECT 1 FROM enrollments WHERE user_id = $1 AND course_id = $2 AND enrollment_id <> $3
      AND (end_date IS NULL OR end_date >= $4)`,
    [current.userId, current.courseId, current.enrollmentId, storedMidnight(today)],
  )
  if (!other) return
  const names = `${current.firstName} ${current.lastName}`
  throw invalidField('endDate', 'already-enrolled', { names, count: 1 })
}
