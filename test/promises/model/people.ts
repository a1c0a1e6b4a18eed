import type { Draws } from './draws'
import { conflict, dayFrom, invalid, notFound, type Plan, refusedWhere } from './plan'
import { anyId, JUST_NOW, type Records, rowsWhere, someIds, type User, withNew, withRows } from './records'

// What may be done to user types and people, and to the school's own name.

export const TYPE_NAMES = ['Student', 'Teacher', 'Parent', 'Guest', 'Čuvar']
export const FIRST_NAMES = ['Ana', 'Čedo', 'Žana', "O'Neil", 'Đuro']
const LAST_NAMES = ['Anić', 'Hadžić', 'Šarić', 'Müller']
export const EXTERNAL_IDS = ['X1', 'X2', 'X3', 'X4']
export const EMAILS = Array.from({ length: 9 }, (_, number) => `p${number}@school.example`)

export type Planned = (draws: Draws, records: Records, today: string) => Plan

const NEW = { createdAt: JUST_NOW, updatedAt: JUST_NOW }

function renameSchool(draws: Draws, records: Records): Plan {
  const name = draws.of(['North', 'South'])
  return {
    request: { do: 'call', method: 'school.update', input: { name } },
    refusals: [],
    records: withRows(records, 'school', [[1, { name, updatedAt: JUST_NOW }]]),
  }
}

function createType(draws: Draws, records: Records): Plan {
  const name = draws.of(TYPE_NAMES)
  return {
    request: { do: 'call', method: 'userTypes.create', input: { name } },
    refusals: refusedWhere([isTypeNamed(records, name, null), invalid('name', 'name-taken')]),
    records: withNew(records, 'userTypes', { name, ...NEW }),
  }
}

function renameType(draws: Draws, records: Records): Plan {
  const [userTypeId, name] = [anyId(draws, records, 'userTypes'), draws.of(TYPE_NAMES)]
  const current = records.userTypes.get(userTypeId)
  return {
    request: { do: 'call', method: 'userTypes.update', input: { userTypeId, name } },
    refusals: refusedWhere(
      [!current, notFound('userType')],
      [isTypeNamed(records, name, userTypeId), invalid('name', 'name-taken')],
    ),
    records: current
      ? withRows(records, 'userTypes', [[userTypeId, { ...current, name, updatedAt: JUST_NOW }]])
      : records,
  }
}

function removeType(draws: Draws, records: Records): Plan {
  const userTypeId = anyId(draws, records, 'userTypes')
  return {
    request: { do: 'call', method: 'userTypes.remove', input: { userTypeId } },
    refusals: refusedWhere(
      [!records.userTypes.has(userTypeId), notFound('userType')],
      [
        rowsWhere(records, 'users', (user) => user.userTypeId === userTypeId).length > 0,
        conflict('user-type-in-use'),
      ],
    ),
    records: withRows(records, 'userTypes', [[userTypeId, null]]),
  }
}

function createPerson(draws: Draws, records: Records, today: string): Plan {
  const { isActive: _, ...input } = drawnPerson(draws, records, today)
  const age = input.birthDate === null ? input.age : null
  return {
    request: { do: 'call', method: 'users.create', input },
    refusals: personRefusals(records, input, null, today),
    records: withNew(records, 'users', { ...input, age, isActive: true, ...NEW }),
  }
}

function changePerson(draws: Draws, records: Records, today: string): Plan {
  const userId = anyId(draws, records, 'users')
  const input = draws.some(drawnPerson(draws, records, today))
  const current = records.users.get(userId)
  const request = { do: 'call', method: 'users.update', input: { userId, ...input } } as const
  if (!current) return { request, refusals: [notFound('user')], records }
  const { age, refusals } = changedAge(current, input, today)
  const changed = { ...current, ...input, age, updatedAt: JUST_NOW }
  return {
    request,
    refusals: [...refusals, ...personRefusals(records, input, userId, today)],
    records: withRows(records, 'users', [[userId, changed]]),
  }
}

