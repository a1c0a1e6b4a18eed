import fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dumpOf } from '../helpers/dump'
import { applyImport, prepareImport } from '../helpers/jobs'
import { createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'
import { trials } from '../promises/trials'

type Options = Parameters<typeof prepareImport>[2]

const BY_ID = { entity: 'users', mode: 'update', match: 'id' } as const
const NOW = { now: () => new Date(2026, 10, 22, 12) }

async function prepare(school: TestSchool, lines: string[], options: Options) {
  const path = join(await temporaryFolder(), 'list.csv')
  await writeFile(path, `${lines.join('\r\n')}\r\n`)
  return prepareImport(school, path, options)
}

async function load(school: TestSchool, lines: string[], options: Options = {}) {
  const { importId, problems } = await prepare(school, lines, options)
  const { changeSetId, ...counts } = await applyImport(school, importId)
  return { ...counts, changeSetId: changeSetId ?? 0, codes: problems.map(({ row, code }) => [row, code]) }
}

/** People 1 to 4, each with an e-mail and an external id, and as many courses, enrolments and user types. */
async function fullSchool() {
  const school = await createTestSchool(NOW, { userTypes: ['Type 1', 'Type 2', 'Type 3'] })
  const numbers = [1, 2, 3, 4]
  await load(school, [
    'first_name,last_name,email,external_id,user_type',
    ...numbers.map((n) => `Ana,Kos,p${n}@b.ba,S-${n},Type 1`),
  ])
  await load(school, [
    'name,start_date,end_date,external_id',
    ...numbers.map((n) => `Art ${n},2026-09-01,2027-06-18,K-${n}`),
  ])
  await load(school, [
    'external_id,user_id,course_id,enrolled_date',
    ...numbers.map((n) => `E-${n},${n},1,2026-09-01`),
  ])
  const valuesOf = (table: string, column: string) =>
    school.school.database
      .query<{ value: string }>(`SELECT ${column} AS value FROM ${table} ORDER BY rowid LIMIT 3`)
      .then((rows) => rows.map(({ value }) => value))
  return { ...school, valuesOf, dump: () => dumpOf(school.school.database) }
}

it.each([
  ['users', 'users', 'user_id', 'email', ['p1@b.ba', 'p2@b.ba', 'p3@b.ba']],
  ['users', 'users', 'user_id', 'external_id', ['S-1', 'S-2', 'S-3']],
  ['courses', 'courses', 'course_id', 'external_id', ['K-1', 'K-2', 'K-3']],
  ['enrollments', 'enrollments', 'enrollment_id', 'external_id', ['E-1', 'E-2', 'E-3']],
  ['userTypes', 'user_types', 'user_type_id', 'name', ['Type 1', 'Type 2', 'Type 3']],
] as const)('swap and rotate in one file, and back by undo: of %s, %s.%s %s', async (...given) => {
  const [entity, table, key, column, [one, two, three]] = given
  const school = await fullSchool()
  const before = await school.dump()
  for (const wanted of [
    [two, one, three],
    [three, one, two],
  ]) {
    const rows = wanted.map((value, at) => `${at + 1},${value}`)
    const options = { entity, mode: 'update', match: 'id' } as const
    const { rejected, changeSetId } = await load(school, [`${key},${column}`, ...rows], options)
    expect(rejected).toBe(0)
    expect(await school.valuesOf(table, column)).toEqual(wanted)
    await school.api.history.undo({ changeSetId })
    expect(await school.dump()).toEqual(before)
  }
})

it('are kept in history without what a record had in between', async () => {
  const school = await fullSchool()
  const { changeSetId } = await load(school, ['user_id,email', '1,p2@b.ba', '2,p1@b.ba'], BY_ID)
  const changes = await school.school.database.query<{ before: string; after: string }>(
    'SELECT before, after FROM changes WHERE change_set_id = $1',
    [changeSetId],
  )
  expect(changes).toHaveLength(2)
  expect(JSON.stringify(changes)).not.toContain('no-email')
})

it('that the school has are not to be had where their own row is refused', async () => {
  const school = await fullSchool()
  // 3 stays as it is, so that 2 cannot have its address, nor 1 that of 2.
  const rows = ['1,p2@b.ba,', '2,p3@b.ba,', '3,new@b.ba,yesterday']
  expect(await load(school, ['user_id,email,birth_date', ...rows], BY_ID)).toMatchObject({
    updated: 0,
    codes: [
      [2, 'email-taken'],
      [3, 'email-taken'],
      [4, 'not-a-day'],
    ],
  })
})

it('go to the record that the file wants to have them, wherever the file can have its way', async () => {
  const school = await fullSchool()
  const before = await school.dump()
  await fc.assert(
    fc.asyncProperty(wishes, async (rows) => {
      const { rejected, changeSetId } = await load(school, [HEADER, ...rows.map(lineOf)], {
        ...BY_ID,
        mode: 'upsert',
      })
      const granted = grantedOf(rows)
      expect(rejected).toBe(rows.length - granted.length)
      expect(await peopleOf(school)).toEqual(peopleAfter(granted))
      if (changeSetId > 0) await school.api.history.undo({ changeSetId })
      expect(await school.dump()).toEqual(before)
    }),
    { numRuns: trials({ few: 8, many: 200, full: 1_000 }), endOnFailure: true },
  )
})

/** What a file says of a person: 1 to 4 are there, 5 and 6 are new. */
interface Wish {
  id: number
  email: number | null
  externalId: number | null
  /** Refused for a reason of its own. */
  isRefused: boolean
}

const number = fc.option(fc.integer({ min: 1, max: 6 }))
const wishes = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    email: number,
    externalId: number,
    isRefused: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
  }),
  { selector: ({ id }) => id, minLength: 1 },
)

