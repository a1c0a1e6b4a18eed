import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IMPORT_ENTITIES } from '../../electron/contract/imports'
import { userNameKeys } from '../../electron/contract/nameKeys'
import type { Row } from '../../electron/database/open'
import { dumpOf } from '../helpers/dump'
import { applyImport, endOf, exportTo, prepareImport } from '../helpers/jobs'
import { createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

describe('an export', () => {
  test('is never written over a school, open or not', async () => {
    const [school, other] = [await createTestSchool(), await createTestSchool()]
    await other.school.close()
    for (const path of [school.path, other.path])
      await expect(exportTo(school, 'users', path)).rejects.toMatchObject({ code: 'file-exists' })
    expect(await school.api.school.find({})).toMatchObject({ name: 'Test school' })
    const reopened = await other.reopen()
    expect(await reopened.api.school.find({})).toMatchObject({ name: 'Test school' })
  })

  test.skipIf(process.platform === 'win32')('is written in the place of files alone', async () => {
    const school = await createTestSchool()
    const pipe = join(await temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const path of [pipe, await temporaryFolder()])
      await expect(exportTo(school, 'users', path)).rejects.toMatchObject({ code: 'file-unwritable' })
    expect((await stat(pipe)).isFIFO()).toBe(true)
  })

  test('is written to no file that was chosen to be read', async () => {
    const school = await createTestSchool()
    const path = join(await temporaryFolder(), 'people.csv')
    await writeFile(path, 'what was imported')
    const { file } = school.files.give(path)
    await expect(
      endOf(school, school.api.exports.run({ entity: 'users', format: 'csv', file })),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect(await readFile(path, 'utf8')).toBe('what was imported')
  })

  test('has every column under its own name, and what ids stand for', async () => {
    const school = await createTestSchool()
    await school.api.users.create({
      firstName: 'Ana "A"',
      lastName: '=Kos, Lov',
      email: 'ana@b.ba',
      userTypeId: 1,
      age: 7,
    })
    await school.api.courses.create({
      name: 'Art',
      description: 'a\nb',
      startDate: '2026-09-01',
      endDate: '2027-06-15',
    })
    await school.api.enrollments.enrollStudents({
      courseId: 1,
      selection: { ids: [1] },
      enrolledDate: '2026-09-02',
    })
    const folder = await temporaryFolder()
    const textOf = async (entity: (typeof IMPORT_ENTITIES)[number]) => {
      const path = join(folder, `${entity}.csv`)
      expect(await exportTo(school, entity, path)).toMatchObject({ fileName: `${entity}.csv` })
      return (await readFile(path, 'utf8')).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
    }
    expect(await textOf('userTypes')).toBe(
      'user_type_id,name,created_at,updated_at\r\n1,Student,INSTANT,INSTANT\r\n2,Teacher,INSTANT,INSTANT\r\n',
    )
    expect(await textOf('users')).toBe(
      'user_id,first_name,last_name,email,user_type_id,age,birth_date,external_id,details,is_active,created_at,updated_at,last_login,user_type\r\n' +
        '1,"Ana ""A""","=Kos, Lov",ana@b.ba,1,7,,,,true,INSTANT,INSTANT,,Student\r\n',
    )
    expect(await textOf('courses')).toBe(
      'course_id,name,description,start_date,end_date,class_type,external_id,details,is_active,created_at,updated_at\r\n' +
        '1,Art,"a\nb",2026-09-01,2027-06-15,scheduled,,,true,INSTANT,INSTANT\r\n',
    )
    expect(await textOf('enrollments')).toBe(
      'enrollment_id,user_id,course_id,enrolled_date,end_date,status,end_reason,external_id,associative_data,updated_at,user_email,user_external_id,course_name,course_external_id\r\n' +
        '1,1,1,2026-09-02,,enrolled,,,,INSTANT,ana@b.ba,,Art,\r\n',
    )
  })

  test('shows one moment of the school, whatever is written meanwhile', async () => {
    const school = await createTestSchool()
    await fill(
      school,
      Array.from({ length: 5_000 }, (_, index) => person(index, 'Ana', 'Kos')),
    )
    const path = join(await temporaryFolder(), 'users.csv')
    const { file } = school.files.giveTarget(path)
    const started = await school.api.exports.run({ entity: 'users', format: 'csv', file })
    while (!school.events.some(({ name, payload }) => name === 'job' && payload.jobId === started.jobId)) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    await school.school.command('users.setActive', ({ changes }) =>
      changes.update('users', 'SELECT user_id FROM users', { isActive: false }),
    )
    expect(await endOf(school, Promise.resolve(started))).toMatchObject({ rows: 5_000 })
    expect((await readFile(path, 'utf8')).split(',true,')).toHaveLength(2_501)
  })

  test('that is stopped, or has no place to go, leaves no file', async () => {
    const school = await createTestSchool()
    const path = join(await temporaryFolder(), 'users.csv')
    const { file } = school.files.giveTarget(path)
    const started = await school.api.exports.run({ entity: 'users', format: 'csv', file })
    await school.api.jobs.cancel(started)
    await expect(endOf(school, Promise.resolve(started))).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(dirname(path))).toEqual([])
    await expect(exportTo(school, 'users', join(path, 'nowhere.csv'))).rejects.toMatchObject({
      code: 'file-unwritable',
    })
  })
})

/** More than are read, exported and stored at a time. */
const PEOPLE = 2_050
const COURSES = 30

const TABLES = ['user_types', 'users', 'courses', 'enrollments'] as const

test('all that is exported comes back unaltered in an empty school', { timeout: 60_000 }, async () => {
  const anyText = fc.oneof(fc.constantFrom(...NAUGHTY), fc.string({ unit: 'binary', maxLength: 40 }))
  const text = (max: number) => anyText.map((value) => line(value, max)).filter((value) => value !== '')
  const name = fc.record({ first: text(50), last: text(50), notes: fc.option(anyText) })
  const seed = Date.now()
  const people = fc.sample(name, { seed, numRuns: PEOPLE })
  const courses = people.slice(0, COURSES)
  const school = await createTestSchool()
  await fill(
    school,
    people.map(({ first, last }, index) => person(index, first, last)),
  )
  await addCourses(school, courses)
  const before = await tablesOf(school)
  expect(before.map(({ length }) => length)).toEqual([2, PEOPLE, COURSES, COURSES])

  const copy = await createTestSchool()
  for (const type of [1, 2]) await copy.api.userTypes.remove({ userTypeId: type })
  const folder = await temporaryFolder()
  for (const entity of IMPORT_ENTITIES) {
    const path = join(folder, `${entity}.csv`)
    await exportTo(school, entity, path)
    const prepared = await prepareImport(copy, path)
    expect(prepared).toMatchObject({ entity, rejects: 0, warnings: [] })
    await applyImport(copy, prepared.importId, 'all-or-nothing')
  }
  expect(await tablesOf(copy), `seed ${seed}`).toEqual(before)
  for (const entity of IMPORT_ENTITIES) {
    const again = await prepareImport(copy, join(folder, `${entity}.csv`), { mode: 'upsert', match: 'id' })
    expect(again).toMatchObject({ creates: 0, updates: 0, rejects: 0 })
  }
})

async function tablesOf({ school }: TestSchool): Promise<Row[][]> {
  const dump = await dumpOf(school.database)
  return TABLES.map((table) => dump[table] ?? [])
}

/** What has broken other programs: quotes, formulas, directions, joiners, other planes, what looks like other types. */
const NAUGHTY = [
  '"',
  '""',
  '","',
  'a,b;c\td',
  '=1+1',
  '+38761',
  '-1',
  '@SUM(A1)',
  'NULL',
  'null',
  'true',
  '007',
  '1e3',
  '1.10',
  '<script>',
  "Robert'); DROP TABLE users;--",
  '\\',
  '\\n',
  '$1',
  ':name',
  '%s',
  'Ω≈ç√',
  '田中さん',
  'مرحبا',
  '‏abc‏',
  '​zero',
  'e\u0301',
  '👩‍👩‍👧',
  '𝒳',
  'sep=;',
  'rejected_because',
  '\uFEFFmark',
  'ǅ',
  'İi',
  'ß',
  'two\nlines',
  '\nline',
  ' blank ',
  '2026-01-02',
  'Đorđe',
]

/** As the contract keeps a line of text. */
function line(value: string, max: number): string {
  const kept = value
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '')
    .normalize('NFC')
    .trim()
  return [...kept].slice(0, max).join('').trim().normalize('NFC')
}

