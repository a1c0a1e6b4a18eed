import { classOf, openIn } from './courses'
import type { Seen } from './desk'
import { yearsSince } from './people'
import type { Outcome, Plan } from './plan'
import { type Enrollment, JUST_NOW, KINDS, type Kind, type Records, type Rows, rowsWhere } from './records'

/** What the lists should show and do not, or the other way round. */
export class Unlike extends Error {}

/** The records with the numbers and times of what is new, which only the school knows. Throws Unlike where those cannot be. */
export function settle(records: Records, seen: Seen, since: number): Records {
  return dated(numbered(records, seen), seen, since)
}

/** Holds what the lists show against the records of the model. Throws Unlike. */
export function requireShown(records: Records, seen: Seen, today: string): void {
  const expected = shownOf(records, today)
  for (const kind of LISTED) requireAlike(kind, expected[kind], rowsById(seen, kind))
  if (records.school.get(1)?.name !== seen.name) throw new Unlike(`the school is called ${seen.name}`)
}

/** The records of a school, of which nothing is known beforehand. */
export function recordsSeen(seen: Seen): Records {
  const numbers = (rows: object[], key: string) => rows.map((row) => Number(valueIn(row, key)))
  const enrollment = ({
    userId,
    courseId,
    endDate,
    status,
    endReason,
    externalId,
    ...row
  }: Seen['enrollments'][number]) => ({
    ...{ userId, courseId, enrolledDate: row.enrolledDate ?? '', endDate, status, endReason, externalId },
    updatedAt: row.updatedAt ?? '',
  })
  const times = (row: { createdAt: string | null; updatedAt: string | null }) => ({
    createdAt: row.createdAt ?? '',
    updatedAt: row.updatedAt ?? '',
  })
  const table = <Row>(rows: object[], key: string, all: Row[]) =>
    new Map(numbers(rows, key).map((id, index) => [id, all[index] as Row]))
  return {
    school: new Map([[1, { name: seen.name, updatedAt: '' }]]),
    userTypes: table(
      seen.userTypes,
      'userTypeId',
      seen.userTypes.map((row) => ({ name: row.name, ...times(row) })),
    ),
    users: table(
      seen.users,
      'userId',
      seen.users.map(
        ({ firstName, lastName, email, userTypeId, birthDate, externalId, isActive, ...row }) => ({
          ...{ firstName, lastName, email, userTypeId, birthDate, externalId, isActive },
          age: birthDate === null ? row.age : null,
          ...times(row),
        }),
      ),
    ),
    courses: table(
      seen.courses,
      'courseId',
      seen.courses.map(({ name, startDate, endDate, classType, externalId, isActive, ...row }) => ({
        ...{ name, startDate, endDate, classType, externalId, isActive },
        ...times(row),
      })),
    ),
    enrollments: table(seen.enrollments, 'enrollmentId', seen.enrollments.map(enrollment)),
  }
}

type Listed = Exclude<Kind, 'school'>
const LISTED = KINDS.filter((kind) => kind !== 'school')

const KEYS: Record<Listed, string> = {
  userTypes: 'userTypeId',
  users: 'userId',
  courses: 'courseId',
  enrollments: 'enrollmentId',
}

type Shown = Record<string, unknown>

const valueIn = (row: object, name: string): unknown => (row as Shown)[name]

const rowsById = (seen: Seen, kind: Listed) =>
  new Map(seen[kind].map((row) => [Number(valueIn(row, KEYS[kind])), row as Shown]))

/** What is new gets the numbers that the school has given, in the order in which it was written. */
function numbered(records: Records, seen: Seen): Records {
  const numbers = new Map<string, number>()
  for (const kind of LISTED) {
    const known = [...records[kind].keys()].filter((id) => id > 0)
    const added = [...records[kind].keys()].filter((id) => id < 0).sort((one, other) => other - one)
    if (added.length === 0) continue
    const found = [...rowsById(seen, kind).keys()].filter((id) => !records[kind].has(id))
    found.sort((one, other) => one - other)
    if (found.length !== added.length)
      throw new Unlike(`${added.length} new ${kind} should be there, but ${found.length} are`)
    if ((found[0] ?? 0) <= Math.max(0, ...known))
      throw new Unlike(`a new record of ${kind} has an old number`)
    for (const [index, id] of added.entries()) numbers.set(`${kind} ${id}`, found[index] ?? id)
  }
  if (numbers.size === 0) return records
  const numberOf = (kind: Kind, id: number) => numbers.get(`${kind} ${id}`) ?? id
  const renumbered = <Each extends Kind>(kind: Each, row: (row: Rows[Each]) => Rows[Each] = (same) => same) =>
    new Map([...records[kind]].map(([id, each]) => [numberOf(kind, id), row(each)]))
  return {
    school: records.school,
    userTypes: renumbered('userTypes'),
    users: renumbered('users', (row) => ({ ...row, userTypeId: numberOf('userTypes', row.userTypeId) })),
    courses: renumbered('courses'),
    enrollments: renumbered('enrollments'),
  }
}

