import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import { checkFile } from '../../electron/services/check'
import { dumpOf, withoutNumbers } from '../helpers/dump'
import { newest, smallSchool } from '../helpers/history'
import { importLines } from '../helpers/jobs'
import { RELEASE } from '../helpers/releases'
import {
  createSampleSchool,
  createTestSchool,
  openTestSchool,
  temporaryFolder,
  type TestSchool,
} from '../helpers/school'

const recordsOf = async ({ school }: TestSchool) => withoutNumbers(await dumpOf(school.database))

const enroll = ({ api }: TestSchool, courseId: number, enrolledDate: string) =>
  api.enrollments.enrollStudents({ courseId, selection: { ids: [1] }, enrolledDate })

/** A person, a class and a course: what was done first, and what then put one thing where another had been. */
const SWAPS: [string, (test: TestSchool) => Promise<void>, (test: TestSchool) => Promise<void>][] = [
  [
    'the class is none any more, and who had left another is in that again',
    async (test) => {
      await test.api.courses.update({ courseId: 2, classType: 'homeroom' })
      await enroll(test, 2, '2026-09-01')
      await test.api.enrollments.complete({ selection: { ids: [1] }, endDate: '2026-10-01' })
      await enroll(test, 1, '2026-10-02')
    },
    async ({ api }) => {
      await api.courses.update({ courseId: 1, classType: 'scheduled' })
      await api.enrollments.update({ enrollmentId: 1, endDate: null })
    },
  ],
  [
    'another course is the class of those who are in both',
    async (test) => {
      await enroll(test, 1, '2026-09-01')
      await enroll(test, 2, '2026-09-01')
    },
    async ({ api }) => {
      await api.courses.update({ courseId: 1, classType: 'scheduled' })
      await api.courses.update({ courseId: 2, classType: 'homeroom' })
    },
  ],
  [
    'each enrolment is in the course of the other',
    async (test) => {
      await enroll(test, 1, '2026-09-01')
      await enroll(test, 2, '2026-09-01')
    },
    async (test) => {
      const header = 'enrollment_id,user_id,course_id,enrolled_date,end_date,status'
      const options = { mode: 'update', match: 'id' } as const
      for (const row of [
        '2,1,2,2026-09-01,2026-10-01,withdrawn',
        '1,1,2,2026-09-01,,enrolled',
        '2,1,1,2026-09-01,2027-06-18,enrolled',
      ])
        await importLines(test, [header, row], options)
    },
  ],
]

describe('back to a moment', () => {
  it('takes back all that came after, in one change that can be undone', async () => {
    const test = await createSampleSchool(30)
    const { api, school } = test
    const moment = await newest(test)
    const then = await dumpOf(school.database)
    await api.users.update({ userId: 2, firstName: 'Žana', email: 'zana@x.example' })
    await api.courses.create({ name: 'Chess', startDate: '2026-09-01', endDate: '2027-06-18' })
    await api.users.remove({ selection: { ids: [3, 4] } })
    await api.users.update({ userId: 2, firstName: 'Žanet' })
    await api.history.undoLast({})
    const now = await dumpOf(school.database)
    expect(await api.history.countAfter({ changeSetId: moment.changeSetId })).toMatchObject({ sets: 5 })
    await api.history.undoAfter({ changeSetId: moment.changeSetId })
    expect(await dumpOf(school.database)).toEqual(then)
    const back = await newest(test)
    expect(back).toMatchObject({
      summary: 'went-back',
      kind: 'undone',
      params: { count: 5 },
      isUndoable: true,
    })
    const { rows } = await api.history.list({})
    expect(rows.slice(1, 6).map(({ undoneBy }) => undoneBy)).toEqual(Array(5).fill(back.changeSetId))
    expect(await api.history.undoable({})).toMatchObject({ undo: { changeSetId: back.changeSetId } })
    await api.history.undoLast({})
    expect(await dumpOf(school.database)).toEqual(now)
    expect((await api.history.list({})).rows[6]).toMatchObject({
      changeSetId: 2,
      undoneBy: null,
      isUndoable: true,
    })
    expect((await checkFile(test.path)).problems).toEqual([])
  })

  describe.each(SWAPS)('where %s', (_, prepare, change) => {
    it('is all as it was, and then all as it was left', async () => {
      const test = await createTestSchool()
      const { api, school } = test
      await api.users.create({ firstName: 'Ana', lastName: 'Ilić', userTypeId: 1 })
      for (const classType of ['homeroom', 'scheduled'] as const)
        await api.courses.create({
          name: classType,
          classType,
          startDate: '2026-09-01',
          endDate: '2027-06-18',
        })
      await prepare(test)
      const moment = await newest(test)
      const then = await dumpOf(school.database)
      await change(test)
      const now = await dumpOf(school.database)
      await api.history.undoAfter({ changeSetId: moment.changeSetId })
      expect(await dumpOf(school.database)).toEqual(then)
      await api.history.undoLast({})
      expect(await dumpOf(school.database)).toEqual(now)
    })
  })

  it('gives back the numbers that were free, when a record was removed and put back before it was undone', async () => {
    const test = await createSampleSchool(12)
    const { api, school } = test
    const { courseId } = await api.courses.create({
      name: 'Chess',
      startDate: '2026-09-01',
      endDate: '2027-06-18',
    })
    const moment = await newest(test)
    await api.courses.remove({ selection: { ids: [courseId] } })
    await api.history.undoLast({})
    await api.history.undoLast({})
    const now = await dumpOf(school.database)
    await api.history.undoAfter({ changeSetId: moment.changeSetId })
    await api.history.undoLast({})
    expect(await dumpOf(school.database)).toEqual(now)
  })

  it('is refused where nothing is different, and past an upgrade', async () => {
    const test = await smallSchool()
    const { changeSetId } = await newest(test)
    await expect(test.api.history.undoAfter({ changeSetId })).rejects.toMatchObject({
      params: { reason: 'nothing-after' },
    })
    await expect(test.api.history.undoAfter({ changeSetId: 99 })).rejects.toMatchObject({ code: 'not-found' })
    const path = join(await temporaryFolder(), 'old.rollbook')
    await copyFile(RELEASE, path)
    const old = await openTestSchool(path)
    await expect(old.api.history.undoAfter({ changeSetId: 1 })).rejects.toMatchObject({
      params: { reason: 'older-schema' },
    })
  })

  it.each([
    ['people', () => createSampleSchool(12), movesOf, 6],
    ['classes', twoPeopleAndThreeCourses, classMovesOf, 12],
  ] as const)(
    'gives the very records of any moment, whatever was done to %s, undone and redone since',
    async (_, create, moves, numRuns) => {
      const steps = fc.array(fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 12 })), {
        minLength: 5,
        maxLength: 14,
      })
      await fc.assert(
        fc.asyncProperty(steps, fc.nat(), async (drawn, pick) => {
          const test = await create()
          const moments = [{ id: (await newest(test)).changeSetId, records: await recordsOf(test) }]
          for (const [move, id] of drawn) {
            await unlessRefused(pickOf(moves(test, id), move))
            const { changeSetId } = await newest(test)
            if (moments.at(-1)?.id !== changeSetId)
              moments.push({ id: changeSetId, records: await recordsOf(test) })
          }
          const before = await recordsOf(test)
          const moment = pickOf(moments, pick)
          const { records } = await test.api.history.countAfter({ changeSetId: moment.id })
          if (records === 0) return
          await test.api.history.undoAfter({ changeSetId: moment.id })
          expect(await recordsOf(test)).toEqual(moment.records)
          await test.api.history.undoLast({})
          expect(await recordsOf(test)).toEqual(before)
          expect((await checkFile(test.path)).problems).toEqual([])
          await test.school.close()
        }),
        { numRuns },
      )
    },
  )
})

