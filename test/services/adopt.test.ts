import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { MendKind } from '../../electron/contract/adopt'
import { SideConnection } from '../../electron/database/scratch'
import { checkFile } from '../../electron/services/check'
import { openTestSchool, temporaryFolder } from '../helpers/school'
import {
  adoptSource,
  contentOf,
  createSeedDatabase,
  fingerprintOf,
  SEED_DATABASE,
  SEED_FOLDER,
  writeCopyFolder,
  type SeedRows,
} from '../helpers/seed'

const AT = '2024-08-15 18:15:03.930775'
const STORED_AT = '2024-08-15 18:15:03.930 +00:00'
const TYPE = { user_type_id: 1, name: 'Student', created_at: AT, updated_at: AT }

const user = (user_id: number, more: object = {}) => ({
  ...{ user_id, first_name: 'Ana', last_name: 'Kos', email: `p${user_id}@b.ba`, age: 12, is_active: 1 },
  ...{ created_at: AT, updated_at: AT, last_login: AT, user_type_id: 1, ...more },
})
const course = (course_id: number, more: object = {}) => ({
  ...{ course_id, name: 'Art', description: null, start_date: '2024-09-02', end_date: '2025-06-13' },
  ...{ created_at: AT, updated_at: AT, is_active: 1, ...more },
})
const enrollment = (enrollment_id: number, more: object = {}) => ({
  ...{ enrollment_id, enrolled_date: '2024-09-02 00:00:00.000000', end_date: null, updated_at: AT },
  ...{ associative_data: null, user_id: 1, course_id: 1, ...more },
})
const ROWS: SeedRows = {
  user_types: [TYPE],
  users: [user(1)],
  courses: [course(1)],
  enrollments: [enrollment(1)],
}

describe("a source made by the tutorial's own code", () => {
  test('is adopted whole, and the same from SQLite and from PostgreSQL', async () => {
    const [before, beforeFolder] = [await fingerprintOf(SEED_DATABASE), await fingerprintOf(SEED_FOLDER)]
    const [one, other] = [await adoptSource(SEED_DATABASE), await adoptSource(SEED_FOLDER)]
    expect(one.report).toEqual({ ...other.report, source: 'sqlite' })
    expect(await contentOf(one.file)).toEqual(await contentOf(other.file))
    expect([await fingerprintOf(SEED_DATABASE), await fingerprintOf(SEED_FOLDER)]).toEqual([
      before,
      beforeFolder,
    ])

    expect(one.report.counts).toEqual({
      userTypes: { found: 2, adopted: 2 },
      users: { found: 5, adopted: 5 },
      courses: { found: 3, adopted: 3 },
      enrollments: { found: 5, adopted: 5 },
    })
    expect(Object.fromEntries(one.report.mends.map(({ kind, count }) => [kind, count]))).toEqual({
      'age-cleared': 2,
      'email-doubled': 1,
      'email-refused': 1,
      'email-tidied': 1,
      'enrollment-closed': 1,
      'name-missing': 1,
      'period-mended': 2,
      'text-tidied': 1,
    })
    expect((await checkFile(one.file)).problems).toEqual([])
  })

  test('is a school like any other: listed, found, and numbered on', async () => {
    const { file } = await adoptSource(SEED_DATABASE)
    const { api } = await openTestSchool(file)
    const { listId, total } = await api.users.openList({})
    expect(total).toBe(5)
    const { rows } = await api.users.list({ listId, offset: 0, count: 10 })
    expect(rows.map(({ userId, email, age }) => [userId, email, age]).sort()).toEqual([
      [1, 'lejla@school.example', 12],
      [2, 'boris@school.example', null],
      [3, null, 13],
      [4, null, null],
      [5, 'ana@school.example', 34],
    ])
    expect(await api.users.openList({ search: 'hadzic' })).toMatchObject({ total: 1 })
    const created = await api.users.create({ firstName: 'Eva', lastName: 'Roe', userTypeId: 1 })
    expect(created.userId).toBe(6)
  })

  test('stays in history as it was, and cannot be undone', async () => {
    const { file } = await adoptSource(SEED_DATABASE)
    const { api, school } = await openTestSchool(file)
    const { rows } = await api.history.list({})
    expect(rows).toMatchObject([
      {
        command: 'schools.adopt',
        person: 'Tester',
        summary: 'school-adopted',
        params: { count: 15, file: 'seed.db' },
      },
    ])
    const [boris] = await school.database.query<{ before: string; after: string }>(
      `SELECT before, after FROM changes WHERE entity = 'users' AND record_id = 2`,
    )
    expect(JSON.parse(boris?.before ?? '')).toEqual(expect.arrayContaining(['Boris@School.example', 0, AT]))
    expect(JSON.parse(boris?.after ?? '')).toEqual(
      expect.arrayContaining(['boris@school.example', STORED_AT]),
    )
    await expect(api.history.undo({ changeSetId: rows[0]?.changeSetId ?? 0 })).rejects.toMatchObject({
      params: { reason: 'adopted' },
    })
  })
})

