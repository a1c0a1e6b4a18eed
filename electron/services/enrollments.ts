import type { Handlers } from '../contract/define'
import type { EnrollmentRow, enrollmentMethods } from '../contract/enrollments'
import { AppError, invalidField } from '../contract/errors'
import type { Selection } from '../contract/lists'
import type { CommandContext, SchoolContext, SchoolContexts } from './context'
import { COURSE_SEARCH, getCourse } from './courses'
import { requireFreeExternalId } from './externalIds'
import type { Condition, ListSource } from './lists'
import { emailOf } from './noEmail'
import { anyOf, BETWEEN_WORDS, externalIdCondition, searchConditions } from './search'
import { selectRecords } from './selected'
import { USER_CLASS, USER_SEARCH } from './users'
import { dayOf, instantOf, midnightOf, storedMidnight } from './values'

const COLUMNS = `e.enrollment_id AS enrollmentId, e.user_id AS userId, e.course_id AS courseId, e.enrolled_date AS enrolledDate,
  e.end_date AS endDate, e.status, e.end_reason AS endReason, e.external_id AS externalId, e.associative_data AS associativeData, e.updated_at AS updatedAt,
  u.first_name AS firstName, u.last_name AS lastName, u.email, u.birth_date AS birthDate, h.name AS className,
  c.name AS courseName, c.class_type AS classType`

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
    status: {
      walk: 'FROM enrollments e INDEXED BY ix_enrollments_status_end_date',
      order: ['e.status', 'e.end_date', 'e.enrollment_id'],
    },
    externalId: {
      walk: 'FROM enrollments e INDEXED BY uq_enrollments_external_id',
      order: ['e.external_id', 'e.enrollment_id'],
    },
    updatedAt: byColumn('updated_at'),
  },
  defaultSort: 'lastName',
  select: (list) => `SELECT ${COLUMNS} FROM ${list} l CROSS JOIN enrollments e ON e.enrollment_id = l.id
    CROSS JOIN users u ON u.user_id = e.user_id CROSS JOIN courses c ON c.course_id = e.course_id ${USER_CLASS}`,
}

