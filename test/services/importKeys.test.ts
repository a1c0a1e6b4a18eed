import { expect, it } from 'vitest'
import { applyImport, prepareLines } from '../helpers/jobs'
import { createTestSchool, type TestSchool } from '../helpers/school'

type Options = Parameters<typeof prepareLines>[2]
type Row = Record<string, unknown>

const NOW = { now: () => new Date(2026, 10, 22, 12) }

async function load(school: TestSchool, lines: string[], options?: Options) {
  const { importId, problems } = await prepareLines(school, lines, options)
  const { created, updated, unchanged, rejected } = await applyImport(school, importId)
  return {
    counts: [created, updated, unchanged, rejected],
    problems: problems.map(({ row, code }) => [row, code]),
  }
}

const PEOPLE = ['external_id,first_name,last_name,user_type', 'S-1,Ana,Kos,Student', 'S-2,Ivo,Lov,Student']
const COURSES = [
  'name,start_date,end_date,class_type,external_id',
  'VIII-1,2026-09-01,2027-06-18,homeroom,K-1',
  'VIII-2,2026-09-01,2027-06-18,class,K-2',
  'Art,2026-09-01,2027-06-18,,K-3',
]
const UPSERT: Options = { mode: 'upsert', match: 'externalId' }

const rowsOf = async ({ api }: TestSchool, entity: 'users' | 'enrollments'): Promise<Row[]> => {
  const { listId } = await api[entity].openList({})
  return (await api[entity].list({ listId, offset: 0, count: 200 })).rows
}

it('adds nobody twice who is known by an external id, e-mail or not', async () => {
  const school = await createTestSchool(NOW)
  expect(await load(school, PEOPLE)).toEqual({ counts: [2, 0, 0, 0], problems: [] })
  expect(await load(school, PEOPLE, UPSERT)).toEqual({ counts: [0, 0, 2, 0], problems: [] })
  const changed = [...PEOPLE.slice(0, 2), 'S-2,Ivo,Lovrić,Student', 'S-3,Eva,Mak,Student']
  expect(await load(school, changed, UPSERT)).toEqual({ counts: [1, 1, 1, 0], problems: [] })
  // Without saying so, an id that somebody has already is a problem of its row.
  expect(await load(school, PEOPLE)).toEqual({
    counts: [0, 0, 0, 2],
    problems: [
      [2, 'external-id-taken'],
      [3, 'external-id-taken'],
    ],
  })
})

it('takes an external id once of a file', async () => {
  const school = await createTestSchool(NOW)
  const lines = [...PEOPLE, 'S-1,Eva,Mak,Student']
  expect(await load(school, lines)).toEqual({ counts: [2, 0, 0, 1], problems: [[4, 'doubled']] })
})

it('finds the people and courses of enrolments by their external ids', async () => {
  const school = await createTestSchool(NOW)
  await load(school, PEOPLE)
  await load(school, COURSES)
  const lines = [
    'user_external_id,course_external_id,enrolled_date',
    'S-1,K-3,2026-09-01',
    'S-9,K-3,2026-09-01',
    'S-2,K-9,2026-09-01',
  ]
  expect(await load(school, lines)).toEqual({
    counts: [1, 0, 0, 2],
    problems: [
      [3, 'unknown-person'],
      [4, 'unknown-course'],
    ],
  })
})

it('reads what became of enrolments, or tells it by the last day', async () => {
  const school = await createTestSchool(NOW)
  await load(school, PEOPLE)
  await load(school, COURSES)
  const header = 'user_external_id,course_external_id,enrolled_date,end_date,status,reason'
  await load(school, [
    header,
    'S-1,K-1,2025-09-01,2026-06-01,,',
    'S-1,K-2,2026-09-01,2026-10-01,Withdrawn,Moved',
    'S-1,K-3,2026-09-01,2026-12-01,enrolled,',
    'S-2,K-3,2026-09-01,2026-10-01,enrolled,',
  ])
  const seen = await rowsOf(school, 'enrollments')
  expect(seen.map(({ courseName, status, endReason }) => [courseName, status, endReason])).toEqual([
    ['VIII-1', 'completed', null],
    ['VIII-2', 'withdrawn', 'Moved'],
    ['Art', 'enrolled', null],
    ['Art', 'completed', null],
  ])
  // The same file again changes nothing.
  const again = await prepareLines(school, [header, 'S-1,K-2,2026-09-01,2026-10-01,,'], { mode: 'upsert' })
  expect(again).toMatchObject({ unchanged: 1, updates: 0, creates: 0, rejects: 0 })
  const left = await prepareLines(school, [header, 'S-1,K-2,2026-09-01,2026-10-05,,'], { mode: 'upsert' })
  expect(left).toMatchObject({ updates: 1 })
  await applyImport(school, left.importId)
  expect((await rowsOf(school, 'enrollments'))[1]).toMatchObject({
    endDate: '2026-10-05',
    status: 'withdrawn',
  })
})

