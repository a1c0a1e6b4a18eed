import { copyFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import type { Database, Row } from '../../electron/database/open'
import { openPastSchool } from '../../electron/services/pastSchool'
import type { SchoolOptions } from '../../electron/services/school'
import { dumpOf, withoutNumbers } from '../helpers/dump'
import { dateHistory, dateSchool, dumpAsOf } from '../helpers/pastDays'
import { endOf } from '../helpers/jobs'
import { RELEASES } from '../helpers/releases'
import { apiOf, createTestSchool, openTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

const DAYS = ['2026-09-01', '2026-09-02', '2026-09-20', '2026-10-05', '2026-11-30']

interface Edit {
  kind: keyof typeof EDITS
  /** Of the records, by their numbers. */
  one: number
  other: number
}

type Doing = (api: TestSchool['api'], edit: Edit, day: string) => Promise<unknown>

/** What somebody at the school does. */
const EDITS = {
  addUser: (api, { one }) =>
    api.users.create({ firstName: 'Ana', lastName: `Ž${one}`, email: `a${one}@x.example`, userTypeId: 1 }),
  renameUser: (api, { one, other }) =>
    api.users.update({ userId: one, lastName: `Đ${other}`, email: `a${other}@x.example` }),
  giveBirthDate: (api, { one }) => api.users.update({ userId: one, birthDate: '2012-02-29' }),
  giveAge: (api, { one, other }) => api.users.update({ userId: one, age: other, birthDate: null }),
  leave: (api, { one }) => api.users.setActive({ selection: { ids: [one] }, isActive: false }),
  removeUser: (api, { one }) => api.users.remove({ selection: { ids: [one] } }),
  addClass: (api, { one }, day) =>
    api.courses.create({ name: `VIII-${one}`, startDate: day, endDate: '2027-06-18', classType: 'homeroom' }),
  addCourse: (api, { one }, day) =>
    api.courses.create({
      name: `Course ${one}`,
      startDate: day,
      endDate: '2026-10-01',
      externalId: `c${one}`,
    }),
  changeKind: (api, { one, other }) =>
    api.courses.update({ courseId: one, classType: other % 2 ? 'homeroom' : 'scheduled' }),
  removeCourse: (api, { one }) => api.courses.remove({ selection: { ids: [one] } }),
  enroll: (api, { one, other }, day) =>
    api.enrollments.enrollStudents({ courseId: one, selection: { ids: [other] }, enrolledDate: day }),
  enrollUntil: (api, { one, other }, day) =>
    api.enrollments.enrollStudents({
      courseId: one,
      selection: { ids: [other] },
      enrolledDate: day,
      endDate: '2026-10-01',
    }),
  withdraw: (api, { one }, day) =>
    api.enrollments.withdraw({ selection: { ids: [one] }, endDate: day, endReason: 'moved' }),
  removeEnrollment: (api, { one }) => api.enrollments.remove({ selection: { ids: [one] } }),
  addType: (api, { one }) => api.userTypes.create({ name: `Type ${one}` }),
  renameSchool: (api, { one }) => api.school.update({ name: `School ${one}` }),
  undo: (api) => api.history.undoLast({}),
  redo: (api) => api.history.redoLast({}),
} satisfies Record<string, Doing>

const kinds = Object.keys(EDITS) as Edit['kind'][]
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...kinds),
  one: fc.integer({ min: 1, max: 5 }),
  other: fc.integer({ min: 1, max: 5 }),
})

it('gives back every row as it was at the end of each day, whatever was done since', async () => {
  const edits = fc.array(edit, { minLength: 4, maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(fc.tuple(edits, edits, edits, edits, edits), async (days) => {
      const { path, dumps } = await live(days)
      for (const [day, dump] of dumps) expect(await dumpAsOf(path, day), day).toEqual(dump)
    }),
    { numRuns: 2, endOnFailure: true },
  )
})

/** Lives through the days, each with a new start of the program, and keeps what the school was at the end of each. */
async function live(days: Edit[][]) {
  let day = DAYS[0] ?? ''
  let test = await createTestSchool({ now: () => new Date(`${day}T12:00:00`) })
  await dateSchool(test.school.database, day)
  const dumps = new Map<string, Record<string, Row[]>>()
  let last = 0
  for (const [at, edits] of days.entries()) {
    day = DAYS[at] ?? ''
    test = await test.reopen()
    for (const each of edits) await tryTo(test, each, day)
    last = await dateHistory(test.school.database, last, day)
    dumps.set(day, withoutNumbers(await dumpOf(test.school.database)))
  }
  return { path: test.path, dumps }
}

/** What is refused leaves everything as it was. */
async function tryTo({ api }: TestSchool, each: Edit, day: string): Promise<void> {
  const doing: Doing = EDITS[each.kind]
  await doing(api, each, day).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
  })
}

