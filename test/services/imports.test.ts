import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dumpOf } from '../helpers/dump'
import { applyImport, endOf, prepareImport } from '../helpers/jobs'
import { createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

type Options = Parameters<typeof prepareImport>[2]

/** A file of the given lines. */
async function csv(...lines: string[]): Promise<string> {
  const path = join(await temporaryFolder(), 'list.csv')
  await writeFile(path, `${lines.join('\r\n')}\r\n`)
  return path
}

const prepare = async (school: TestSchool, lines: string[], options?: Options) =>
  prepareImport(school, await csv(...lines), options)

async function load(school: TestSchool, lines: string[], options?: Options) {
  const { importId } = await prepare(school, lines, options)
  return applyImport(school, importId)
}

const problemsOf = ({ problems }: Awaited<ReturnType<typeof prepare>>) =>
  problems.map(({ row, column, code }) => [row, column, code])

const dump = ({ school }: TestSchool) => dumpOf(school.database)

const USERS = 'first_name,last_name,email,user_type,age'
const PEOPLE = [USERS, 'Ana,Kos,ana@b.ba,Student,7', 'Ivo,Lov,ivo@b.ba,teacher,40']

describe('an import', () => {
  test('shows what would happen, writes nothing before it is applied, and is one change set', async () => {
    const school = await createTestSchool()
    const before = await dump(school)
    const prepared = await prepare(school, [
      USERS,
      'Ana,Kos,ana@b.ba,Librarian,7',
      'Ivo,Lov,ivo@b.ba,teacher,40',
      'Eva,,e@b.ba,x,1',
    ])
    expect(prepared).toMatchObject({
      entity: 'users',
      rows: 3,
      creates: 2,
      updates: 0,
      rejects: 1,
      problemCount: 1,
    })
    expect(prepared.newUserTypes).toEqual(['Librarian'])
    expect(await dump(school)).toEqual(before)

    const result = await applyImport(school, prepared.importId)
    expect(result).toMatchObject({ created: 2, updated: 0, unchanged: 0, rejected: 1 })
    const list = await school.api.users.openList({})
    const { rows } = await school.api.users.list({ listId: list.listId, offset: 0, count: 10 })
    expect(rows).toMatchObject([
      { firstName: 'Ana', userTypeName: 'Librarian', age: 7, isActive: true, lastLogin: null },
      { firstName: 'Ivo', userTypeName: 'Teacher' },
    ])
    const history = await school.api.history.list({})
    expect(history).toMatchObject({
      total: 1,
      rows: [{ summary: 'users-imported', params: { created: 2, file: 'list.csv' }, changeCount: 3 }],
    })
    expect(school.events).toContainEqual({ name: 'changed', payload: { entities: ['userTypes', 'users'] } })
  })

  test('is found at once by what was imported, and undone as a whole', async () => {
    const school = await createTestSchool()
    const before = await dump(school)
    const { changeSetId } = await load(school, [...PEOPLE, 'Željko,Hadžić,z@b.ba,Cook,'])
    expect(await school.api.users.openList({ search: 'hadzic' })).toMatchObject({ total: 1 })
    await school.api.history.undo({ changeSetId: changeSetId ?? 0 })
    expect(await dump(school)).toEqual(before)
  })

  test('takes nothing where it was to be all or nothing', async () => {
    const school = await createTestSchool()
    const before = await dump(school)
    const { importId } = await prepare(school, [...PEOPLE, 'Eva,Roe,nobody,Student,'])
    await expect(applyImport(school, importId, 'all-or-nothing')).rejects.toMatchObject({
      code: 'conflict',
      params: { reason: 'rows-rejected', count: 1 },
    })
    expect(await dump(school)).toEqual(before)
    expect(await applyImport(school, importId)).toMatchObject({ created: 2 })
    await expect(applyImport(school, importId)).rejects.toMatchObject({
      params: { reason: 'import-applied' },
    })
  })

  test('of a file that changes nothing leaves no change set', async () => {
    const school = await createTestSchool()
    expect(await load(school, [USERS])).toMatchObject({ created: 0, changeSetId: null })
    await load(school, PEOPLE)
    expect(await load(school, PEOPLE)).toMatchObject({ created: 0, rejected: 2, changeSetId: null })
  })

  test('looks again where the school has changed since', async () => {
    const school = await createTestSchool()
    const { importId } = await prepare(school, PEOPLE)
    await school.api.users.create({ firstName: 'Ana', lastName: 'K', email: 'ana@b.ba', userTypeId: 1 })
    expect(await applyImport(school, importId)).toMatchObject({ created: 1, rejected: 1 })
    const { rows, total } = await school.api.imports.listProblems({ importId, offset: 0, count: 10 })
    expect(total).toBe(1)
    expect(rows).toMatchObject([{ row: 2, code: 'exists', value: 'ana@b.ba', params: { name: 'Ana K' } }])
  })

  test('that is stopped leaves nothing, in the school or beside it', async () => {
    const workFolder = await temporaryFolder()
    const school = await createTestSchool({ workFolder })
    const before = await dump(school)
    const many = [USERS, ...Array.from({ length: 30_000 }, (_, index) => `A,B,p${index}@b.ba,Student,`)]
    const { file } = school.files.give(await csv(...many))
    const reading = await school.api.imports.prepare({ file })
    await school.api.jobs.cancel(reading)
    await expect(endOf(school, Promise.resolve(reading))).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(workFolder)).toEqual([])

    const { importId } = await prepare(school, many)
    const writing = await school.api.imports.apply({ importId, onError: 'reject-rows' })
    const isWriting = () =>
      school.events.some(
        ({ name, payload }) => name === 'job' && payload.state === 'running' && payload.phase === 'writing',
      )
    while (!isWriting()) await new Promise((resolve) => setImmediate(resolve))
    await school.api.jobs.cancel(writing)
    await expect(endOf(school, Promise.resolve(writing))).rejects.toMatchObject({ code: 'cancelled' })
    expect(await dump(school)).toEqual(before)
    expect((await school.api.history.list({})).total).toBe(0)
    expect(await applyImport(school, importId)).toMatchObject({ created: 30_000 })
  })

  test('leaves no scratch file when it is discarded, when the school is closed, or when the process had died', async () => {
    const workFolder = await temporaryFolder()
    // No process can have this number.
    await writeFile(join(workFolder, 'import-999999999-x.scratch'), 'left')
    const school = await createTestSchool({ workFolder })
    const { importId } = await prepare(school, PEOPLE)
    expect(await readdir(workFolder)).toHaveLength(1)
    await school.api.imports.discard({ importId })
    expect(await readdir(workFolder)).toEqual([])
    await expect(school.api.imports.listProblems({ importId, offset: 0, count: 1 })).rejects.toMatchObject({
      code: 'not-found',
    })
    await prepare(school, PEOPLE)
    await school.school.close()
    expect(await readdir(workFolder)).toEqual([])
  })
})