describe('a source', () => {
  test('in WAL mode is read with what its journal holds, and left as it is while it is open elsewhere', async () => {
    const path = await createSeedDatabase(ROWS)
    const open = await SideConnection.open(path)
    await open.run('PRAGMA journal_mode=WAL')
    await open.run(
      `INSERT INTO courses SELECT 2, 'Only in the journal', NULL, '2024-09-02', '2025-06-13', NULL, NULL, 1`,
    )
    const before = await fingerprintOf(path)
    expect(Object.keys(before)).toContain('seed.db-wal')
    const { report } = await adoptSource(path)
    expect(report.counts.courses).toEqual({ found: 2, adopted: 2 })
    expect(await fingerprintOf(path)).toEqual(before)
    await open.close()
  })

  test('may have more than the seed does: that is told, and not taken', async () => {
    const path = await createSeedDatabase(ROWS, [
      'ALTER TABLE users ADD COLUMN phone VARCHAR(20)',
      'CREATE TABLE grades (grade_id INTEGER PRIMARY KEY)',
    ])
    const { report } = await adoptSource(path)
    expect(report.ignored.sort()).toEqual(['grades', 'users.phone'])
  })

  test('may be empty', async () => {
    const { file, report } = await adoptSource(await createSeedDatabase({}))
    expect(report).toMatchObject({ mends: [], shortened: 0, counts: { users: { found: 0, adopted: 0 } } })
    expect((await checkFile(file)).problems).toEqual([])
  })

  test('that is none is refused, and nothing is left of it', async () => {
    const text = join(await temporaryFolder(), 'text.db')
    await writeFile(text, 'no database')
    const other = await createSeedDatabase({}, ['ALTER TABLE users DROP COLUMN last_login'])
    const refusals: [string, object][] = [
      [text, { code: 'foreign-file', params: { reason: 'not-adoptable' } }],
      [other, { code: 'foreign-file', params: { missing: 'users.last_login' } }],
      [await temporaryFolder(), { code: 'foreign-file', params: { missing: 'user_types.csv' } }],
      [join(await temporaryFolder(), 'gone'), { code: 'not-found' }],
    ]
    for (const [source, refusal] of refusals) await expectRefused(source, refusal)
  })

  test('of CSV files that psql did not write is refused by file and line', async () => {
    const refusals: [string, string, object][] = [
      [
        'users',
        'user_id,first_name\n',
        { fields: { file: { code: 'copy-column', params: { column: 'last_name' } } } },
      ],
      [
        'user_types',
        'user_type_id,created_at,updated_at,name\nx,,,A\n',
        { fields: { file: { code: 'copy-key', params: { line: 2 } } } },
      ],
      [
        'user_types',
        'user_type_id,created_at,updated_at,name\n1,,\n',
        { fields: { file: { code: 'copy-row', params: { line: 2 } } } },
      ],
      [
        'user_types',
        'user_type_id,created_at,updated_at,name\n1,,,A\n1,,,B\n',
        { params: { reason: 'doubled-keys', table: 'user_types' } },
      ],
    ]
    for (const [table, content, refusal] of refusals) {
      const folder = await writeCopyFolder(ROWS)
      await writeFile(join(folder, `${table}.csv`), content)
      await expectRefused(folder, { code: 'invalid', ...refusal })
    }
  })

  test('whose records have unusable numbers is refused', async () => {
    const path = await createSeedDatabase({ ...ROWS, courses: [course(0)] })
    await expectRefused(path, { code: 'invalid', params: { reason: 'wrong-key', table: 'courses', id: '0' } })
  })

  test('that the disk has no room for is refused before anything is written, with what it needs and what is there', async () => {
    // Larger than any disk, with no more on it than before.
    const path = await createSeedDatabase(ROWS)
    await truncate(path, 8e12)
    await expectRefused(path, { name: 'NoSpaceError', needed: 8e12 * 9.5 })
    const folder = await writeCopyFolder(ROWS)
    await truncate(join(folder, 'users.csv'), 8e12)
    await expectRefused(folder, { name: 'NoSpaceError', free: expect.any(Number) })
  })

  test('is adopted once more after a killed process, whose half-made files go', async () => {
    const folder = await temporaryFolder()
    const [file, workFolder] = [join(folder, 'school.rollbook'), join(folder, 'work')]
    // No process can have this number.
    const left = [`${folder}/.school.rollbook.999999999.tmp`, `${folder}/.school.rollbook.999999999.tmp-wal`]
    await mkdir(join(workFolder, 'adopt-999999999-x.scratch'), { recursive: true })
    for (const path of left) await writeFile(path, 'left')
    await adoptSource(await createSeedDatabase(ROWS), { file, workFolder })
    expect([await readdir(folder), await readdir(workFolder)]).toEqual([['school.rollbook', 'work'], []])
  })

  test('is never written over a file that is there', async () => {
    const { file } = await adoptSource(await createSeedDatabase(ROWS))
    await expect(adoptSource(SEED_DATABASE, { file })).rejects.toMatchObject({ code: 'file-exists' })
    // That file is a school by now, which has all of the seed's tables.
    await expectRefused(file, { code: 'foreign-file', params: { reason: 'is-school' } })
  })

  test.each(['checking', 'indexing'])('can be stopped while it is %s', async (phase) => {
    const controller = new AbortController()
    const folder = await temporaryFolder()
    const file = join(folder, 'school.rollbook')
    const stop = (now: string) => now === phase && controller.abort()
    const adoption = { file, workFolder: join(folder, 'work'), signal: controller.signal, onProgress: stop }
    await expect(adoptSource(SEED_DATABASE, adoption)).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(folder)).toEqual(['work'])
    expect(await readdir(join(folder, 'work'))).toEqual([])
  })
})