function setPeopleActive(draws: Draws, records: Records): Plan {
  const [ids, isActive] = [someIds(draws, records, 'users'), draws.isOneIn(2)]
  const differing = rowsWhere(records, 'users', (user, id) => ids.includes(id) && user.isActive !== isActive)
  return {
    request: { do: 'call', method: 'users.setActive', input: { selection: { ids }, isActive } },
    refusals: [],
    value: { count: differing.length },
    records: withRows(
      records,
      'users',
      differing.map(([id, user]) => [id, { ...user, isActive, updatedAt: JUST_NOW }]),
    ),
  }
}

function removePeople(draws: Draws, records: Records): Plan {
  const ids = someIds(draws, records, 'users')
  const people = rowsWhere(records, 'users', (_, id) => ids.includes(id))
  const theirs = rowsWhere(records, 'enrollments', ({ userId }) => ids.includes(userId))
  return {
    request: { do: 'call', method: 'users.remove', input: { selection: { ids } } },
    refusals: [],
    value: { users: people.length, enrollments: theirs.length },
    records: withRows(
      withRows(
        records,
        'enrollments',
        theirs.map(([id]) => [id, null]),
      ),
      'users',
      people.map(([id]) => [id, null]),
    ),
  }
}

export const PEOPLE_STEPS = {
  renameSchool,
  createType,
  renameType,
  removeType,
  createPerson,
  changePerson,
  setPeopleActive,
  removePeople,
} satisfies Record<string, Planned>

/** Whole years from a day of birth to today. */
export function yearsSince(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}

function drawnPerson(draws: Draws, records: Records, today: string) {
  return {
    lastName: draws.of(LAST_NAMES),
    firstName: draws.of(FIRST_NAMES),
    email: draws.of([...EMAILS, null]),
    userTypeId: anyId(draws, records, 'userTypes'),
    externalId: draws.of([null, ...EXTERNAL_IDS]),
    birthDate: draws.of([null, null, '2011-02-28', '2016-11-24', dayFrom(today, -20), dayFrom(today, 1)]),
    age: draws.of([null, 7, 15]),
    isActive: draws.isOneIn(2),
  }
}

function personRefusals(records: Records, person: Partial<User>, except: number | null, today: string) {
  const isOthers = (field: 'email' | 'externalId') =>
    person[field] != null &&
    rowsWhere(records, 'users', (user, id) => user[field] === person[field] && id !== except).length > 0
  const { userTypeId, birthDate } = person
  return refusedWhere(
    [
      userTypeId !== undefined && !records.userTypes.has(userTypeId),
      invalid('userTypeId', 'unknown-user-type'),
    ],
    [isOthers('email'), invalid('email', 'email-taken')],
    [isOthers('externalId'), invalid('externalId', 'external-id-taken')],
    [birthDate != null && birthDate > today, invalid('birthDate', 'day-to-come')],
  )
}

/** An age is kept only without a birth date, from which it follows else; who loses that keeps the age that it came to. */
function changedAge(current: User, input: Partial<User>, today: string) {
  const shown = current.birthDate === null ? current.age : yearsSince(current.birthDate, today)
  const birthDate = input.birthDate === undefined ? current.birthDate : input.birthDate
  const follows = birthDate !== null && birthDate === current.birthDate
  const isContrary = follows && input.age !== undefined && input.age !== shown
  const kept = input.age === undefined ? shown : input.age
  return {
    // Nobody enters an age of 0.
    age: birthDate === null && kept !== 0 ? kept : null,
    refusals: refusedWhere([isContrary, invalid('age', 'follows-from-birth-date')]),
  }
}

const isTypeNamed = (records: Records, name: string, except: number | null) =>
  rowsWhere(records, 'userTypes', (type, id) => type.name === name && id !== except).length > 0