describe('rejected rows', () => {
  test('are saved as they were, and why, and can be imported when they are mended', async () => {
    const school = await createTestSchool()
    const lines = [
      'Ime;Prezime;E-pošta;Tip',
      'Ana;"Kos; Lov";ana(at)b.ba;Student',
      'Ivo;Lov;ivo@b.ba;Student',
      '"Eva;x',
      'Mia;;m@b.ba;Student',
    ]
    const { importId, rejects } = await prepare(school, lines)
    expect(rejects).toBe(3)
    const path = join(await temporaryFolder(), 'rejects.csv')
    const { file } = school.files.give(path)
    expect(await endOf(school, school.api.imports.saveRejects({ importId, file }))).toEqual({ rows: 3 })
    const text = await readFile(path, 'utf8')
    expect(text.split('\r\n')[0]).toBe('\uFEFFIme;Prezime;E-pošta;Tip;rejected_because')
    expect(text).toContain('Ana;"Kos; Lov";ana(at)b.ba;Student;')
    await writeFile(path, text.replace('(at)', '@').replace('Mia;;', 'Mia;Roe;'))
    const mended = await prepareImport(school, path)
    expect(mended).toMatchObject({ creates: 2, rejects: 1 })
    expect(mended.warnings).toMatchObject([{ code: 'column-unknown', column: 'rejected_because' }])
    await endOf(school, school.api.imports.saveRejects({ importId: mended.importId, file }))
    expect((await readFile(path, 'utf8')).split('\r\n')[0]).toBe(text.split('\r\n')[0])
  })

  test('are listed in pages, all of them', async () => {
    const school = await createTestSchool()
    const { importId, problemCount, problems } = await prepare(school, [
      USERS,
      ...Array.from({ length: 350 }, () => 'A,B,x,Student,'),
    ])
    expect(problemCount).toBe(350)
    expect(problems).toHaveLength(100)
    const page = await school.api.imports.listProblems({ importId, offset: 300, count: 200 })
    expect(page.rows.map(({ row }) => row)).toEqual(Array.from({ length: 50 }, (_, index) => 302 + index))
  })
})