describe('a value that breaks a rule', () => {
  const LONG = 'x'.repeat(51)
  const cases: [what: string, rows: SeedRows, mends: [MendKind, number, string | null, unknown][]][] = [
    [
      'an age',
      {
        users: [
          user(1, { age: 0 }),
          user(2, { age: 151 }),
          user(3, { age: 'twelve' }),
          user(4, { age: 1.5 }),
        ],
      },
      [1, 2, 3, 4].map((id) => ['age-cleared', id, 'age', null]),
    ],
    [
      'a long text',
      { users: [user(1, { first_name: LONG })] },
      [['text-cut', 1, 'first_name', LONG.slice(1)]],
    ],
    [
      'an empty name',
      { users: [user(1, { last_name: ' ' })] },
      [['name-missing', 1, 'last_name', '(no name)']],
    ],
    [
      'an e-mail',
      {
        users: [
          user(1, { email: 'none' }),
          user(2, { email: '' }),
          user(3, { email: ' A@B.ba' }),
          user(4, { email: 'a@b.ba' }),
        ],
      },
      [
        ['email-doubled', 4, 'email', null],
        ['email-missing', 2, 'email', null],
        ['email-refused', 1, 'email', null],
        ['email-tidied', 3, 'email', 'a@b.ba'],
      ],
    ],
    [
      'a yes or no',
      { users: [user(1, { is_active: 7 }), user(2, { is_active: 'f' })] },
      [
        ['flag-replaced', 1, 'is_active', 1],
        ['flag-replaced', 2, 'is_active', 0],
      ],
    ],
    [
      'a time',
      { users: [user(1, { last_login: 'today', created_at: '2024-02-30 00:00:00' })] },
      [
        ['instant-cleared', 1, 'created_at', null],
        ['instant-cleared', 1, 'last_login', null],
      ],
    ],
    [
      'a day of a course',
      {
        courses: [
          course(1, { start_date: 'banana' }),
          course(2, { end_date: '0024-01-01' }),
          course(3, { start_date: 1, end_date: 2 }),
        ],
      },
      [
        ['date-mended', 1, 'start_date', '2025-06-13'],
        ['date-mended', 3, 'start_date', '2026-11-22'],
        ['date-mended', 2, 'end_date', '2024-09-02'],
        ['date-mended', 3, 'end_date', '2026-11-22'],
      ],
    ],
    [
      'an end before its beginning',
      {
        courses: [course(1, { end_date: '2024-01-01' })],
        enrollments: [enrollment(1, { end_date: '2024-09-01 10:00:00.000000' })],
      },
      [
        ['period-mended', 1, 'end_date', '2024-09-02'],
        ['period-mended', 1, 'end_date', '2024-09-02'],
      ],
    ],
    [
      'a day of an enrolment',
      {
        enrollments: [enrollment(1, { enrolled_date: 'x' }), enrollment(2, { course_id: 2, end_date: 'y' })],
        courses: [course(1), course(2)],
      },
      [
        ['date-mended', 1, 'enrolled_date', null],
        ['date-mended', 2, 'end_date', '2024-09-02'],
      ],
    ],
    [
      'names of two user types',
      { user_types: [TYPE, { user_type_id: 2, name: 'Student ' }] },
      [['name-doubled', 2, 'name', 'Student (2)']],
    ],
    [
      'a user type that is not there',
      { users: [user(1, { user_type_id: 9 }), user(2, { user_type_id: 'x' })] },
      [
        ['type-missing', 9, 'name', 'Type 9 (missing)'],
        ['type-missing', 10, 'name', 'Type 10 (missing)'],
        ['type-missing', 2, 'user_type_id', 10],
      ],
    ],
    [
      'an enrolment of nobody or in nothing',
      { enrollments: [enrollment(1, { user_id: 9 }), enrollment(2, { course_id: 9 }), enrollment(3)] },
      [
        ['enrollment-left-out', 1, null, null],
        ['enrollment-left-out', 2, null, null],
      ],
    ],
    [
      'open enrolments of one person in one course',
      {
        enrollments: [
          enrollment(1, { enrolled_date: '2024-10-01 08:00:00' }),
          enrollment(2),
          enrollment(3, { enrolled_date: null }),
          enrollment(4, { end_date: '2024-12-20 00:00:00' }),
        ],
      },
      [
        ['enrollment-closed', 2, 'end_date', '2024-10-01'],
        ['enrollment-closed', 3, 'end_date', '2024-10-01'],
      ],
    ],
    [
      'one of them that begins only later',
      {
        enrollments: [
          enrollment(1, { enrolled_date: '2027-01-11 00:00:00' }),
          enrollment(2),
          enrollment(3, { enrolled_date: '2027-01-12 00:00:00', course_id: 2 }),
          enrollment(4, { enrolled_date: '2027-01-11 00:00:00', course_id: 2 }),
        ],
        courses: [course(1), course(2)],
      },
      [
        ['enrollment-closed', 1, 'end_date', '2027-01-11'],
        ['enrollment-closed', 4, 'end_date', '2027-01-12'],
      ],
    ],
    [
      'a text that is none',
      { courses: [course(1, { description: 'a\u0001b\r\nc' })] },
      [['text-tidied', 1, 'description', 'a b\nc']],
    ],
  ]
  test.each(cases)('is mended and listed: %s', async (_what, rows, expected) => {
    const { report, file } = await adoptSource(await createSeedDatabase({ ...ROWS, ...rows }))
    const found = report.mends.flatMap(({ kind, first }) =>
      first.map(({ id, column, after }) => [kind, id, column, after]),
    )
    expect(found).toEqual(
      expected.map(([kind, id, column, after]) => [kind, id, column, after === null ? null : String(after)]),
    )
    expect((await checkFile(file)).problems).toEqual([])
  })

  test('decides what an enrolment is: completed where its end is past, open but once', async () => {
    const enrollments = [
      enrollment(1, { end_date: '2026-11-21 23:59:59.000000' }),
      enrollment(2, { end_date: '2026-11-22 00:00:00.000000' }),
      enrollment(3, { enrolled_date: '2026-01-07 00:00:00.000000' }),
    ]
    const { file } = await adoptSource(await createSeedDatabase({ ...ROWS, enrollments }))
    const records = (await contentOf(file)).enrollments.map(({ status, end_date: end }) => [status, end])
    expect(records).toEqual([
      ['completed', '2026-11-21 00:00:00.000 +00:00'],
      ['completed', '2026-01-07 00:00:00.000 +00:00'],
      ['enrolled', null],
    ])
  })

  test('that is no text at all is kept as SQL writes it, and one with a NUL is not cut there', async () => {
    const path = await createSeedDatabase(ROWS, [
      `UPDATE users SET first_name = x'00ff', last_name = 'Ko' || char(0) || 's'`,
      `UPDATE enrollments SET associative_data = 'a' || char(0) || 'b'`,
    ])
    const { file, report } = await adoptSource(path)
    expect(await contentOf(file)).toMatchObject({
      users: [{ first_name: "X'00FF'", last_name: 'Ko s' }],
      enrollments: [{ associative_data: 'a b' }],
    })
    expect(report.mends).toMatchObject([{ kind: 'text-tidied', count: 2 }])
  })

  test('of a row that is left out keeps its number from being given again', async () => {
    const rows = { ...ROWS, enrollments: [enrollment(7, { user_id: 9 })] }
    const { file } = await adoptSource(await createSeedDatabase(rows))
    const { api, school } = await openTestSchool(file)
    const kept = await school.database.queryOne<{ before: string; after: null }>(
      `SELECT before, after FROM changes WHERE entity = 'enrollments' AND record_id = 7`,
    )
    expect(JSON.parse(kept?.before ?? '')).toContain(9)
    await api.enrollments.enrollStudents({ courseId: 1, selection: { ids: [1] }, enrolledDate: '2026-11-22' })
    const { enrollments } = await contentOf(file)
    expect(enrollments).toMatchObject([{ enrollment_id: 8 }])
  })

  test('is written to a CSV file too, where one is asked for', async () => {
    const reportFile = join(await temporaryFolder(), 'mends.csv')
    await adoptSource(await createSeedDatabase({ ...ROWS, users: [user(1, { age: 0 })] }), { reportFile })
    const [, ...lines] = (await readFile(reportFile, 'utf8')).trimEnd().split('\r\n')
    expect(lines).toEqual(['age-cleared,users,1,age,0,'])
  })
})

async function expectRefused(source: string, refusal: object): Promise<void> {
  const folder = await temporaryFolder()
  const file = join(folder, 'school.rollbook')
  await expect(adoptSource(source, { file, workFolder: join(folder, 'work') })).rejects.toMatchObject(refusal)
  expect(await readdir(folder)).toEqual(['work'])
  expect(await readdir(join(folder, 'work'))).toEqual([])
}
