import { expect, it } from 'vitest'
import { createTestSchool } from '../helpers/school'

const NOW = { now: () => new Date(2026, 10, 22, 12) }

async function withCourse() {
  const test = await createTestSchool(NOW)
  const { api } = test
  const { courseId } = await api.courses.create({
    name: 'Biology',
    startDate: '2026-09-01',
    endDate: '2027-06-18',
  })
  const ids = []
  for (const lastName of ['Alić', 'Babić', 'Čović']) {
    ids.push((await api.users.create({ firstName: 'Ana', lastName, userTypeId: 1 })).userId)
  }
  const enroll = (people: number[], endDate: string | null = null) =>
    api.enrollments.enrollStudents({
      courseId,
      selection: { ids: people },
      enrolledDate: '2026-09-01',
      endDate,
    })
  return { ...test, courseId, ids, enroll }
}

it('are made for all of the people or none, and name who is enrolled already', async () => {
  const { api, ids, enroll } = await withCourse()
  expect(await enroll(ids.slice(0, 2))).toEqual({ count: 2 })
  await expect(enroll(ids)).rejects.toMatchObject({
    fields: { selection: { code: 'already-enrolled', params: { names: 'Ana Alić, Ana Babić', count: 2 } } },
  })
  expect(await api.enrollments.openList({})).toMatchObject({ total: 2 })
})

it('are open until the end of their last day', async () => {
  const { api, ids, enroll } = await withCourse()
  await enroll([ids[0] ?? 0], '2026-11-22')
  await enroll([ids[1] ?? 0], '2026-11-21')
  const { listId } = await api.enrollments.openList({ sort: { field: 'endDate' } })
  const { rows } = await api.enrollments.list({ listId, offset: 0, count: 10 })
  expect(rows.map(({ endDate, isOpen }) => [endDate, isOpen])).toEqual([
    ['2026-11-21', false],
    ['2026-11-22', true],
  ])
  // Who has left may come again; who is still there may not.
  await enroll([ids[1] ?? 0])
  await expect(enroll([ids[0] ?? 0])).rejects.toMatchObject({ code: 'invalid' })
})

it('end on a day that is not before their first, and only those that are open', async () => {
  const { api, ids, enroll } = await withCourse()
  await enroll(ids)
  await expect(
    api.enrollments.withdraw({ selection: { ids: [1] }, endDate: '2026-08-31' }),
  ).rejects.toMatchObject({
    fields: { endDate: { code: 'before-enrolled' } },
  })
  expect(await api.enrollments.withdraw({ selection: { ids: [1] }, endDate: '2026-10-01' })).toEqual({
    count: 1,
  })
  expect(await api.enrollments.withdraw({ selection: { ids: [1, 2] }, endDate: '2026-11-01' })).toEqual({
    count: 1,
  })
  expect(await api.enrollments.get({ enrollmentId: 1 })).toMatchObject({
    endDate: '2026-10-01',
    isOpen: false,
  })
})

it('are not opened again beside an open one', async () => {
  const { api, ids, enroll } = await withCourse()
  const [person = 0] = ids
  await enroll([person], '2026-10-01')
  await enroll([person])
  await expect(api.enrollments.update({ enrollmentId: 1, endDate: null })).rejects.toMatchObject({
    fields: { endDate: { code: 'already-enrolled' } },
  })
  expect(await api.enrollments.update({ enrollmentId: 1, associativeData: 'Moved' })).toMatchObject({
    endDate: '2026-10-01',
    associativeData: 'Moved',
  })
})

it('are found by the person and by the course', async () => {
  const { api, ids, enroll, courseId } = await withCourse()
  await enroll(ids)
  expect(await api.enrollments.openList({ search: 'covic' })).toMatchObject({ total: 1 })
  expect(await api.enrollments.openList({ search: 'biology babic' })).toMatchObject({ total: 1 })
  expect(await api.enrollments.openList({ filters: { courseId } })).toMatchObject({ total: 3 })
  expect(await api.enrollments.openList({ filters: { userId: ids[0] ?? 0, isOpen: true } })).toMatchObject({
    total: 1,
  })
})

it('need people and a course that are there', async () => {
  const { api, enroll } = await withCourse()
  await expect(enroll([99])).rejects.toMatchObject({ code: 'not-found', params: { entity: 'user', id: 99 } })
  const nowhere = { courseId: 99, selection: { ids: [1] }, enrolledDate: '2026-09-01' }
  await expect(api.enrollments.enrollStudents(nowhere)).rejects.toMatchObject({ code: 'not-found' })
})