it.each(await readdir(RELEASES))('goes back to before the upgrade of a file of %s', async (release) => {
  const file = join(await temporaryFolder(), 'school.rollbook')
  await copyFile(join(RELEASES, release), file)
  const { school, api, path } = await openTestSchool(file)
  const { database } = school
  const sets = await database.query<{ id: number }>('SELECT change_set_id AS id FROM change_sets ORDER BY 1')
  const dayOfSet = (at: number) => `2026-01-${String(at + 1).padStart(2, '0')}`
  for (const [at, { id }] of sets.entries()) await dateHistory(database, id - 1, dayOfSet(at))
  await dateSchool(database, dayOfSet(0))
  await database.write(() =>
    database.run(
      `UPDATE revisions SET applied_at = '2026-02-01T12:00:00.000Z' WHERE name > '20261122T2100-z'`,
    ),
  )
  // Of columns that were not there then, and of those that were.
  await api.users.update({ userId: 2, birthDate: '2012-02-29', lastName: 'Later' })
  await api.courses.update({ courseId: 1, classType: 'homeroom', externalId: 'c1' })
  const { listId } = await api.enrollments.openList({ filters: { isOpen: true } })
  await api.enrollments.withdraw({ selection: { listId, except: [] }, endDate: '2027-01-31' })
  await api.users.remove({ selection: { ids: [3] } })

  for (const [at, { id }] of sets.entries()) {
    const dump = await dumpAsOf(path, dayOfSet(at), '2027-12-31')
    for (const [entity, table] of Object.entries(TABLES)) {
      const { columns, rows } = await replay(database, entity, id)
      expect(
        dump[table]?.map((row) => columns.map((column) => row[column])),
        `${entity} ${id}`,
      ).toEqual(rows)
    }
    expect(dump.users?.filter(({ birth_date }) => birth_date !== null)).toEqual([])
    expect(dump.courses?.filter(({ class_type }) => class_type !== 'scheduled')).toEqual([])
    const midnight = `${dayOfSet(at)} 00:00:00.000 +00:00`
    for (const { status, end_date } of dump.enrollments ?? [])
      expect(status).toBe(end_date !== null && String(end_date) < midnight ? 'completed' : 'enrolled')
  }
})

const TABLES = { userTypes: 'user_types', users: 'users', courses: 'courses', enrollments: 'enrollments' }

/** What history says that the records of an entity came to by a change set, from its first entry on. */
async function replay(database: Database, entity: string, changeSetId: number) {
  const changes = await database.query<{ id: number; columns: string; after: string | null }>(
    `SELECT c.record_id AS id, s.columns -> c.entity AS columns, c.after FROM changes c
      JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.entity = $1 AND c.change_set_id <= $2 ORDER BY c.change_id`,
    [entity, changeSetId],
  )
  const all = JSON.parse(changes[0]?.columns ?? '[]') as string[]
  const kept = all.filter((column) => !/_(sort|folded)$/.test(column))
  const records = new Map<number, unknown[]>()
  for (const { id, after } of changes) {
    const values = JSON.parse(after ?? '[]') as unknown[]
    if (after === null) records.delete(id)
    else
      records.set(
        id,
        kept.map((column) => values[all.indexOf(column)]),
      )
  }
  const rows = [...records.entries()].sort(([one], [other]) => one - other).map(([, values]) => values)
  return { columns: kept, rows }
}

it('answers as the school did on that day, and nothing can be changed in it', async () => {
  const { path, school, options } = await twoDays()
  const past = await openPastSchool(path, '2026-09-01', options, control())
  const then = apiOf(past.school)
  expect(await then.school.find({})).toMatchObject({
    ...{ name: 'Test school', path, asOf: '2026-09-01', isReadOnly: true },
  })
  expect(await then.overview.get({})).toMatchObject({
    users: { all: 1, active: 1 },
    courses: { all: 1, running: 1 },
    recentChanges: [{ summary: 'course-created' }, { summary: 'user-created' }],
  })
  const someone = { firstName: 'A', lastName: 'B', userTypeId: 1 }
  await expect(then.users.create(someone)).rejects.toMatchObject({ code: 'read-only' })
  // The school itself is written to meanwhile.
  expect(await school.call('users.create', someone)).toMatchObject({ ok: true })
  await past.close()
  expect(await scratchIn(options)).toEqual([])
})

