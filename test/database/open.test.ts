import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Model, ModelStatic } from 'sequelize'
import { expect, it, onTestFinished } from 'vitest'
import { createFile } from '../../electron/database/migrate'
import { Database } from '../../electron/database/open'
import { allRevisions } from '../../electron/database/revisions'
import { SideConnection } from '../../electron/database/scratch'
import { temporaryFolder } from '../helpers/school'

async function openNew(): Promise<Database> {
  const file = join(await temporaryFolder(), 'school.rollbook')
  await createFile(file, allRevisions(), { appVersion: 'test' })
  const database = await Database.open(file)
  onTestFinished(() => database.close())
  return database
}

/** What each connection says of itself. */
async function settings(query: (sql: string) => Promise<object[]>) {
  const names = [
    'journal_mode',
    'synchronous',
    'foreign_keys',
    'busy_timeout',
    'cache_size',
    'trusted_schema',
  ]
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const [row] = await query(`PRAGMA ${name}`)
    values[name] = Object.values(row ?? {})[0]
  }
  return values
}

const SAFE = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  busy_timeout: 5000,
  cache_size: -65_536,
  trusted_schema: 0,
}

it('gives every connection the safe settings, inside a transaction and outside', async () => {
  const database = await openNew()
  expect(await settings((sql) => database.query(sql))).toEqual(SAFE)
  expect(await database.write(() => settings((sql) => database.query(sql)))).toEqual(SAFE)
})

it('keeps a write whole, or none of it', async () => {
  const database = await openNew()
  await database.write(() => database.models.UserType.create({ name: 'Kept', nameSort: '', nameFolded: '' }))
  const failing = database.write(async () => {
    await database.models.UserType.create({ name: 'Lost', nameSort: '', nameFolded: '' })
    throw new Error('in the middle')
  })
  await expect(failing).rejects.toThrow('in the middle')
  expect(await database.query('SELECT name FROM user_types')).toEqual([{ name: 'Kept' }])
})

it('runs writes in turn, while reads see what was committed', async () => {
  const database = await openNew()
  const order: string[] = []
  const write = (name: string) =>
    database.write(async () => {
      order.push(`begin ${name}`)
      await database.models.UserType.create({ name, nameSort: '', nameFolded: '' })
      const seen = await database.read<{ count: number }>('SELECT count(*) AS count FROM user_types')
      order.push(`end ${name}, others see ${seen[0]?.count}`)
    })
  await Promise.all([write('a'), write('b')])
  expect(order).toEqual(['begin a', 'end a, others see 0', 'begin b', 'end b, others see 1'])
})

it('refuses the writer outside a write, and a write inside a write', async () => {
  const database = await openNew()
  await expect(database.models.UserType.create({ name: 'x', nameSort: '', nameFolded: '' })).rejects.toThrow(
    'outside write()',
  )
  await expect(database.write(() => database.write(async () => 1))).rejects.toThrow('a write inside a write')
  await expect(database.query('DELETE FROM user_types')).rejects.toThrow(/readonly/)
})

it('keeps two open files apart', async () => {
  const [first, second] = [await openNew(), await openNew()]
  await first.write(async () => {
    await second.write(() => second.models.UserType.create({ name: 'second', nameSort: '', nameFolded: '' }))
    await first.models.UserType.create({ name: 'first', nameSort: '', nameFolded: '' })
  })
  expect(await first.query('SELECT name FROM user_types')).toEqual([{ name: 'first' }])
  expect(await second.query('SELECT name FROM user_types')).toEqual([{ name: 'second' }])
})

it('has a model attribute for every column and a column for every attribute', async () => {
  const database = await openNew()
  for (const model of Object.values(database.models) as ModelStatic<Model>[]) {
    const columns = await database.query<{ name: string }>('SELECT name FROM pragma_table_info($1)', [
      model.tableName,
    ])
    const attributes = Object.values(model.getAttributes()).map(({ field }) => field)
    expect(columns.map(({ name }) => name).sort(), model.tableName).toEqual(attributes.sort())
  }
})

const USER = `INSERT INTO users (first_name, last_name, email, age, is_active, created_at, user_type_id)`
const COURSE = 'INSERT INTO courses (name, start_date, end_date, is_active)'
const ENROLLMENT = 'INSERT INTO enrollments (user_id, course_id, enrolled_date, end_date)'
const DAY = `'2026-09-01 00:00:00.000 +00:00'`