describe('people in a file', () => {
  test('with one e-mail are both named, and the first is taken', async () => {
    const school = await createTestSchool()
    const prepared = await prepare(school, [...PEOPLE, 'Other,One,ANA@b.ba,Student,'])
    expect(prepared).toMatchObject({ creates: 2, rejects: 1 })
    expect(prepared.problems).toMatchObject([
      { row: 4, column: 'email', value: 'ANA@b.ba', code: 'doubled', params: { first: 2 } },
    ])
  })

  test('may have no e-mail, however many they are', async () => {
    const school = await createTestSchool()
    const rows = Array.from({ length: 25_000 }, (_, index) => `P${index},Q,,Student,`)
    expect(await load(school, [USERS, ...rows])).toMatchObject({ created: 25_000 })
    const [{ count } = { count: 0 }] = await school.school.database.query<{ count: number }>(
      `SELECT count(DISTINCT email) AS count FROM users WHERE email GLOB 'none-????????@no-email.invalid'`,
    )
    expect(count).toBe(25_000)
  })

  test('have a type by its name in any spelling, which is made where it is new', async () => {
    const school = await createTestSchool()
    const rows = ['A,A,a@b.ba,STUDENT,', 'B,B,b@b.ba,Kuhar,', 'C,C,c@b.ba,kuhar,', 'D,D,,Nobody,-1']
    const prepared = await prepare(school, [USERS, ...rows])
    expect(prepared.newUserTypes).toEqual(['Kuhar'])
    await applyImport(school, prepared.importId)
    const types = await school.school.database.query(
      "SELECT name, name_sort > '' AS sorted FROM user_types ORDER BY user_type_id",
    )
    expect(types).toMatchObject([{ name: 'Student' }, { name: 'Teacher' }, { name: 'Kuhar', sorted: 1 }])
  })

  test('are undone with the types that were made for them, and done again', async () => {
    const school = await createTestSchool()
    await load(school, PEOPLE)
    const before = await dump(school)
    const rows = ['Ana,Kos,ana@b.ba,Cook,7', 'Nina,Pop,,Cook,']
    const { changeSetId } = await load(school, [USERS, ...rows], { mode: 'upsert' })
    const after = await dump(school)
    const undone = await school.api.history.undo({ changeSetId: changeSetId ?? 0 })
    expect(await dump(school)).toEqual(before)
    await school.api.history.undo({ changeSetId: undone.undoneBy ?? 0 })
    expect(await dump(school)).toEqual(after)
  })

  test('are not undone while others have the types that were made for them', async () => {
    const school = await createTestSchool()
    const { changeSetId } = await load(school, [USERS, 'Nina,Pop,,Cook,'])
    await school.api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 3 })
    await expect(school.api.history.undo({ changeSetId: changeSetId ?? 0 })).rejects.toMatchObject({
      params: { reason: 'undo-belongs' },
    })
    expect(await school.api.users.openList({})).toMatchObject({ all: 2 })
  })

  test('are changed where they are there: an empty cell leaves what is, and equal rows are counted', async () => {
    const school = await createTestSchool()
    await load(school, PEOPLE)
    const rows = [
      USERS,
      'Anna,Kos,ana@b.ba,Teacher,',
      'Ivo,Lov,IVO@b.ba,Teacher,40',
      'New,One,new@b.ba,Student,',
    ]
    const update = await prepare(school, rows, { mode: 'update' })
    expect(update).toMatchObject({ creates: 0, updates: 1, unchanged: 1, rejects: 1 })
    expect(problemsOf(update)).toEqual([[4, 'email', 'no-match']])
    const upsert = await prepare(school, rows, { mode: 'upsert' })
    expect(upsert).toMatchObject({ creates: 1, updates: 1, unchanged: 1, rejects: 0 })
    const { changeSetId } = await applyImport(school, upsert.importId)
    expect(await school.api.users.get({ userId: 1 })).toMatchObject({
      firstName: 'Anna',
      userTypeName: 'Teacher',
      age: 7,
    })
    expect(await school.api.users.openList({ search: 'anna' })).toMatchObject({ total: 1 })
    await school.api.history.undo({ changeSetId: changeSetId ?? 0 })
    expect(await school.api.users.get({ userId: 1 })).toMatchObject({
      firstName: 'Ana',
      userTypeName: 'Student',
    })
  })

  test('can be matched by id, and cannot take the e-mail of another', async () => {
    const school = await createTestSchool()
    await load(school, PEOPLE)
    const rows = ['user_id,email,age', '1,ivo@b.ba,', '2,second@b.ba,41', '9,x@b.ba,', '2,y@b.ba,']
    const prepared = await prepare(school, rows, { mode: 'update', match: 'id', entity: 'users' })
    expect(problemsOf(prepared)).toEqual([
      [2, 'email', 'email-taken'],
      [4, 'user_id', 'no-match'],
      [5, 'user_id', 'doubled'],
    ])
    expect(await applyImport(school, prepared.importId)).toMatchObject({ updated: 1, rejected: 3 })
    expect(await school.api.users.get({ userId: 2 })).toMatchObject({
      email: 'second@b.ba',
      age: 41,
      firstName: 'Ivo',
    })
  })

  test('of another school get ids of this one', async () => {
    const school = await createTestSchool()
    await load(school, PEOPLE)
    await load(school, [
      `user_id,created_at,${USERS}`,
      '1,2001-01-01T00:00:00.000Z,Eva,Roe,eva@b.ba,Student,',
    ])
    const eva = await school.api.users.get({ userId: 3 })
    expect(eva.firstName).toBe('Eva')
    expect(eva.createdAt).not.toMatch(/^2001/)
  })

  test('with a type that is no record are problems', async () => {
    const school = await createTestSchool()
    const prepared = await prepare(school, ['first_name,last_name,user_type_id', 'A,B,1', 'C,D,77'])
    expect(problemsOf(prepared)).toEqual([[3, 'user_type_id', 'unknown-user-type']])
  })
})