it('is not known for a day before history begins, nor for one to come', async () => {
  const { path, api, options } = await twoDays()
  expect(await api.days.reach({})).toEqual({ first: '2026-09-01', today: TODAY })
  for (const [day, reason] of Object.entries({
    '2026-08-31': 'before-history',
    '2027-01-01': 'still-to-come',
  }))
    await expect(openPastSchool(path, day, options, control())).rejects.toMatchObject({
      ...{ code: 'conflict', params: { reason, day } },
    })
  expect(await scratchIn(options)).toEqual([])
})

it('is known no further back than to when the newest values were let go', async () => {
  const test = await twoDays()
  await endOf(test, test.api.history.letGo({ before: '2026-09-02' }))
  expect(await test.api.days.reach({})).toMatchObject({ first: '2026-09-01' })
  await endOf(test, test.api.history.letGo({ before: '2026-09-03' }))
  expect(await test.api.days.reach({})).toMatchObject({ first: '2026-09-02' })
})

it('never goes back behind values that were let go, where the clock was wrong for a while', async () => {
  const test = await twoDays()
  const { api, path, school } = test
  let last = await dateHistory(school.database, 1_000, '2026-09-02')
  for (const [userId, lastName, day] of [
    [1, 'Second', '2026-11-01'],
    [1, 'Third', '2026-11-01'],
    [2, 'Fourth', '2026-10-01'],
    [2, 'Fifth', '2026-11-01'],
  ] as const) {
    await api.users.update({ userId, lastName })
    last = await dateHistory(school.database, last, day)
  }
  await endOf(test, api.history.letGo({ before: '2026-10-15' }))
  expect(await api.days.reach({})).toMatchObject({ first: '2026-10-01' })
  const { users } = await dumpAsOf(path, '2026-10-01')
  expect(users?.map(({ last_name }) => last_name)).toEqual(['Third', 'Fourth'])
})

it('leaves nothing behind where it is stopped, at whatever step', async () => {
  const { path, options } = await twoDays()
  const seen: number[] = []
  for (const steps of [1, 2, 4, 6]) {
    const controller = new AbortController()
    let count = 0
    const progress = () => {
      if (++count === steps) controller.abort()
    }
    const opening = openPastSchool(path, '2026-09-01', options, { signal: controller.signal, progress })
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
    expect(await scratchIn(options)).toEqual([])
    seen.push(count)
  }
  expect(seen).toEqual([1, 2, 4, 6])
})

it('leaves no copy of a program that was killed', async () => {
  const { path, options } = await twoDays()
  // No process has a number that high.
  const left = join(options.workFolder, 'past-4194305-a.scratch')
  for (const end of ['', '-wal', '-shm']) await writeFile(left + end, 'people')
  const past = await openPastSchool(path, '2026-09-01', options, control())
  const [copy] = await scratchIn(options)
  expect(copy).toMatch(new RegExp(`^past-${process.pid}-`))
  expect((await stat(join(options.workFolder, copy ?? ''))).mode & 0o777).toBe(0o600)
  await past.close()
  expect(await scratchIn(options)).toEqual([])
})

it('is told from history as it was written, where the clock was wrong for a while', async () => {
  const { path, school, options } = await twoDays()
  await school.database.write(() =>
    school.database.run(
      `UPDATE change_sets SET created_at = '2031-01-01 12:00:00.000 +00:00' WHERE change_set_id = 1`,
    ),
  )
  const past = await openPastSchool(path, '2026-09-01', options, control())
  expect(await apiOf(past.school).overview.get({})).toMatchObject({ users: { all: 1 } })
  await past.close()
})

const TODAY = '2026-12-31'

/** A school with one person and a course on one day; another came on the next, when the first and the course went. */
async function twoDays() {
  const test = await createTestSchool({ now: () => new Date(`${TODAY}T12:00:00`) })
  const { api, school } = test
  await dateSchool(school.database, '2026-09-01')
  await api.users.create({ firstName: 'Ana', lastName: 'Alić', userTypeId: 1 })
  await api.courses.create({ name: 'Art', startDate: '2026-09-01', endDate: '2026-10-01' })
  const last = await dateHistory(school.database, 0, '2026-09-01')
  await api.users.create({ firstName: 'Ema', lastName: 'Ilić', userTypeId: 1 })
  await api.users.setActive({ selection: { ids: [1] }, isActive: false })
  await api.courses.remove({ selection: { ids: [1] } })
  await dateHistory(school.database, last, '2026-09-02')
  return test
}

const control = () => ({ signal: new AbortController().signal, progress: () => undefined })

const scratchIn = async ({ workFolder }: SchoolOptions) =>
  (await readdir(workFolder)).filter((name) => name.includes('.scratch'))