const HEADER = 'user_id,first_name,last_name,user_type,email,external_id,age'
const emailOf = (value: number | null) => (value === null ? '' : `p${value}@b.ba`)
const externalIdOf = (value: number | null) => (value === null ? '' : `S-${value}`)
const lineOf = ({ id, email, externalId, isRefused }: Wish) =>
  `${id},Ana,Kos,Type 1,${emailOf(email)},${externalIdOf(externalId)},${isRefused ? 'old' : ''}`

/** The rows that can be written: of rows that want one value the first, and none that wants what another record keeps. */
function grantedOf(rows: Wish[]): Wish[] {
  const good = rows.filter(({ isRefused }) => !isRefused)
  let granted = good.filter((row, at) => !VALUES.some((value) => good.slice(0, at).some(wants(row, value))))
  for (;;) {
    const kept = granted.filter((row) => VALUES.every((value) => isFree(row, value, granted)))
    if (kept.length === granted.length) return granted
    granted = kept
  }
}

const VALUES = ['email', 'externalId'] as const
type Value = (typeof VALUES)[number]

const wants = (row: Wish, value: Value) => (other: Wish) => row[value] !== null && other[value] === row[value]

/** At first each of the four has its own number in both columns. */
function isFree(row: Wish, value: Value, granted: Wish[]): boolean {
  const holder = row[value]
  if (holder === null || holder > 4 || holder === row.id) return true
  return granted.some(({ id, [value]: wanted }) => id === holder && wanted !== null && wanted !== holder)
}

function peopleAfter(granted: Wish[]): string[] {
  const former = [1, 2, 3, 4].map((id) => {
    const { email, externalId } = granted.find((row) => row.id === id) ?? { email: null, externalId: null }
    return `${emailOf(email ?? id)} ${externalIdOf(externalId ?? id)}`
  })
  const added = granted.filter(({ id }) => id > 4)
  return [
    ...former,
    ...added.map(({ email, externalId }) => `${emailOf(email)} ${externalIdOf(externalId)}`).sort(),
  ]
}

async function peopleOf({ api }: TestSchool): Promise<string[]> {
  const { listId } = await api.users.openList({})
  const { rows } = await api.users.list({ listId, offset: 0, count: 20 })
  const people = rows.sort((one, other) => one.userId - other.userId)
  const shown = people.map(({ email, externalId }) => `${email ?? ''} ${externalId ?? ''}`)
  return [...shown.slice(0, 4), ...shown.slice(4).sort()]
}

it('in classes: who leaves one and is in another again does both in one file, in either order', async () => {
  const school = await fullSchool()
  await load(school, [
    'name,start_date,end_date,class_type,external_id',
    'VIII-1,2026-09-01,2027-06-18,homeroom,C-1',
    'VIII-2,2026-09-01,2027-06-18,homeroom,C-2',
  ])
  const header = 'external_id,user_id,course_external_id,enrolled_date,end_date,status'
  await load(school, [header, 'H-1,1,C-1,2026-09-01,2026-10-01,withdrawn', 'H-2,1,C-2,2026-10-02,,'])
  const options = { mode: 'update', match: 'externalId' } as const
  const intoFirst = ['H-1,1,C-1,2026-09-01,2027-06-18,enrolled', 'H-2,1,C-2,2026-10-02,2026-11-20,withdrawn']
  const intoSecond = ['H-1,1,C-1,2026-09-01,2026-11-20,withdrawn', 'H-2,1,C-2,2026-10-02,2027-06-18,enrolled']
  for (const [className, rows] of [
    ['VIII-1', intoFirst],
    ['VIII-2', intoSecond],
  ] as const) {
    const before = await school.dump()
    for (const lines of [rows, [...rows].reverse()]) {
      const { updated, changeSetId } = await load(school, [header, ...lines], options)
      expect(updated).toBe(2)
      expect(await school.api.users.get({ userId: 1 })).toMatchObject({ className })
      await school.api.history.undo({ changeSetId })
      expect(await school.dump()).toEqual(before)
    }
    await load(school, [header, ...rows], options)
  }
})
