import { expect, it } from 'vitest'
import { createTestSchool } from '../helpers/school'

const TODAY = { now: () => new Date(2026, 10, 22, 12) }
const YEAR = { startDate: '2026-09-01', endDate: '2027-06-18' }

it('have a state that follows from their days and today, both days inclusive', async () => {
  const { api } = await createTestSchool(TODAY)
  const days = {
    ended: ['2026-09-01', '2026-11-21'],
    running: ['2026-11-22', '2026-11-22'],
    upcoming: ['2026-11-23', '2026-12-01'],
  } as const
  for (const [state, [startDate, endDate]] of Object.entries(days)) {
    expect(await api.courses.create({ name: state, startDate, endDate })).toMatchObject({ state })
    const { listId } = await api.courses.openList({ filters: { state: state as keyof typeof days } })
    expect((await api.courses.list({ listId, offset: 0, count: 10 })).rows).toMatchObject([{ name: state }])
  }
})

it('may share a name', async () => {
  const { api } = await createTestSchool()
  await api.courses.create({ name: 'Biology', ...YEAR })
  await api.courses.create({ name: 'Biology', ...YEAR })
  expect(await api.courses.openList({ search: 'biol' })).toMatchObject({ total: 2 })
})

it('do not end before they start, whichever day is changed', async () => {
  const { api } = await createTestSchool()
  const backwards = api.courses.create({ name: 'A', startDate: '2026-09-02', endDate: '2026-09-01' })
  await expect(backwards).rejects.toMatchObject({ fields: { endDate: { code: 'end-before-start' } } })
  const { courseId } = await api.courses.create({ name: 'A', ...YEAR })
  await expect(api.courses.update({ courseId, startDate: '2028-01-01' })).rejects.toMatchObject({
    fields: { startDate: { code: 'end-before-start' } },
  })
  await expect(api.courses.update({ courseId, endDate: '2026-02-30' })).rejects.toMatchObject({
    fields: { endDate: { code: 'not-a-day' } },
  })
  expect(await api.courses.get({ courseId })).toMatchObject(YEAR)
})

it('count their open enrolments, and go with them', async () => {
  const { api } = await createTestSchool(TODAY)
  const { courseId } = await api.courses.create({ name: 'Biology', ...YEAR })
  const ids = []
  for (const lastName of ['A', 'B', 'C']) {
    ids.push((await api.users.create({ firstName: 'X', lastName, userTypeId: 1 })).userId)
  }
  await api.enrollments.enrollStudents({ courseId, selection: { ids }, enrolledDate: '2026-09-01' })
  await api.enrollments.withdraw({ selection: { ids: [1] }, endDate: '2026-11-21' })
  expect(await api.courses.get({ courseId })).toMatchObject({ studentCount: 2 })
  const selection = { ids: [courseId] }
  expect(await api.courses.previewRemoval({ selection })).toEqual({ courses: 1, enrollments: 3 })
  expect(await api.courses.remove({ selection })).toEqual({ courses: 1, enrollments: 3 })
  expect(await api.overview.get({})).toMatchObject({ courses: { all: 0 }, enrollments: { all: 0 } })
})