it.each([
  ['an age that is text', `${USER} VALUES ('A', 'B', 'a@b.c', 'twelve', 1, NULL, 1)`, 'ck_users_age'],
  ['an age of 0', `${USER} VALUES ('A', 'B', 'a@b.c', 0, 1, NULL, 1)`, 'ck_users_age'],
  ['a flag of 7', `${USER} VALUES ('A', 'B', 'a@b.c', 1, 7, NULL, 1)`, 'ck_users_is_active'],
  [
    'a name too long',
    `${USER} VALUES (printf('%51s', 'x'), 'B', 'a@b.c', 1, 1, NULL, 1)`,
    'ck_users_first_name',
  ],
  ['an empty name', `${USER} VALUES ('A', '', 'a@b.c', 1, 1, NULL, 1)`, 'ck_users_last_name'],
  ['an e-mail in capitals', `${USER} VALUES ('A', 'B', 'A@b.c', 1, 1, NULL, 1)`, 'ck_users_email'],
  ['an e-mail that is none', `${USER} VALUES ('A', 'B', 'nobody', 1, 1, NULL, 1)`, 'ck_users_email'],
  [
    'an instant in another form',
    `${USER} VALUES ('A', 'B', 'a@b.c', 1, 1, '2026-11-22T20:06:45.009Z', 1)`,
    'ck_users_created_at',
  ],
  ['a user type that is not there', `${USER} VALUES ('A', 'B', 'a@b.c', 1, 1, NULL, 99)`, 'FOREIGN KEY'],
  [
    'the same e-mail twice',
    `${USER} VALUES ('A', 'B', 'taken@b.c', 1, 1, NULL, 1)`,
    'UNIQUE constraint failed: users.email',
  ],
  ['a day that is none', `${COURSE} VALUES ('A', 'banana', '2026-09-01', 1)`, 'ck_courses_start_date'],
  [
    'a day beyond its month',
    `${COURSE} VALUES ('A', '2026-02-30', '2026-09-01', 1)`,
    'ck_courses_start_date',
  ],
  ['an end before the start', `${COURSE} VALUES ('A', '2026-09-02', '2026-09-01', 1)`, 'ck_courses_period'],
  [
    'a time in a school day',
    `${ENROLLMENT} VALUES (1, 1, '2026-09-01 08:00:00.000 +00:00', NULL)`,
    'ck_enrollments_enrolled_date',
  ],
  [
    'an enrolment that ends first',
    `${ENROLLMENT} VALUES (1, 1, ${DAY}, '2026-08-31 00:00:00.000 +00:00')`,
    'ck_enrollments_period',
  ],
  [
    'a second open enrolment',
    `${ENROLLMENT} VALUES (1, 1, ${DAY}, NULL), (1, 1, ${DAY}, NULL)`,
    'UNIQUE constraint failed: enrollments',
  ],
])('refuses %s', async (_, sql, rule) => {
  const database = await openNew()
  await database.write(async () => {
    await database.run(`INSERT INTO user_types (name) VALUES ('Student')`)
    await database.run(`${USER} VALUES ('A', 'B', 'taken@b.c', 1, 1, NULL, 1)`)
    await database.run(`${COURSE} VALUES ('A', '2026-09-01', '2026-09-01', 1)`)
  })
  await expect(database.write(() => database.run(sql))).rejects.toMatchObject({
    parent: { message: expect.stringContaining(rule) as string },
  })
})

it('keeps updated_at right whatever path writes', async () => {
  const database = await openNew()
  await database.write(async () => {
    await database.run(
      `INSERT INTO user_types (name, updated_at) VALUES ('Student', '2020-01-01 00:00:00.000 +00:00')`,
    )
    await database.run(`UPDATE user_types SET name = 'Pupil'`)
  })
  const row = await database.queryOne<{ updated_at: string }>('SELECT updated_at FROM user_types')
  expect(row?.updated_at.slice(0, 4)).not.toBe('2020')
})

it('ends a statement that runs when it is told to stop, keeps nothing of it, and works on', async () => {
  const database = await openNew()
  const controller = new AbortController()
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n'
  const working = database.stoppable(controller.signal, () =>
    database.write(async () => {
      await database.models.UserType.create({ name: 'Lost', nameSort: '', nameFolded: '' })
      controller.abort()
      await database.query(endless)
    }),
  )
  await expect(working).rejects.toThrow('interrupted')
  expect(await database.query('SELECT name FROM user_types')).toEqual([])
  await database.write(() => database.models.UserType.create({ name: 'Kept', nameSort: '', nameFolded: '' }))
  expect(await database.query('SELECT name FROM user_types')).toEqual([{ name: 'Kept' }])
})

it('leaves nothing beside a file that it only read, and what was there', async () => {
  const file = join(await temporaryFolder(), 'school.rollbook')
  await createFile(file, allRevisions(), { appVersion: 'test' })
  const writing = await Database.open(file)
  const names = async () => (await readdir(dirname(file))).sort()
  const read = async () => {
    const reading = await Database.open(file, { isReadOnly: true })
    await reading.close()
  }
  const whileOpen = await names()
  await read()
  expect(await names()).toEqual(whileOpen)
  await writing.close()
  await read()
  expect(await names()).toEqual(['school.rollbook'])
  await writeFile(`${file}-wal`, '')
  await read()
  expect(await names()).toContain('school.rollbook-wal')
})

it('holds nothing of a file that it could not open', async () => {
  const file = join(await temporaryFolder(), 'school.rollbook')
  await createFile(file, allRevisions(), { appVersion: 'test' })
  const whole = await readFile(file)
  await writeFile(file, whole.subarray(0, 8_192))
  await expect(Database.open(file)).rejects.toThrow('malformed')
  await writeFile(file, whole)
  const side = await SideConnection.open(file)
  onTestFinished(() => side.close())
  // Refused while anybody else has it open.
  expect(await side.query('PRAGMA journal_mode=DELETE')).toEqual([{ journal_mode: 'delete' }])
})
