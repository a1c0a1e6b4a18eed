import type { Draws } from './draws'
import { EXTERNAL_IDS, type Planned } from './people'
import { conflict, dayFrom, invalid, notFound, type Plan, type Refusal, refusedWhere } from './plan'
import {
  anyId,
  type Enrollment,
  JUST_NOW,
  type Records,
  rowsWhere,
  someIds,
  withNew,
  withRows,
} from './records'

// What may be done to courses and enrolments.

function createCourse(draws: Draws, records: Records, today: string): Plan {
  const { isActive: _, ...input } = drawnCourse(draws, today)
  const row = { ...input, isActive: true, createdAt: JUST_NOW, updatedAt: JUST_NOW }
  return {
    request: { do: 'call', method: 'courses.create', input },
    refusals: refusedWhere(
      [input.endDate < input.startDate, invalid('endDate', 'end-before-start')],
      [isIdOfOther(records, 'courses', input.externalId, null), invalid('externalId', 'external-id-taken')],
    ),
    records: withNew(records, 'courses', row),
  }
}

function changeCourse(draws: Draws, records: Records, today: string): Plan {
  const courseId = anyId(draws, records, 'courses')
  const input = draws.some(drawnCourse(draws, today))
  const request = { do: 'call', method: 'courses.update', input: { courseId, ...input } } as const
  const current = records.courses.get(courseId)
  if (!current) return { request, refusals: [notFound('course')], records }
  const changed = { ...current, ...input, updatedAt: JUST_NOW }
  const dateField = input.endDate === undefined ? 'startDate' : 'endDate'
  const isClassOfOthers = openIn(records, courseId).some(
    ([, { userId }]) => classOf(records, userId, courseId) !== null,
  )
  return {
    request,
    refusals: refusedWhere(
      [changed.endDate < changed.startDate, invalid(dateField, 'end-before-start')],
      [
        isIdOfOther(records, 'courses', input.externalId, courseId),
        invalid('externalId', 'external-id-taken'),
      ],
      [input.classType === 'homeroom' && isClassOfOthers, invalid('classType', 'already-in-class')],
    ),
    records: withRows(records, 'courses', [[courseId, changed]]),
  }
}

function removeCourses(draws: Draws, records: Records): Plan {
  const ids = someIds(draws, records, 'courses')
  const courses = rowsWhere(records, 'courses', (_, id) => ids.includes(id))
  const theirs = rowsWhere(records, 'enrollments', ({ courseId }) => ids.includes(courseId))
  const without = withRows(
    records,
    'enrollments',
    theirs.map(([id]) => [id, null]),
  )
  return {
    request: { do: 'call', method: 'courses.remove', input: { selection: { ids } } },
    refusals: [],
    value: { courses: courses.length, enrollments: theirs.length },
    records: withRows(
      without,
      'courses',
      courses.map(([id]) => [id, null]),
    ),
  }
}

function enroll(draws: Draws, records: Records, today: string): Plan {
  const courseId = anyId(draws, records, 'courses')
  const ids = someIds(draws, records, 'users').sort((one, other) => one - other)
  const [enrolledDate, endDate] = [drawnDay(draws, today), draws.of([null, drawnDay(draws, today)])]
  const status: Enrollment['status'] = endDate !== null && endDate < today ? 'completed' : 'enrolled'
  const isClass = records.courses.get(courseId)?.classType === 'homeroom'
  const isInIt = (userId: number) => openIn(records, courseId).some(([, row]) => row.userId === userId)
  const fresh = { ...{ courseId, enrolledDate, endDate, status }, ...ENROLLED_NOW }
  return {
    request: {
      do: 'call',
      method: 'enrollments.enrollStudents',
      input: { courseId, selection: { ids }, enrolledDate, endDate },
    },
    refusals: refusedWhere(
      [endDate !== null && endDate < enrolledDate, invalid('endDate', 'end-before-start')],
      [!records.courses.has(courseId), notFound('course')],
      [ids.some((id) => !records.users.has(id)), notFound('user')],
      [status === 'enrolled' && ids.some(isInIt), invalid('selection', 'already-enrolled')],
      [
        status === 'enrolled' && isClass && ids.some((id) => classOf(records, id, courseId) !== null),
        invalid('selection', 'already-in-class'),
      ],
    ),
    value: { count: ids.length },
    records: ids.reduce((all, userId) => withNew(all, 'enrollments', { ...fresh, userId }), records),
  }
}

const ENROLLED_NOW = { endReason: null, externalId: null, updatedAt: JUST_NOW }

function changeEnrollment(draws: Draws, records: Records, today: string): Plan {
  const enrollmentId = anyId(draws, records, 'enrollments')
  const input = draws.some({
    endDate: draws.of([null, drawnDay(draws, today)]),
    status: draws.of(['enrolled', 'completed', 'withdrawn'] as const),
    enrolledDate: drawnDay(draws, today),
    endReason: draws.of([null, 'moved']),
    externalId: draws.of([null, ...EXTERNAL_IDS]),
  })
  const request = {
    do: 'call',
    method: 'enrollments.update',
    input: { enrollmentId, ...input },
  } as const
  const current = records.enrollments.get(enrollmentId)
  if (!current) return { request, refusals: [notFound('enrollment')], records }
  const status = input.status ?? statusAfter(current, input.endDate, today)
  const changed = { ...current, ...input, status, updatedAt: JUST_NOW }
  if (status === 'enrolled') changed.endReason = null
  return {
    request,
    refusals: changeRefusals(records, [enrollmentId, current], changed, {
      dateField: input.endDate === undefined ? 'enrolledDate' : 'endDate',
      today,
    }),
    records: withRows(records, 'enrollments', [[enrollmentId, changed]]),
  }
}