/** What was written just now, since a time in milliseconds, gets the times that the school tells, if they can be true. */
function dated(records: Records, seen: Seen, since: number): Records {
  const newest = seen.sets[0]?.changeSetId
  const timed = <Each extends Listed>(kind: Each) => {
    const rows = rowsById(seen, kind)
    return new Map([...records[kind]].map(([id, row]) => [id, datedRow(row, rows.get(id), since)]))
  }
  const school = [...records.school].map(([id, row]) => {
    const updatedAt = row.updatedAt === JUST_NOW ? `by ${newest}` : row.updatedAt
    return [id, { ...row, updatedAt }] as const
  })
  return {
    school: new Map(school),
    userTypes: timed('userTypes'),
    users: timed('users'),
    courses: timed('courses'),
    enrollments: timed('enrollments'),
  }
}

function datedRow<Row extends object>(row: Row, shown: Shown | undefined, since: number): Row {
  const unknown = Object.entries(row).filter(([, value]) => value === JUST_NOW)
  if (unknown.length === 0) return row
  const times = unknown.map(([name]) => {
    const time = String(shown?.[name])
    const at = Date.parse(time)
    // Each of the two clocks rounds in its own way.
    if (!(at >= since - 2 && at <= Date.now() + 2))
      throw new Unlike(`${name} is ${time} of ${JSON.stringify(row)}`)
    return [name, time]
  })
  return { ...row, ...Object.fromEntries(times) }
}

/** The rows that lists show of the records, those values of which the model knows. */
function shownOf(records: Records, today: string): Record<Listed, Map<number, Shown>> {
  const { userTypes, users, courses, enrollments } = records
  const classNameOf = (userId: number) => {
    const classId = classOf(records, userId)
    return classId === null ? null : courses.get(classId)?.name
  }
  const shown = <Row extends object>(
    table: ReadonlyMap<number, Row>,
    more: (row: Row, id: number) => Shown,
  ) => new Map([...table].map(([id, row]) => [id, { ...row, ...more(row, id) }]))
  return {
    userTypes: shown(userTypes, (_, id) => ({
      userCount: rowsWhere(records, 'users', ({ userTypeId }) => userTypeId === id).length,
    })),
    users: shown(users, ({ age, birthDate, userTypeId }, id) => ({
      age: birthDate === null ? age : yearsSince(birthDate, today),
      userTypeName: userTypes.get(userTypeId)?.name,
      classId: classOf(records, id),
      className: classNameOf(id),
    })),
    courses: shown(courses, ({ startDate, endDate }, id) => ({
      state: startDate > today ? 'upcoming' : endDate < today ? 'ended' : 'running',
      studentCount: openIn(records, id).length,
    })),
    enrollments: shown(enrollments, (row: Enrollment) => {
      const [user, course] = [users.get(row.userId), courses.get(row.courseId)]
      return {
        ...{ firstName: user?.firstName, email: user?.email, birthDate: user?.birthDate },
        ...{ courseName: course?.name, classType: course?.classType, className: classNameOf(row.userId) },
        isOpen: row.status === 'enrolled',
      }
    }),
  }
}

function requireAlike(kind: Listed, expected: Map<number, Shown>, shown: Map<number, Shown>): void {
  const missing = [...expected.keys()].filter((id) => !shown.has(id))
  const surplus = [...shown.keys()].filter((id) => !expected.has(id))
  if (missing.length > 0) throw new Unlike(`${kind} ${missing.join(', ')} should be there`)
  if (surplus.length > 0) throw new Unlike(`${kind} ${surplus.join(', ')} should not be there`)
  for (const [id, row] of expected) {
    const other = shown.get(id)
    const wrong = Object.entries(row).filter(([name, value]) => other?.[name] !== value)
    const told = wrong.map(([name, value]) => `${name} ${String(other?.[name])} and not ${String(value)}`)
    if (told.length > 0) throw new Unlike(`${kind} ${id} has ${told.join(', ')}`)
  }
}

/** Throws Unlike where a school did otherwise than was planned. */
export function requireForeseen({ refusals, value = {} }: Plan, outcome: Outcome): void {
  if (!outcome.ok) {
    const { code, why } = outcome.refusal
    if (!refusals.some((each) => each.code === code && each.why === why))
      throw new Unlike(`refused with ${code} ${why}, not ${JSON.stringify(refusals)}`)
    return
  }
  if (refusals.length > 0) throw new Unlike(`should be refused: ${JSON.stringify(refusals)}`)
  const told = Object(outcome.value) as Record<string, unknown>
  const wrong = Object.entries(value).filter(([name, foretold]) => told[name] !== foretold)
  if (wrong.length > 0)
    throw new Unlike(`answered ${JSON.stringify(told)}, not ${JSON.stringify(Object.fromEntries(wrong))}`)
}
