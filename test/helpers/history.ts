import { createTestSchool, type TestSchool } from './school'

/** The last change set. */
export const newest = async ({ api }: TestSchool) => {
  const [set] = (await api.history.list({ count: 1 })).rows
  if (!set) throw new Error('nothing was changed')
  return set
}

/** Ana and Biology, with Ana enrolled in it. */
export async function smallSchool(): Promise<TestSchool> {
  const test = await createTestSchool()
  await test.api.users.create({ firstName: 'Ana', lastName: 'Ilić', userTypeId: 1, birthDate: '2012-05-01' })
  await test.api.courses.create({ name: 'Biology', startDate: '2026-09-01', endDate: '2027-06-18' })
  await test.api.enrollments.enrollStudents({
    courseId: 1,
    selection: { ids: [1] },
    enrolledDate: '2026-09-01',
  })
  return test
}