function pickOf<Item>(items: Item[], place: number): Item {
  const item = items[place % items.length]
  if (item === undefined) throw new Error('nothing to pick')
  return item
}

type Move = () => Promise<unknown>

/** Does something that may be refused for what was done before. */
async function unlessRefused(move: Move): Promise<void> {
  await move().catch((error: unknown) => {
    if (!(error instanceof AppError) || !['conflict', 'not-found', 'invalid'].includes(error.code))
      throw error
  })
}

const historyMovesOf = ({ api }: TestSchool, id: number): Move[] => [
  () => api.history.undoLast({}),
  () => api.history.redoLast({}),
  () => api.history.undo({ changeSetId: id }),
  () => api.history.undoAfter({ changeSetId: id }),
]

/** What may be done at random; `id` is from 1 to 12. */
const movesOf = (test: TestSchool, id: number): Move[] => [
  () => test.api.users.create({ firstName: `New ${id}`, lastName: 'X', userTypeId: 1 }),
  () => test.api.users.update({ userId: id, lastName: `Changed ${id}`, email: `p${id}@x.example` }),
  () => test.api.users.remove({ selection: { ids: [id] } }),
  () => test.api.courses.create({ name: `C${id}`, startDate: '2026-09-01', endDate: '2027-06-18' }),
  () => test.api.courses.remove({ selection: { ids: [id] } }),
  () =>
    test.api.enrollments.enrollStudents({
      courseId: 1,
      selection: { ids: [id] },
      enrolledDate: '2026-09-01',
    }),
  () => test.api.enrollments.remove({ selection: { ids: [id] } }),
  ...historyMovesOf(test, id),
]

/** So few of each that what is done to one is in the way of another. */
async function twoPeopleAndThreeCourses(): Promise<TestSchool> {
  const test = await createTestSchool()
  for (const firstName of ['Ana', 'Ivo'])
    await test.api.users.create({ firstName, lastName: 'X', userTypeId: 1 })
  for (const name of ['VIII-1', 'VIII-2', 'Biology'])
    await test.api.courses.create({ name, startDate: '2026-09-01', endDate: '2027-06-18' })
  return test
}

const classMovesOf = (test: TestSchool, id: number): Move[] => {
  const { courses, enrollments } = test.api
  const courseId = 1 + (id % 3)
  const ids = [1 + (id % 2)]
  return [
    ...(['homeroom', 'homeroom', 'scheduled'] as const).map(
      (classType) => () => courses.update({ courseId, classType }),
    ),
    ...[1, 2].map(
      () => () => enrollments.enrollStudents({ courseId, selection: { ids }, enrolledDate: '2026-09-01' }),
    ),
    () => enrollments.complete({ selection: { ids: [1 + (id % 4)] }, endDate: '2026-10-01' }),
    () => enrollments.update({ enrollmentId: 1 + (id % 4), endDate: null }),
    () => enrollments.remove({ selection: { ids: [1 + (id % 4)] } }),
    ...historyMovesOf(test, id),
  ]
}
