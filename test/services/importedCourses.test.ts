import { describe, expect, test } from 'vitest'
import { applyImport, importLines, placesOf, prepareLines } from '../helpers/jobs'
import { createTestSchool, type TestSchool } from '../helpers/school'

const PEOPLE = [
  'first_name,last_name,email,user_type,age',
  'Ana,Kos,ana@b.ba,Student,7',
  'Ivo,Lov,ivo@b.ba,teacher,40',
]
const COURSES = [
  'name,start_date,end_date',
  'Maths,2025-09-01,2026-06-15',
  'Maths,2026-09-01,2027-06-15',
  'Art,2026-09-01,2027-06-15',
]

describe('courses in a file', () => {
  test('are told apart by name and first day', async () => {
    const school = await createTestSchool()
    expect(await importLines(school, COURSES)).toMatchObject({ created: 3 })
    const again = await prepareLines(school, [
      ...COURSES,
      'maths,2028-09-01,2029-06-15',
      'MATHS,2028-09-01,2029-06-15',
    ])
    expect(placesOf(again)).toEqual([
      [2, 'name', 'exists'],
      [3, 'name', 'exists'],
      [4, 'name', 'exists'],
      [6, 'name', 'doubled'],
    ])
    expect(again.problems[0]?.params).toMatchObject({ name: 'Maths', id: 1 })
  })

  test('do not end before they start, by what is in the file or by what is there', async () => {
    const school = await createTestSchool()
    const prepared = await prepareLines(school, ['name,start_date,end_date', 'Art,2026-09-01,2026-08-31'])
    expect(placesOf(prepared)).toEqual([[2, 'end_date', 'end-before-start']])
    await importLines(school, COURSES)
    const update = await prepareLines(
      school,
      ['name,end_date', 'Art,2026-08-31', 'Maths,2030-01-01', 'Music,2030-01-01'],
      { mode: 'update' },
    )
    expect(placesOf(update)).toEqual([
      [2, 'end_date', 'end-before-start'],
      [3, 'name', 'several-courses'],
      [4, 'name', 'no-match'],
    ])
  })

  test('can be given another first day where the name alone is enough', async () => {
    const school = await createTestSchool()
    await importLines(school, COURSES)
    expect(
      await importLines(school, ['name,start_date', 'Art,2026-09-08'], { mode: 'update' }),
    ).toMatchObject({
      updated: 1,
    })
    expect(await school.api.courses.get({ courseId: 3 })).toMatchObject({
      startDate: '2026-09-08',
      endDate: '2027-06-15',
    })
  })
})

describe('enrolments in a file', () => {
  const HEADER = 'email,course,start,end,notes'

  async function schoolWithCourses(): Promise<TestSchool> {
    const school = await createTestSchool({ now: () => new Date('2026-10-01T10:00:00') })
    await importLines(school, PEOPLE)
    await importLines(school, COURSES)
    return school
  }

  test('find their person and course, or say what they did not find', async () => {
    const school = await schoolWithCourses()
    const rows = [
      'ana@b.ba,ART,2026-09-01,,x',
      'no@b.ba,Art,2026-09-01,,',
      'ivo@b.ba,Music,2026-09-01,,',
      'ivo@b.ba,Maths,2026-09-01,,',
    ]
    const prepared = await prepareLines(school, [HEADER, ...rows])
    expect(placesOf(prepared)).toEqual([
      [3, 'email', 'unknown-person'],
      [4, 'course', 'unknown-course'],
      [5, 'course', 'several-courses'],
    ])
    expect(prepared.problems[2]?.params['courses']).toContain('2025-09-01')
    expect(await applyImport(school, prepared.importId)).toMatchObject({ created: 1 })
    expect(await school.api.enrollments.get({ enrollmentId: 1 })).toMatchObject({
      ...{
        userId: 1,
        courseId: 3,
        enrolledDate: '2026-09-01',
        endDate: null,
        associativeData: 'x',
        isOpen: true,
      },
    })
  })

  test('of one person in one course are open but once', async () => {
    const school = await schoolWithCourses()
    await importLines(school, [HEADER, 'ana@b.ba,Art,2026-09-01,,'])
    const rows = [
      'ana@b.ba,Art,2026-09-15,,',
      'ana@b.ba,Art,2026-01-01,2026-02-01,',
      'ivo@b.ba,Art,2026-09-01,,',
      'ivo@b.ba,Art,2026-09-02,,',
      'ivo@b.ba,Art,2026-09-03,2999-01-01,',
    ]
    const prepared = await prepareLines(school, [HEADER, ...rows])
    expect(placesOf(prepared)).toEqual([
      [2, 'email', 'already-enrolled'],
      [5, 'email', 'doubled'],
      [6, 'email', 'doubled'],
    ])
    expect(prepared.problems[0]?.params).toMatchObject({ names: 'Ana Kos' })
    expect(await applyImport(school, prepared.importId)).toMatchObject({ created: 2, rejected: 3 })
  })

  test('keep their last days where a file says nothing of them', async () => {
    const school = await schoolWithCourses()
    await importLines(school, [HEADER, 'ana@b.ba,Art,2025-09-01,2026-06-30,', 'ana@b.ba,Art,2026-09-01,,'])
    const noted = ['ana@b.ba,Art,2025-09-01,,late', 'ana@b.ba,Art,2026-09-01,,early']
    expect(await importLines(school, [HEADER, ...noted], { mode: 'update' })).toMatchObject({
      updated: 2,
      rejected: 0,
    })
  })

  test('are ended by a file that has their last day', async () => {
    const school = await schoolWithCourses()
    const first = [HEADER, 'ana@b.ba,Art,2026-09-01,,', 'ivo@b.ba,Art,2026-09-01,,']
    await importLines(school, first)
    expect(await prepareLines(school, first, { mode: 'upsert' })).toMatchObject({ unchanged: 2, creates: 0 })
    const rows = ['email,course,end', 'ana@b.ba,Art,2026-09-20', 'ivo@b.ba,Art,2026-08-01']
    const prepared = await prepareLines(school, rows, { mode: 'update' })
    expect(prepared).toMatchObject({ updates: 1 })
    expect(placesOf(prepared)).toEqual([[3, 'end', 'end-before-start']])
    await applyImport(school, prepared.importId)
    expect(await school.api.enrollments.get({ enrollmentId: 1 })).toMatchObject({
      endDate: '2026-09-20',
      isOpen: false,
    })
  })

  test('choose among courses of one name by id', async () => {
    const school = await schoolWithCourses()
    const rows = [
      'user_email,course_name,course_id,enrolled_date',
      'ana@b.ba,Maths,2,2026-09-01',
      'ivo@b.ba,,2,2026-09-01',
      'ivo@b.ba,Art,2,2026-09-01',
    ]
    await importLines(school, rows)
    const found = await school.school.database.query<{ id: number }>(
      'SELECT course_id AS id FROM enrollments ORDER BY enrollment_id',
    )
    // A name is worth more than an id, which may be another school's.
    expect(found.map(({ id }) => id)).toEqual([2, 2, 3])
  })
})
