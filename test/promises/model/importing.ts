import type { Draws } from './draws'
import { EMAILS, EXTERNAL_IDS, FIRST_NAMES, TYPE_NAMES } from './people'
import { conflict, dayFrom, type Plan, refusedWhere } from './plan'
import { isSame, JUST_NOW, type Records, rowsWhere, type User, withNew, withRows } from './records'

// What an import of people does: new ones, changed ones, rows that are no good.

interface Row {
  firstName: string
  lastName: string
  email: string
  userType: string
  externalId: string
  birthDate: string
  isActive: string
}

/** A row that can be read, and the person that it is about, if there is one. */
interface Matched {
  row: Row
  id: number | null
}

export function importPeople(draws: Draws, records: Records, today: string): Plan {
  const rows = Array.from({ length: 1 + draws.below(8) }, () => drawnRow(draws, today))
  const mode = draws.of(['upsert', 'add', 'update'] as const)
  const match = draws.of(['email', 'externalId'] as const)
  const onError = draws.of(['reject-rows', 'reject-rows', 'all-or-nothing'] as const)
  const required: (keyof Row)[] = mode === 'update' ? [match] : ['firstName', 'lastName', 'userType']
  if (mode === 'upsert') required.push(match)
  const readable = rows.filter(
    (row) => required.every((field) => row[field] !== '') && row.email !== 'no mail',
  )
  const good = goodRows(
    records,
    readable.map((row) => ({ row, id: personOf(records, row, match) })),
    { mode, match, today },
  )
  const rejected = rows.length - good.length
  const { records: written, created, updated } = write(records, good)
  return {
    request: { do: 'import', lines: [HEADER, ...rows.map(lineOf)], mode, match, onError },
    refusals: refusedWhere([onError === 'all-or-nothing' && rejected > 0, conflict('rows-rejected')]),
    value: { created, updated, unchanged: good.length - created - updated, rejected },
    records: written,
  }
}

const HEADER = 'first_name,last_name,email,user_type,external_id,birth_date,is_active'
const lineOf = (row: Row) =>
  [row.firstName, row.lastName, row.email, row.userType, row.externalId, row.birthDate, row.isActive].join(
    ',',
  )

function drawnRow(draws: Draws, today: string): Row {
  return {
    firstName: draws.of([...FIRST_NAMES, '']),
    lastName: draws.of(['Uvozić', 'Šarić']),
    email: draws.of([...EMAILS, ...EMAILS, '', 'no mail']),
    userType: draws.of([...TYPE_NAMES, 'Uvezeni']),
    externalId: draws.of(['', ...EXTERNAL_IDS]),
    birthDate: draws.of(['', '', '2014-03-09', dayFrom(today, 2)]),
    isActive: draws.of(['', 'yes', 'no']),
  }
}

function personOf(records: Records, row: Row, match: 'email' | 'externalId'): number | null {
  if (row[match] === '') return null
  return rowsWhere(records, 'users', (user) => user[match] === row[match])[0]?.[0] ?? null
}

interface Rules {
  mode: 'upsert' | 'add' | 'update'
  match: 'email' | 'externalId'
  today: string
}

/** The rows that nothing stands against. A value that somebody has is free where another good row gives him another. */
function goodRows(records: Records, rows: Matched[], { mode, match, today }: Rules): Matched[] {
  const isLater = (field: 'email' | 'externalId', { row }: Matched, index: number) =>
    row[field] !== '' && rows.findIndex((other) => other.row[field] === row[field]) < index
  let good = rows.filter(
    (each, index) =>
      !(mode === 'add' && each.id !== null) &&
      !(mode === 'update' && each.id === null) &&
      !isLater('email', each, index) &&
      !isLater('externalId', each, index) &&
      each.row.birthDate <= today,
  )
  const isFree = (field: 'email' | 'externalId', { row, id }: Matched) =>
    field === match ||
    row[field] === '' ||
    rowsWhere(records, 'users', (user, holder) => user[field] === row[field] && holder !== id).every(
      ([holder]) =>
        good.some(
          (other) => other.id === holder && other.row[field] !== '' && other.row[field] !== row[field],
        ),
    )
  for (let count = -1; count !== good.length;) {
    count = good.length
    good = good.filter((each) => isFree('email', each) && isFree('externalId', each))
  }
  return good
}

function write(records: Records, good: Matched[]) {
  const known = new Set([...records.userTypes.values()].map(({ name }) => name))
  const newTypes = [...new Set(good.map(({ row }) => row.userType))].filter(
    (name) => name && !known.has(name),
  )
  let written = newTypes
    .sort()
    .reduce(
      (all, name) => withNew(all, 'userTypes', { name, createdAt: JUST_NOW, updatedAt: JUST_NOW }),
      records,
    )
  const typeNamed = (name: string) => rowsWhere(written, 'userTypes', (type) => type.name === name)[0]?.[0]
  const count = { created: 0, updated: 0 }
  for (const { row, id } of good) {
    const current = id === null ? undefined : records.users.get(id)
    const person = personFrom(row, typeNamed(row.userType), current)
    if (id === null || !current) {
      written = withNew(written, 'users', { ...person, createdAt: JUST_NOW, updatedAt: JUST_NOW })
      count.created++
    } else if (!isSame(person, current)) {
      written = withRows(written, 'users', [[id, { ...person, updatedAt: JUST_NOW }]])
      count.updated++
    }
  }
  return { records: written, ...count }
}

/** A cell that the file leaves empty leaves the person as he is. */
function personFrom(row: Row, userTypeId: number | undefined, current?: User): User {
  const birthDate = row.birthDate || (current?.birthDate ?? null)
  return {
    firstName: row.firstName || (current?.firstName ?? ''),
    lastName: row.lastName || (current?.lastName ?? ''),
    email: row.email || (current?.email ?? null),
    userTypeId: userTypeId ?? current?.userTypeId ?? 0,
    age: birthDate === null ? (current?.age ?? null) : null,
    birthDate,
    externalId: row.externalId || (current?.externalId ?? null),
    isActive: row.isActive === '' ? (current?.isActive ?? true) : row.isActive === 'yes',
    createdAt: current?.createdAt ?? '',
    updatedAt: current?.updatedAt ?? '',
  }
}