export const enrollments: Handlers<typeof enrollmentMethods, SchoolContexts> = {
  async openList({ lists }, { search, sort, filters }) {
    const conditions: Condition[] = ofPersonOrCourse(search)
    if (filters.userId !== undefined) conditions.push({ sql: 'e.user_id = ?', parameters: [filters.userId] })
    if (filters.courseId !== undefined)
      conditions.push({ sql: 'e.course_id = ?', parameters: [filters.courseId] })
    if (filters.status !== undefined) conditions.push({ sql: 'e.status = ?', parameters: [filters.status] })
    if (filters.isOpen !== undefined) conditions.push(openCondition(filters.isOpen))
    return lists.open(enrollmentSource, { sort, conditions })
  },

  async list({ lists }, { listId, offset, count }) {
    const rows = await lists.page<StoredEnrollment>('enrollments', listId, offset, count)
    return { rows: rows.map(rowOf) }
  },

  async closeList({ lists }, { listId }) {
    await lists.close(listId)
    return null
  },

  get: (context, { enrollmentId }) => getEnrollment(context, enrollmentId),

  async enrollStudents(context, { courseId, selection, enrolledDate, endDate }) {
    const { changes, database, today } = context
    const course = await getCourse(context, courseId)
    const selected = await selectRecords(context, 'users', selection)
    await requireUsers(context)
    const status = statusBy(endDate, today)
    if (status === 'enrolled') {
      await requireNotEnrolled(context, courseId)
      if (course.classType === 'homeroom') await requireNoClass(context)
    }
    const [before] = await database.query<{ id: number }>(
      'SELECT coalesce(max(enrollment_id), 0) AS id FROM enrollments',
    )
    await database.run(
      `INSERT INTO enrollments (user_id, course_id, enrolled_date, end_date, status)
        SELECT id, $1, $2, $3, $4 FROM (${selected}) ORDER BY id`,
      [courseId, storedMidnight(enrolledDate), endDate === null ? null : storedMidnight(endDate), status],
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
    const status =
      input.status ??
      (input.endDate === undefined ? current.status : followingStatus(current, input.endDate, context.today))
    if (status === 'enrolled' && statusBy(merged.endDate, context.today) === 'completed')
      throw invalidField('endDate', 'day-over')
    if (status === 'enrolled') await requireOnlyOpen(context, current)
    if (input.externalId !== undefined)
      await requireFreeExternalId(context, 'enrollments', input.externalId, enrollmentId)
    const values = {
      status,
      ...(status === 'enrolled'
        ? { endReason: null }
        : input.endReason !== undefined && { endReason: input.endReason }),
      ...(input.externalId !== undefined && { externalId: input.externalId }),
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

  async withdraw(context, { selection, endDate, endReason }) {
    const count = await end(context, selection, endDate, { status: 'withdrawn', endReason })
    context.changes.summarize('students-withdrawn', { count })
    return { count }
  },

  async complete(context, { selection, endDate }) {
    // Until the last day is over it stays open; the first start after that completes it.
    const status = endDate > context.today ? 'enrolled' : 'completed'
    const count = await end(context, selection, endDate, { status })
    context.changes.summarize('students-completed', { count })
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

/** Whether `completeEnded` has anything to do. */
export async function hasEnded({ database, today }: SchoolContext): Promise<boolean> {
  return (await database.queryOne(`${endedBefore(today)} LIMIT 1`)) !== null
}

/** Completes what was open until a day that is over by now; history says so. For the opening of a file. */
export async function completeEnded({ changes, today }: CommandContext): Promise<void> {
  const count = await changes.update('enrollments', endedBefore(today), { status: 'completed' })
  changes.summarize('enrollments-ended', { count })
}

/** SQL of the ids of what is open and was to end before a day. */
export function endedBefore(today: string): string {
  return `SELECT enrollment_id FROM enrollments WHERE status = 'enrolled' AND end_date < '${storedMidnight(today)}'`
}

async function getEnrollment({ database }: SchoolContext, enrollmentId: number): Promise<EnrollmentRow> {
  const row = await database.queryOne<StoredEnrollment>(
    `SELECT ${COLUMNS} FROM enrollments e JOIN users u ON u.user_id = e.user_id JOIN courses c ON c.course_id = e.course_id
      ${USER_CLASS} WHERE e.enrollment_id = $1`,
    [enrollmentId],
  )
  if (!row) throw new AppError('not-found', { entity: 'enrollment', id: enrollmentId })
  return rowOf(row)
}

function rowOf(row: StoredEnrollment): EnrollmentRow {
  return {
    ...row,
    enrolledDate: dayOf(row.enrolledDate),
    endDate: dayOf(row.endDate),
    updatedAt: instantOf(row.updatedAt),
    email: emailOf(row.email),
    isOpen: row.status === 'enrolled',
  }
}

function openCondition(isOpen: boolean): Condition {
  return { sql: isOpen ? `e.status = 'enrolled'` : `e.status IN ('completed', 'withdrawn')`, parameters: [] }
}

/** What an enrolment is whose only end is its last day. */
function statusBy(endDate: string | null, today: string): EnrollmentRow['status'] {
  return endDate !== null && endDate < today ? 'completed' : 'enrolled'
}

/** Who withdrew did so whenever the last day was; but a last day that is to come opens an ended enrolment again. */
function followingStatus({ status }: EnrollmentRow, endDate: string | null, today: string) {
  const byDay = statusBy(endDate, today)
  return byDay === 'completed' && status !== 'enrolled' ? status : byDay
}

/** Ends the open enrolments of a selection; answers how many there were. */
async function end(
  context: CommandContext,
  selection: Selection,
  endDate: string,
  values: object,
): Promise<number> {
  const { changes, database } = context
  const selected = await selectRecords(context, 'enrollments', selection)
  const open = `SELECT enrollment_id FROM enrollments WHERE enrollment_id IN (${selected}) AND status = 'enrolled'`
  const latest = await database.queryOne<{ day: string | null; count: number }>(
    `SELECT max(enrolled_date) AS day, count(*) AS count FROM enrollments WHERE enrollment_id IN (${open})`,
  )
  if (!latest?.count) throw new AppError('conflict', { reason: 'none-open' })
  const lastStart = dayOf(latest.day)
  if (lastStart !== null && endDate < lastStart)
    throw invalidField('endDate', 'before-enrolled', { day: lastStart })
  return changes.update('enrollments', open, { endDate: midnightOf(endDate), ...values })
}

/** Every word is found in the person or in the course. */
function ofPersonOrCourse(search: string): Condition[] {
  const byExternalId = externalIdCondition('e.enrollment_id', 'enrollments', search)
  // Word by word: what narrows the people for one says nothing of the courses for another.
  return search.split(BETWEEN_WORDS).flatMap((word) => {
    const [person] = searchConditions(USER_SEARCH, word)
    const [course] = searchConditions(COURSE_SEARCH, word)
    if (!person || !course) return []
    return anyOf([
      { ...person, sql: `e.user_id IN (SELECT u.user_id FROM users u WHERE ${person.sql})` },
      { ...course, sql: `e.course_id IN (SELECT c.course_id FROM courses c WHERE ${course.sql})` },
      byExternalId,
    ])
  })
}

async function requireUsers({ database }: CommandContext): Promise<void> {
  const unknown = await database.queryOne<{ id: number }>(
    'SELECT id FROM temp.selected WHERE id NOT IN (SELECT user_id FROM users)',
  )
  if (unknown) throw new AppError('not-found', { entity: 'user', id: unknown.id })
}

/** Names the first few who are in the course already. */
async function requireNotEnrolled({ database }: CommandContext, courseId: number): Promise<void> {
  const enrolled = await database.query<{ name: string; count: number }>(
    `SELECT u.first_name || ' ' || u.last_name AS name, count(*) OVER () AS count
      FROM enrollments e JOIN users u ON u.user_id = e.user_id
      WHERE e.course_id = $1 AND e.user_id IN (SELECT id FROM temp.selected) AND e.status = 'enrolled'
      LIMIT 3`,
    [courseId],
  )
  const [first] = enrolled
  if (!first) return
  const names = enrolled.map(({ name }) => name).join(', ')
  throw invalidField('selection', 'already-enrolled', { names, count: first.count })
}

/** Names the first few who are in a class already. */
async function requireNoClass({ database }: CommandContext): Promise<void> {
  const inClass = await database.query<{ name: string; className: string; count: number }>(
    `SELECT u.first_name || ' ' || u.last_name AS name, c.name AS className, count(*) OVER () AS count
      FROM enrollments e JOIN users u ON u.user_id = e.user_id JOIN courses c ON c.course_id = e.course_id
      WHERE e.user_id IN (SELECT id FROM temp.selected) AND e.is_homeroom = 1 AND e.status = 'enrolled' LIMIT 3`,
  )
  const [first] = inClass
  if (first) throw invalidField('selection', 'already-in-class', { ...first })
}

/** Opening an ended enrolment again must not make a second open one. */
async function requireOnlyOpen({ database }: CommandContext, current: EnrollmentRow) {
  if (current.isOpen) return
  const other = await database.queryOne(
    `SELECT 1 FROM enrollments WHERE user_id = $1 AND course_id = $2 AND enrollment_id <> $3
      AND status = 'enrolled'`,
    [current.userId, current.courseId, current.enrollmentId],
  )
  const names = `${current.firstName} ${current.lastName}`
  if (other) throw invalidField('endDate', 'already-enrolled', { names, count: 1 })
  if (current.classType !== 'homeroom') return
  const elsewhere = await database.queryOne<{ className: string }>(
    `SELECT c.name AS className FROM enrollments e JOIN courses c ON c.course_id = e.course_id
      WHERE e.user_id = $1 AND e.is_homeroom = 1 AND e.status = 'enrolled'`,
    [current.userId],
  )
  if (elsewhere) throw invalidField('endDate', 'already-in-class', { name: names, ...elsewhere })
}
