import type { CourseRow, courseMethods } from '../contract/courses'
import type { Handlers } from '../contract/define'
import { AppError, invalidField } from '../contract/errors'
import { courseNameKeys } from '../contract/nameKeys'
import { setActive } from './activation'
import type { SchoolContext, SchoolContexts } from './context'
import type { Condition, ListSource } from './lists'
import { previewRemoval, remove } from './removal'
import { requireFreeExternalId } from './externalIds'
import { searchConditions } from './search'
import { instantOf } from './values'

const COLUMNS = `c.course_id AS courseId, c.name, c.description, c.start_date AS startDate, c.end_date AS endDate,
  c.class_type AS classType, c.external_id AS externalId, c.details, c.is_active AS isActive, c.created_at AS createdAt, c.updated_at AS updatedAt`

const byColumn = (column: string) => ({
  walk: `FROM courses c INDEXED BY ix_courses_${column}`,
  order: [`c.${column}`, 'c.course_id'],
})

const courseSource: ListSource = {
  entity: 'courses',
  table: 'courses c',
  key: 'c.course_id',
  joins: '',
  sorts: {
    name: byColumn('name_sort'),
    startDate: byColumn('start_date'),
    endDate: byColumn('end_date'),
    externalId: {
      walk: 'FROM courses c INDEXED BY uq_courses_external_id',
      order: ['c.external_id', 'c.course_id'],
    },
    createdAt: byColumn('created_at'),
    updatedAt: byColumn('updated_at'),
  },
  defaultSort: 'name',
  select: (list) => `SELECT ${COLUMNS} FROM ${list} l CROSS JOIN courses c ON c.course_id = l.id`,
}

export const COURSE_SEARCH = {
  key: 'c.course_id',
  index: 'courses_search',
  folded: ['c.name_folded'],
  externalIdsIn: 'courses',
}

export const courses: Handlers<typeof courseMethods, SchoolContexts> = {
  async openList({ lists, today }, { search, sort, filters }) {
    const conditions: Condition[] = searchConditions(COURSE_SEARCH, search)
    if (filters.state !== undefined) conditions.push(stateCondition(filters.state, today))
    if (filters.classType !== undefined)
      conditions.push({ sql: 'c.class_type = ?', parameters: [filters.classType] })
    if (filters.isActive !== undefined)
      conditions.push({ sql: 'c.is_active = ?', parameters: [filters.isActive ? 1 : 0] })
    return lists.open(courseSource, { sort, conditions })
  },

  async list(context, { listId, offset, count }) {
    return {
      rows: await withCounts(
        context,
        await context.lists.page<StoredCourse>('courses', listId, offset, count),
      ),
    }
  },

  async closeList({ lists }, { listId }) {
    await lists.close(listId)
    return null
  },

  get: (context, { courseId }) => getCourse(context, courseId),

  async create(context, input) {
    const { changes, language } = context
    await requireFreeExternalId(context, 'courses', input.externalId, null)
    const courseId = await changes.insert('courses', { ...input, ...courseNameKeys(input.name, language) })
    changes.summarize('course-created', { name: input.name })
    return getCourse(context, courseId)
  },

  async update(context, { courseId, ...input }) {
    const { changes, language } = context
    const current = await getCourse(context, courseId)
    const merged = { ...current, ...input }
    if (merged.endDate < merged.startDate) {
      throw invalidField(input.endDate === undefined ? 'startDate' : 'endDate', 'end-before-start')
    }
    if (input.externalId !== undefined)
      await requireFreeExternalId(context, 'courses', input.externalId, courseId)
    if (input.classType === 'homeroom') await requireOnlyClass(context, courseId)
    await changes.update('courses', String(courseId), { ...input, ...courseNameKeys(merged.name, language) })
    changes.summarize('course-updated', { name: merged.name })
    return getCourse(context, courseId)
  },

  setActive: (context, input) => setActive(context, 'courses', input),

  async previewRemoval(context, { selection }) {
    const { count, enrollments } = await previewRemoval(context, 'courses', selection)
    return { courses: count, enrollments }
  },

  async remove(context, { selection }) {
    const { count, enrollments } = await remove(context, 'courses', 'course', selection)
    return { courses: count, enrollments }
  },
}

type StoredCourse = Omit<CourseRow, 'isActive' | 'state' | 'studentCount'> & {
  courseId: number
  isActive: number
}

/** Reads one course. Throws `not-found`. */
export async function getCourse(context: SchoolContext, courseId: number): Promise<CourseRow> {
  const stored = await context.database.query<StoredCourse>(
    `SELECT ${COLUMNS} FROM courses c WHERE c.course_id = $1`,
    [courseId],
  )
  const [row] = await withCounts(context, stored)
  if (!row) throw new AppError('not-found', { entity: 'course', id: courseId })
  return row
}

/** Counts the open enrolments of the rows of one page. */
async function withCounts({ database, today }: SchoolContext, rows: StoredCourse[]): Promise<CourseRow[]> {
  const counts = await database.query<{ courseId: number; count: number }>(
    `SELECT course_id AS courseId, count(*) AS count FROM enrollments
      WHERE course_id IN (SELECT value FROM json_each($1)) AND status = 'enrolled' GROUP BY course_id`,
    [JSON.stringify(rows.map(({ courseId }) => courseId))],
  )
  const countOf = new Map(counts.map(({ courseId, count }) => [courseId, count]))
  return rows.map((row) => ({
    ...row,
    isActive: row.isActive === 1,
    createdAt: instantOf(row.createdAt),
    updatedAt: instantOf(row.updatedAt),
    state: row.startDate > today ? 'upcoming' : row.endDate < today ? 'ended' : 'running',
    studentCount: countOf.get(row.courseId) ?? 0,
  }))
}

/** Nobody in a course that becomes a class may be in another class. */
async function requireOnlyClass({ database }: SchoolContext, courseId: number): Promise<void> {
  const elsewhere = await database.queryOne<{ name: string; className: string }>(
    `SELECT u.first_name || ' ' || u.last_name AS name, c.name AS className FROM enrollments e
      JOIN enrollments o ON o.user_id = e.user_id AND o.is_homeroom = 1 AND o.status = 'enrolled' AND o.course_id <> e.course_id
      JOIN courses c ON c.course_id = o.course_id JOIN users u ON u.user_id = e.user_id
      WHERE e.course_id = $1 AND e.status = 'enrolled' LIMIT 1`,
    [courseId],
  )
  if (elsewhere) throw invalidField('classType', 'already-in-class', elsewhere)
}

function stateCondition(state: CourseRow['state'], today: string): Condition {
  if (state === 'upcoming') return { sql: 'c.start_date > ?', parameters: [today] }
  if (state === 'ended') return { sql: 'c.end_date < ?', parameters: [today] }
  return { sql: 'c.start_date <= ? AND c.end_date >= ?', parameters: [today, today] }
}
