import type { Draws } from './draws'

// What a school holds, as plain rows in memory. Nothing of the services is used here: the rules stand beside as the
// contract tells them.

/** Of a record that was written just now: the time is taken from what the school lists, once. */
export const JUST_NOW = 'just now'

interface UserType {
  name: string
  createdAt: string
  updatedAt: string
}

export interface User {
  firstName: string
  lastName: string
  email: string | null
  userTypeId: number
  /** As it was entered; null where there is a birth date. */
  age: number | null
  birthDate: string | null
  externalId: string | null
  isActive: boolean
  createdAt: string
  updatedAt: string
}

interface Course {
  name: string
  startDate: string
  endDate: string
  classType: 'scheduled' | 'homeroom'
  externalId: string | null
  isActive: boolean
  createdAt: string
  updatedAt: string
}

export interface Enrollment {
  userId: number
  courseId: number
  enrolledDate: string
  endDate: string | null
  status: 'enrolled' | 'completed' | 'withdrawn'
  endReason: string | null
  externalId: string | null
  updatedAt: string
}

export interface Rows {
  /** No list tells when the school itself was changed: it is called by the change set. */
  school: { name: string; updatedAt: string }
  userTypes: UserType
  users: User
  courses: Course
  enrollments: Enrollment
}
export type Kind = keyof Rows
export const KINDS: readonly Kind[] = ['school', 'userTypes', 'users', 'courses', 'enrollments']

/** Every record by its number. Rows are never altered, only replaced. What is new has a number below zero until the school
 *  has told its own. */
export type Records = { readonly [Each in Kind]: ReadonlyMap<number, Rows[Each]> }

/** The records with some of a kind written, or taken away (null). */
export function withRows<Each extends Kind>(
  records: Records,
  kind: Each,
  rows: Iterable<readonly [number, Rows[Each] | null]>,
): Records {
  const table = new Map(records[kind])
  for (const [id, row] of rows) {
    if (row === null) table.delete(id)
    else table.set(id, row)
  }
  return { ...records, [kind]: table }
}

/** One record more, of a number that is not known yet. */
export function withNew<Each extends Kind>(records: Records, kind: Each, row: Rows[Each]): Records {
  const last = Math.min(0, ...records[kind].keys())
  return withRows(records, kind, [[last - 1, row]])
}

/** The records of a kind of which something holds. */
export const rowsWhere = <Each extends Kind>(
  records: Records,
  kind: Each,
  holds: (row: Rows[Each], id: number) => boolean,
): [number, Rows[Each]][] => [...records[kind]].filter(([id, row]) => holds(row, id))

/** Numbers of records of a kind, now and then one that is not there. */
export function someIds(draws: Draws, records: Records, kind: Kind): number[] {
  return [...new Set(Array.from({ length: 1 + draws.below(4) }, () => anyId(draws, records, kind)))]
}

/** The number of a record of a kind, now and then one that is not there. */
export function anyId(draws: Draws, records: Records, kind: Kind): number {
  const ids = [...records[kind].keys()]
  return draws.isOneIn(25) || ids.length === 0 ? 9_999 : draws.of(ids)
}

/** One record that became different: null for none. */
export interface Change {
  kind: Kind
  id: number
  before: Rows[Kind] | null
  after: Rows[Kind] | null
}

/** What differs between two states. */
export function changesBetween(before: Records, after: Records): Change[] {
  return KINDS.flatMap((kind) => {
    const ids = new Set([...before[kind].keys(), ...after[kind].keys()])
    return [...ids]
      .map((id) => ({ kind, id, before: before[kind].get(id) ?? null, after: after[kind].get(id) ?? null }))
      .filter((change) => !isSame(change.before, change.after))
  })
}

/** Whether two rows of a kind, which have the same properties, are alike; null is alike to null alone. */
export function isSame(one: Rows[Kind] | null, other: Rows[Kind] | null): boolean {
  if (one === null || other === null) return one === other
  const others = new Map(Object.entries(other))
  return Object.entries(one).every(([name, value]) => others.get(name) === value)
}

/** Whether a state breaks what no school may: two records in one place, or one that belongs to none. */
export function brokenRules(records: Records): { isTaken: boolean; isOrphaned: boolean } {
  const { userTypes, users, courses, enrollments } = records
  const open = rowsWhere(records, 'enrollments', ({ status }) => status === 'enrolled')
  const homerooms = open.filter(([, { courseId }]) => courses.get(courseId)?.classType === 'homeroom')
  const unique = [
    [...userTypes.values()].map(({ name }) => name),
    [...users.values()].map(({ email }) => email),
    ...[users, courses, enrollments].map((table) => [...table.values()].map(({ externalId }) => externalId)),
    open.map(([, { userId, courseId }]) => `${userId} ${courseId}`),
    homerooms.map(([, { userId }]) => String(userId)),
  ]
  return {
    isTaken: unique.some(hasTwice),
    isOrphaned:
      [...users.values()].some(({ userTypeId }) => !userTypes.has(userTypeId)) ||
      [...enrollments.values()].some(({ userId, courseId }) => !users.has(userId) || !courses.has(courseId)),
  }
}

function hasTwice(values: (string | null)[]): boolean {
  const known = values.filter((value) => value !== null)
  return new Set(known).size < known.length
}