function person(index: number, first: string, last: string) {
  const email =
    index % 3 === 0 ? `none-${index.toString(16).padStart(8, '0')}@no-email.invalid` : `p${index}@b.ba`
  const instant = new Date(1_000_000_000_000 + index * 86_399_999)
    .toISOString()
    .replace('T', ' ')
    .replace('Z', ' +00:00')
  const age = index % 4 === 0 ? null : 1 + (index % 150)
  return [
    index * 3 + 1,
    first,
    last,
    email,
    age,
    index % 2,
    instant,
    index % 5 === 0 ? null : instant,
    1 + (index % 2),
  ]
}

/** Writes people as they are, ids and times included. */
function fill({ school }: TestSchool, people: ReturnType<typeof person>[]) {
  const columns = [
    'user_id',
    'first_name',
    'last_name',
    'email',
    'age',
    'is_active',
    'created_at',
    'last_login',
    'user_type_id',
  ]
  return school.command('test', async ({ database, language }) => {
    const rows = people.map((values) => {
      const key = userNameKeys({ firstName: String(values[1]), lastName: String(values[2]) }, language)
      return [...values, key.firstNameSort, key.lastNameSort, key.firstNameFolded, key.lastNameFolded]
    })
    const all = [...columns, 'first_name_sort', 'last_name_sort', 'first_name_folded', 'last_name_folded']
    await database.run(
      `INSERT INTO users (${all.join(', ')}) SELECT ${all.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each($1)`,
      [JSON.stringify(rows)],
    )
  })
}

async function addCourses(
  { api }: TestSchool,
  names: { first: string; last: string; notes: string | null }[],
): Promise<void> {
  for (const [index, { first, last, notes }] of names.entries()) {
    const description = notes?.replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, '') ?? null
    const { courseId } = await api.courses.create({
      ...{ name: line(`${first} ${last}`, 100), description, startDate: '2026-09-01', endDate: '2027-06-15' },
    })
    const selection = { ids: [index * 3 + 1] }
    await api.enrollments.enrollStudents({
      courseId,
      selection,
      enrolledDate: '2026-09-02',
      endDate: index % 2 ? null : '2026-12-31',
    })
    if (description) await api.enrollments.update({ enrollmentId: index + 1, associativeData: description })
  }
}