it('puts nobody into two classes', async () => {
  const school = await createTestSchool(NOW)
  await load(school, PEOPLE)
  await load(school, COURSES)
  const header = 'user_external_id,course_external_id,enrolled_date'
  expect(
    await load(school, [header, 'S-1,K-1,2026-09-01', 'S-1,K-2,2026-09-01', 'S-2,K-1,2026-09-01']),
  ).toEqual({
    counts: [2, 0, 0, 1],
    problems: [[3, 'second-class']],
  })
  expect(await load(school, [header, 'S-2,K-2,2026-09-01'])).toEqual({
    counts: [0, 0, 0, 1],
    problems: [[2, 'already-in-class']],
  })
  await load(school, [header, 'S-1,K-3,2026-09-01'])
  const becomes = [
    'external_id,name,start_date,end_date,class_type',
    'K-3,Art,2026-09-01,2027-06-18,homeroom',
  ]
  expect(await load(school, becomes, UPSERT)).toEqual({
    counts: [0, 0, 0, 1],
    problems: [[2, 'already-in-class']],
  })
})

it('reads birth dates, which come before ages', async () => {
  const school = await createTestSchool(NOW)
  const header = 'external_id,first_name,last_name,user_type,age,date of birth'
  await load(school, [header, 'S-1,Ana,Kos,Student,9,2012-11-22', 'S-2,Ivo,Lov,Student,9,'])
  expect((await rowsOf(school, 'users')).map(({ age, birthDate }) => [age, birthDate])).toEqual([
    [14, '2012-11-22'],
    [9, null],
  ])
  expect(
    await load(school, [header, 'S-2,Ivo,Lov,Student,9,2012-11-22', 'S-1,Ana,Kos,Student,7,'], UPSERT),
  ).toEqual({
    counts: [0, 1, 1, 0],
    problems: [],
  })
  expect(await load(school, [header, 'S-3,Eva,Mak,Student,,2026-11-23'])).toEqual({
    counts: [0, 0, 0, 1],
    problems: [[2, 'day-to-come']],
  })
})

it('matches enrolments and courses by external id, and user types never', async () => {
  const school = await createTestSchool(NOW)
  await load(school, PEOPLE)
  await load(school, COURSES)
  const header = 'external_id,user_external_id,course_external_id,enrolled_date'
  await load(school, [header, 'E-1,S-1,K-3,2026-09-01'], UPSERT)
  expect(await load(school, [header, 'E-1,S-1,K-3,2026-09-08'], UPSERT)).toEqual({
    counts: [0, 1, 0, 0],
    problems: [],
  })
  await expect(prepareLines(school, ['name', 'Guest'], { match: 'externalId' })).rejects.toMatchObject({
    fields: { match: { code: 'no-external-ids' } },
  })
})

it('knows two enrolments of one day apart by what became of them', async () => {
  const school = await createTestSchool(NOW)
  await load(school, PEOPLE)
  await load(school, COURSES)
  const header = 'user_external_id,course_external_id,enrolled_date,end_date,status'
  const rows = ['S-1,K-3,2026-11-20,2026-11-20,withdrawn', 'S-1,K-3,2026-11-20,,enrolled']
  expect(await load(school, [header, ...rows], { mode: 'upsert' })).toEqual({
    counts: [2, 0, 0, 0],
    problems: [],
  })
  expect(await load(school, [header, ...rows], { mode: 'upsert' })).toEqual({
    counts: [0, 0, 2, 0],
    problems: [],
  })
})

it('moves a person from one class to another in one file', async () => {
  const school = await createTestSchool(NOW)
  await load(school, PEOPLE)
  await load(school, COURSES)
  const header = 'user_external_id,course_external_id,enrolled_date,end_date,status'
  await load(school, [header, 'S-1,K-1,2026-09-01,,'])
  const rows = ['S-1,K-1,2026-09-01,2026-10-31,withdrawn', 'S-1,K-2,2026-11-01,,enrolled']
  expect(await load(school, [header, ...rows], { mode: 'upsert' })).toEqual({
    counts: [1, 1, 0, 0],
    problems: [],
  })
  expect(await load(school, [header, ...rows], { mode: 'upsert' })).toEqual({
    counts: [0, 0, 2, 0],
    problems: [],
  })
  expect((await rowsOf(school, 'users'))[0]).toMatchObject({ className: 'VIII-2' })
})