const COURSES = [
  'name,start_date,end_date',
  'Maths,2025-09-01,2026-06-15',
  'Maths,2026-09-01,2027-06-15',
  'Art,2026-09-01,2027-06-15',
]

describe('courses in a file', () => {
  test('are told apart by name and first day', async () => {
    const school = await createTestSchool()
    expect(await load(school, COURSES)).toMatchObject({ created: 3 })
    const again = await prepare(school, [
      ...COURSES,
      'maths,2028-09-01,2029-06-15',
      'MATHS,2028-09-01,2029-06-15',
    ])
    expect(problemsOf(again)).toEqual([
      [2, 'name', 'exists'],
      [3, 'name', 'exists'],
      [4, 'name', 'exists'],
      [6, 'name', 'doubled'],
    ])
    expect(again.problems[0]?.params).toMatchObject({ name: 'Maths', id: 1 })
  })

  test('do not end before they start, by what is in the file or by what is there', async () => {
    const school = await createTestSchool()
    const prepared = await prepare(school, ['name,start_date,end_date', 'Art,2026-09-01,2026-08-31'])
    expect(problemsOf(prepared)).toEqual([[2, 'end_date', 'end-before-start']])
    await load(school, COURSES)
    const update = await prepare(
      school,
      ['name,end_date', 'Art,2026-08-31', 'Maths,2030-01-01', 'Music,2030-01-01'],
      { mode: 'update' },
    )
    expect(problemsOf(update)).toEqual([
      [2, 'end_date', 'end-before-start'],
      [3, 'name', 'several-courses'],
      [4, 'name', 'no-match'],
    ])
  })

  test('can be given another first day where the name alone is enough', async () => {
    const school = await createTestSchool()
    await load(school, COURSES)
    expect(await load(school, ['name,start_date', 'Art,2026-09-08'], { mode: 'update' })).toMatchObject({
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
    await load(school, PEOPLE)
    await load(school, COURSES)
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
    const prepared = await prepare(school, [HEADER, ...rows])
    expect(problemsOf(prepared)).toEqual([
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
    await load(school, [HEADER, 'ana@b.ba,Art,2026-09-01,,'])
    const rows = [
      'ana@b.ba,Art,2026-09-15,,',
      'ana@b.ba,Art,2026-01-01,2026-02-01,',
      'ivo@b.ba,Art,2026-09-01,,',
      'ivo@b.ba,Art,2026-09-02,,',
      'ivo@b.ba,Art,2026-09-03,2999-01-01,',
    ]
    const prepared = await prepare(school, [HEADER, ...rows])
    expect(problemsOf(prepared)).toEqual([
      [2, 'email', 'already-enrolled'],
      [5, 'email', 'doubled'],
      [6, 'email', 'doubled'],
    ])
    expect(prepared.problems[0]?.params).toMatchObject({ names: 'Ana Kos' })
    expect(await applyImport(school, prepared.importId)).toMatchObject({ created: 2, rejected: 3 })
  })

  test('keep their last days where a file says nothing of them', async () => {
    const school = await schoolWithCourses()
    await load(school, [HEADER, 'ana@b.ba,Art,2025-09-01,2026-06-30,', 'ana@b.ba,Art,2026-09-01,,'])
    const noted = ['ana@b.ba,Art,2025-09-01,,late', 'ana@b.ba,Art,2026-09-01,,early']
    expect(await load(school, [HEADER, ...noted], { mode: 'update' })).toMatchObject({
      updated: 2,
      rejected: 0,
    })
  })

  test('are ended by a file that has their last day', async () => {
    const school = await schoolWithCourses()
    const first = [HEADER, 'ana@b.ba,Art,2026-09-01,,', 'ivo@b.ba,Art,2026-09-01,,']
    await load(school, first)
    expect(await prepare(school, first, { mode: 'upsert' })).toMatchObject({ unchanged: 2, creates: 0 })
    const rows = ['email,course,end', 'ana@b.ba,Art,2026-09-20', 'ivo@b.ba,Art,2026-08-01']
    const prepared = await prepare(school, rows, { mode: 'update' })
    expect(prepared).toMatchObject({ updates: 1 })
    expect(problemsOf(prepared)).toEqual([[3, 'end', 'end-before-start']])
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
    await load(school, rows)
    const found = await school.school.database.query<{ id: number }>(
      'SELECT course_id AS id FROM enrollments ORDER BY enrollment_id',
    )
    // A name is worth more than an id, which may be another school's.
    expect(found.map(({ id }) => id)).toEqual([2, 2, 3])
  })
})

describe('user types in a file', () => {
  test('are told apart by name in any spelling', async () => {
    const school = await createTestSchool()
    const prepared = await prepare(school, ['name', 'STUDENT', 'Cook', 'cook'])
    expect(problemsOf(prepared)).toEqual([
      [2, 'name', 'exists'],
      [4, 'name', 'doubled'],
    ])
    expect(await applyImport(school, prepared.importId)).toMatchObject({ created: 1 })
  })
})
