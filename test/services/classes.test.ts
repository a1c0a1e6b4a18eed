import { expect, it } from 'vitest'
import { dumpOf } from '../helpers/dump'
import { createTestSchool } from '../helpers/school'

const YEAR = { startDate: '2026-09-01', endDate: '2027-06-18' }

/** Two classes (1, 2), a course (3), and two people. */
async function withClasses() {
  const test = await createTestSchool({ now: () => new Date(2026, 10, 22, 12) })
  const { api } = test
  await api.courses.create({ name: 'VIII-1', classType: 'homeroom', ...YEAR })
  await api.courses.create({ name: 'VIII-2', classType: 'homeroom', ...YEAR })
  await api.courses.create({ name: 'Biology', ...YEAR })
  for (const firstName of ['Ana', 'Ivo'])
    await api.users.create({ firstName, lastName: 'Kos', userTypeId: 1 })
  const enroll = (courseId: number, ids: number[]) =>
    api.enrollments.enrollStudents({ courseId, selection: { ids }, enrolledDate: '2026-09-01' })
  const classOf = async (userId: number) => {
    const { classId, className } = await api.users.get({ userId })
    return [classId, className]
  }
  return { ...test, enroll, classOf }
}

it('are where a person belongs, one at a time', async () => {
  const { api, enroll, classOf } = await withClasses()
  await enroll(1, [1, 2])
  await enroll(3, [1])
  expect(await classOf(1)).toEqual([1, 'VIII-1'])
  await expect(enroll(2, [1, 2])).rejects.toMatchObject({
    fields: { selection: { code: 'already-in-class', params: { className: 'VIII-1', count: 2 } } },
  })
  await api.enrollments.complete({ selection: { ids: [1] }, endDate: '2026-11-01' })
  expect(await classOf(1)).toEqual([null, null])
  await enroll(2, [1])
  expect(await classOf(1)).toEqual([2, 'VIII-2'])
  // Back into the first one while in the second: no.
  await expect(api.enrollments.update({ enrollmentId: 1, endDate: null })).rejects.toMatchObject({
    fields: { endDate: { code: 'already-in-class', params: { className: 'VIII-2' } } },
  })
})

it('list their people', async () => {
  const { api, enroll } = await withClasses()
  await enroll(1, [2])
  await enroll(3, [1, 2])
  const { listId, total } = await api.users.openList({ filters: { classId: 1 } })
  expect(total).toBe(1)
  const { rows } = await api.users.list({ listId, offset: 0, count: 10 })
  expect(rows).toMatchObject([{ userId: 2, className: 'VIII-1' }])
})

it('are what a course becomes and ceases to be, with those who are in it, undo included', async () => {
  const { api, school, enroll, classOf } = await withClasses()
  await enroll(3, [1])
  const before = await dumpOf(school.database)
  await api.courses.update({ courseId: 3, classType: 'homeroom' })
  expect(await classOf(1)).toEqual([3, 'Biology'])
  await api.history.undoLast({})
  expect(await dumpOf(school.database)).toEqual(before)
  expect(await classOf(1)).toEqual([null, null])
})

it('are not what a course becomes whose people are in another class', async () => {
  const { api, enroll } = await withClasses()
  await enroll(1, [1])
  await enroll(3, [1, 2])
  await expect(api.courses.update({ courseId: 3, classType: 'homeroom' })).rejects.toMatchObject({
    fields: { classType: { code: 'already-in-class', params: { name: 'Ana Kos', className: 'VIII-1' } } },
  })
})

it('are known of every enrolment, whatever program writes it', async () => {
  const { school, enroll, classOf } = await withClasses()
  await enroll(3, [1])
  await school.database.write(() =>
    school.database.run('UPDATE enrollments SET course_id = 2 WHERE enrollment_id = 1'),
  )
  expect(await classOf(1)).toEqual([2, 'VIII-2'])
})
