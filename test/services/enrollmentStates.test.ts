import { expect, it, onTestFinished } from 'vitest'
import { SideConnection } from '../../electron/database/scratch'
import { createTestSchool } from '../helpers/school'

const TODAY = '2026-11-22'
const NOW = { now: () => new Date(2026, 10, 22, 12) }

/** A school with a course and three people in it, the enrolments 1 to 3. */
async function withRoster(options = {}) {
  const test = await createTestSchool({ ...NOW, ...options })
  const { api } = test
  const { courseId } = await api.courses.create({
    name: 'Biology',
    startDate: '2026-09-01',
    endDate: '2027-06-18',
  })
  for (const firstName of ['Ana', 'Ivo', 'Eva'])
    await api.users.create({ firstName, lastName: 'Kos', userTypeId: 1 })
  await api.enrollments.enrollStudents({
    courseId,
    selection: { ids: [1, 2, 3] },
    enrolledDate: '2026-09-01',
  })
  const statusOf = async (enrollmentId: number) => {
    const { status, endDate, endReason, isOpen } = await api.enrollments.get({ enrollmentId })
    return { status, endDate, endReason, isOpen }
  }
  return { ...test, courseId, statusOf }
}

it('are enrolled, then withdrawn with a reason, or completed', async () => {
  const { api, courseId, statusOf } = await withRoster()
  await api.enrollments.withdraw({ selection: { ids: [1] }, endDate: TODAY, endReason: 'Moved away' })
  await api.enrollments.complete({ selection: { ids: [2] }, endDate: TODAY })
  expect(await statusOf(1)).toEqual({
    status: 'withdrawn',
    endDate: TODAY,
    endReason: 'Moved away',
    isOpen: false,
  })
  expect(await statusOf(2)).toMatchObject({ status: 'completed', isOpen: false })
  expect(await statusOf(3)).toEqual({ status: 'enrolled', endDate: null, endReason: null, isOpen: true })
  expect(await api.courses.get({ courseId })).toMatchObject({ studentCount: 1 })
  expect(await api.enrollments.openList({ filters: { status: 'withdrawn' } })).toMatchObject({ total: 1 })
  // Who has ended is not ended again.
  expect(await api.enrollments.complete({ selection: { ids: [1, 2, 3] }, endDate: TODAY })).toEqual({
    count: 1,
  })
})

it('follow the last day where nobody says otherwise', async () => {
  const { api, statusOf } = await withRoster()
  const change = (values: object) => api.enrollments.update({ enrollmentId: 1, ...values })
  await change({ endDate: '2026-11-21' })
  expect(await statusOf(1)).toMatchObject({ status: 'completed' })
  await change({ endDate: '2026-12-01' })
  expect(await statusOf(1)).toMatchObject({ status: 'enrolled' })
  await change({ status: 'withdrawn', endDate: '2026-11-20', endReason: 'Ill' })
  await change({ endDate: '2026-11-10' })
  expect(await statusOf(1)).toMatchObject({ status: 'withdrawn', endReason: 'Ill' })
  await change({ endDate: null })
  expect(await statusOf(1)).toEqual({ status: 'enrolled', endDate: null, endReason: null, isOpen: true })
})

it('are not open again once their last day is over', async () => {
  const { api } = await withRoster()
  await api.enrollments.update({ enrollmentId: 1, endDate: '2026-11-01' })
  await expect(api.enrollments.update({ enrollmentId: 1, status: 'enrolled' })).rejects.toMatchObject({
    fields: { endDate: { code: 'day-over' } },
  })
})

it('are completed at the next start when their last day is over, and history says so', async () => {
  let now = new Date(2026, 10, 22, 12)
  const test = await withRoster({ now: () => now })
  await test.api.enrollments.update({ enrollmentId: 1, endDate: '2026-11-22' })
  now = new Date(2026, 10, 23, 8)
  const next = await test.reopen()
  const { api } = next
  expect(await api.enrollments.get({ enrollmentId: 1 })).toMatchObject({ status: 'completed' })
  const { rows } = await api.history.list({})
  expect(rows[0]).toMatchObject({ summary: 'enrollments-ended', params: { count: 1 }, changeCount: 1 })
  // Nothing is left to do at the start after that.
  const again = await next.reopen()
  expect(await again.api.history.list({})).toMatchObject({ total: rows.length })
})

it('are not written at a start where no last day is over', async () => {
  const test = await withRoster()
  await test.school.close()
  const other = await SideConnection.open(test.path)
  onTestFinished(() => other.close())
  // Whoever else would write now waits, and fails in the end.
  await other.run('BEGIN IMMEDIATE')
  const { api } = await test.reopen()
  expect(await api.enrollments.openList({})).toMatchObject({ total: 3 })
})

it('are open once for a person and course', async () => {
  const { api, courseId } = await withRoster()
  await api.enrollments.complete({ selection: { ids: [1] }, endDate: '2026-10-01' })
  await api.enrollments.enrollStudents({ courseId, selection: { ids: [1] }, enrolledDate: '2026-11-01' })
  await expect(api.enrollments.update({ enrollmentId: 1, endDate: null })).rejects.toMatchObject({
    fields: { endDate: { code: 'already-enrolled' } },
  })
})

it('have an external id of their own', async () => {
  const { api } = await withRoster()
  await api.enrollments.update({ enrollmentId: 1, externalId: 'E-1' })
  await expect(api.enrollments.update({ enrollmentId: 2, externalId: ' E-1 ' })).rejects.toMatchObject({
    fields: { externalId: { code: 'external-id-taken', params: { name: 'Ana Kos' } } },
  })
})