function withdraw(draws: Draws, records: Records, today: string): Plan {
  const [ids, endDate] = [someIds(draws, records, 'enrollments'), drawnDay(draws, today)]
  const endReason = draws.of([null, 'moved'])
  return {
    request: {
      do: 'call',
      method: 'enrollments.withdraw',
      input: { selection: { ids }, endDate, endReason },
    },
    ...ended(records, ids, endDate, { status: 'withdrawn', endReason }),
  }
}

/** Until its last day is over, an enrolment stays open. */
function complete(draws: Draws, records: Records, today: string): Plan {
  const [ids, endDate] = [someIds(draws, records, 'enrollments'), drawnDay(draws, today)]
  return {
    request: { do: 'call', method: 'enrollments.complete', input: { selection: { ids }, endDate } },
    ...ended(records, ids, endDate, { status: endDate > today ? 'enrolled' : 'completed' }),
  }
}

function removeEnrollments(draws: Draws, records: Records): Plan {
  const ids = someIds(draws, records, 'enrollments')
  const gone = rowsWhere(records, 'enrollments', (_, id) => ids.includes(id))
  return {
    request: { do: 'call', method: 'enrollments.remove', input: { selection: { ids } } },
    refusals: [],
    value: { count: gone.length },
    records: withRows(
      records,
      'enrollments',
      gone.map(([id]) => [id, null]),
    ),
  }
}

export const COURSE_STEPS = {
  createCourse,
  changeCourse,
  removeCourses,
  enroll,
  changeEnrollment,
  withdraw,
  complete,
  removeEnrollments,
} satisfies Record<string, Planned>

/** What the opening of a file does to what was open until a day that is over. */
export function completedBy(records: Records, today: string): Records {
  const over = rowsWhere(
    records,
    'enrollments',
    ({ status, endDate }) => status === 'enrolled' && endDate !== null && endDate < today,
  )
  return withRows(
    records,
    'enrollments',
    over.map(([id, row]) => [id, { ...row, status: 'completed', updatedAt: JUST_NOW }]),
  )
}

/** The homeroom in which a person is, but for one course: null for none. */
export function classOf(records: Records, userId: number, except: number | null = null): number | null {
  const [found] = rowsWhere(
    records,
    'enrollments',
    (row) =>
      row.userId === userId &&
      row.status === 'enrolled' &&
      row.courseId !== except &&
      records.courses.get(row.courseId)?.classType === 'homeroom',
  )
  return found ? found[1].courseId : null
}

export const openIn = (records: Records, courseId: number) =>
  rowsWhere(records, 'enrollments', (row) => row.courseId === courseId && row.status === 'enrolled')

function drawnCourse(draws: Draws, today: string) {
  return {
    name: draws.of(['Chess', 'VIII-2', 'Kemija', 'Čitanje']),
    startDate: drawnDay(draws, today),
    endDate: dayFrom(drawnDay(draws, today), draws.of([90, 0])),
    classType: draws.of(['scheduled', 'homeroom'] as const),
    externalId: draws.of([null, ...EXTERNAL_IDS]),
    isActive: draws.isOneIn(2),
  }
}

const drawnDay = (draws: Draws, today: string) => dayFrom(today, draws.of([0, -30, -1, 1, 3, 40]))

function isIdOfOther(
  records: Records,
  kind: 'courses' | 'enrollments',
  externalId: string | null | undefined,
  except: number | null,
): boolean {
  if (externalId == null) return false
  return [...records[kind]].some(([id, row]) => row.externalId === externalId && id !== except)
}

/** Without a word of the status, it follows from the last day: completed where that is past, but who withdrew did so;
 *  open again where it no longer is. */
function statusAfter({ status }: Enrollment, endDate: string | null | undefined, today: string) {
  if (endDate === undefined) return status
  if (endDate === null || endDate >= today) return 'enrolled'
  return status === 'enrolled' ? 'completed' : status
}

function changeRefusals(
  records: Records,
  [id, current]: [number, Enrollment],
  changed: Enrollment,
  { dateField, today }: { dateField: string; today: string },
): Refusal[] {
  const { userId, courseId, endDate } = changed
  const isOpen = changed.status === 'enrolled'
  const opensAgain = isOpen && current.status !== 'enrolled'
  const others = openIn(records, courseId).filter(([other, row]) => other !== id && row.userId === userId)
  const isClass = records.courses.get(courseId)?.classType === 'homeroom'
  return refusedWhere(
    [endDate !== null && endDate < changed.enrolledDate, invalid(dateField, 'end-before-start')],
    [isOpen && endDate !== null && endDate < today, invalid('endDate', 'day-over')],
    [opensAgain && others.length > 0, invalid('endDate', 'already-enrolled')],
    [
      opensAgain && isClass && classOf(records, userId, courseId) !== null,
      invalid('endDate', 'already-in-class'),
    ],
    [
      changed.externalId !== current.externalId &&
        isIdOfOther(records, 'enrollments', changed.externalId, id),
      invalid('externalId', 'external-id-taken'),
    ],
  )
}

/** The open ones of a selection, ended on a day that none of them begins after. */
function ended(records: Records, ids: number[], endDate: string, values: Partial<Enrollment>) {
  const open = rowsWhere(records, 'enrollments', (row, id) => ids.includes(id) && row.status === 'enrolled')
  return {
    refusals: refusedWhere(
      [open.length === 0, conflict('none-open')],
      [open.some(([, row]) => endDate < row.enrolledDate), invalid('endDate', 'before-enrolled')],
    ),
    value: { count: open.length },
    records: withRows(
      records,
      'enrollments',
      open.map(([id, row]) => [id, { ...row, endDate, ...values, updatedAt: JUST_NOW }]),
    ),
  }
}
