import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, statfs, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { QueryTypes } from 'sequelize'
import { connect } from '../../electron/database/connection'
import { NoSpaceError } from '../../electron/database/freeSpace'
import { createFile, downgrade, upgrade, upgradeTo, type UpgradeStep } from '../../electron/database/migrate'
import { migrationSql } from '../../electron/database/migrationSql'
import type { Revision } from '../../electron/database/operations'
import { appliedCount, FileRefusedError } from '../../electron/database/recognise'
import { readSchema } from '../../electron/database/schema/readSchema'
import { allRevisions, inOrder } from '../../electron/database/revisions'
import { schemaConnection } from '../../electron/database/schemaConnection'
import { temporaryFolder } from '../helpers/school'

const revisions = allRevisions()
const options = { appVersion: 'test' }

async function newFile(list = revisions): Promise<string> {
  const file = join(await temporaryFolder(), 'school.rollbook')
  await createFile(file, list, options)
  return file
}

async function rowsOf<Row extends object>(file: string, sql: string): Promise<Row[]> {
  const connection = connect(file, { isReadOnly: true })
  try {
    return await connection.query<Row>(sql, { type: QueryTypes.SELECT })
  } finally {
    await connection.close()
  }
}

async function execute(file: string, ...statements: string[]): Promise<void> {
  const connection = connect(file)
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.close()
  }
}

const schemaOf = (file: string) =>
  rowsOf(file, `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`)

const hashOf = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

const failing = (name: string, revises: string): Revision => ({
  name,
  revises,
  async upgrade(op) {
    await op.addColumn('users', 'phone', { type: 'TEXT', isNullable: true })
    await op.execute('INSERT INTO no_such_table VALUES (1)')
  },
  async downgrade() {},
})

it('records each revision, and says in the header which it is', async () => {
  const file = await newFile()
  const header = await readFile(file)
  expect(header.readInt32BE(68)).toBe(0x526f6c6c)
  expect(header.readInt32BE(60)).toBe(revisions.length)
  const recorded = await rowsOf<{ name: string; app_version: string }>(file, 'SELECT * FROM revisions')
  expect(recorded.map(({ name }) => name)).toEqual(revisions.map(({ name }) => name))
  expect(recorded[0]?.app_version).toBe('test')
})

it('upgrades a file with records in it, after a restore point, and downgrades to the former schema', async () => {
  const first = revisions.slice(0, 1)
  const file = await newFile(first)
  await execute(
    file,
    `INSERT INTO user_types (name) VALUES ('Student')`,
    `INSERT INTO users (first_name, last_name, email, user_type_id) VALUES ('Ana', 'Hadžić', 'ana@x.example', 1)`,
    `INSERT INTO courses (name, start_date, end_date) VALUES ('Biology', '2026-09-01', '2027-06-18')`,
    `INSERT INTO enrollments (user_id, course_id) VALUES (1, 1)`,
  )
  const [schema, users] = [await schemaOf(file), await rowsOf(file, 'SELECT * FROM users')]

  const steps: string[] = []
  const restorePoint = await upgrade(file, revisions, {
    ...options,
    onStep: (step) => steps.push(step.revision),
  })
  expect([...new Set(steps)]).toEqual(revisions.slice(1).map(({ name }) => name))
  expect(await schemaOf(file)).toEqual(await schemaOf(await newFile()))
  expect(await rowsOf(file, 'SELECT count(*) AS count FROM enrollments')).toEqual([{ count: 1 }])

  expect(await schemaOf(restorePoint ?? '')).toEqual(schema)
  expect(await rowsOf(restorePoint ?? '', 'SELECT * FROM users')).toEqual(users)
  expect(await upgrade(file, revisions, options)).toBeNull()

  await downgrade(file, revisions, 1)
  expect(await schemaOf(file)).toEqual(schema)
  expect(await rowsOf(file, 'SELECT * FROM users')).toEqual(users)
})

it('leaves nothing half-done of a revision that fails, and goes on from there the next time', async () => {
  const file = await newFile()
  const head = revisions.at(-1)?.name ?? ''
  const schema = await schemaOf(file)
  const broken = [...revisions, failing('20270101T0000-break', head)]
  for (let launch = 0; launch < 3; launch++) {
    await expect(upgrade(file, broken, options)).rejects.toThrow(/no_such_table/)
    expect(await schemaOf(file)).toEqual(schema)
    expect(await appliedCount(file, broken)).toBe(revisions.length)
  }
  // One restore point for one target version, however often the launch fails.
  expect(await readdir(`${file}.backups`)).toHaveLength(1)
  const mended: Revision = {
    ...failing('20270101T0000-break', head),
    upgrade: (op) => op.addColumn('users', 'phone', { type: 'TEXT', isNullable: true }),
  }
  await upgrade(file, [...revisions, mended], options)
  expect(await appliedCount(file, [...revisions, mended])).toBe(revisions.length + 1)
})

it('makes a restore point anew of what was done since an earlier one for the same version', async () => {
  const file = await newFile(revisions.slice(0, 1))
  const first = await upgrade(file, revisions, options)
  await downgrade(file, revisions, 1)
  await execute(file, `INSERT INTO user_types (name) VALUES ('Student')`)
  const second = await upgrade(file, revisions, options)
  expect(await rowsOf(first ?? '', 'SELECT name FROM user_types')).toEqual([])
  expect(await rowsOf(second ?? '', 'SELECT name FROM user_types')).toEqual([{ name: 'Student' }])
})

it('makes another restore point where the one that is there cannot be restored, or is of other records', async () => {
  const file = await newFile(revisions.slice(0, 2))
  const there = join(`${file}.backups`, `school-before-upgrade-to-${revisions.length}.rollbook`)
  await mkdir(`${file}.backups`)
  await writeFile(there, 'a copy that was cut off')
  const restorePoint = await upgrade(file, revisions, options)
  expect(restorePoint).not.toBe(there)
  expect(await appliedCount(restorePoint ?? '', revisions)).toBe(2)

  const other = await newFile(revisions.slice(0, 2))
  await execute(other, `INSERT INTO user_types (name) VALUES ('Student')`)
  const pristine = await readFile(other)
  await execute(other, `UPDATE user_types SET name = 'Pupil'`)
  await upgrade(other, revisions, options)
  await writeFile(other, pristine)
  await execute(other, `UPDATE user_types SET name = 'Teacher'`)
  const second = await upgrade(other, revisions, options)
  expect(await rowsOf(second ?? '', 'SELECT name FROM user_types')).toEqual([{ name: 'Teacher' }])
})

it('refuses a newer file, and one that is not ours, byte for byte unaltered', async () => {
  const folder = await temporaryFolder()
  const newer = await newFile()
  await execute(newer, 'PRAGMA user_version=999', 'PRAGMA wal_checkpoint(TRUNCATE)')
  const foreign = join(folder, 'foreign.rollbook')
  const connection = connect(foreign, { isNew: true })
  await connection.query('CREATE TABLE notes (text)')
  await connection.close()
  const text = join(folder, 'text.rollbook')
  await writeFile(text, 'not a database at all, but long enough to have a header '.repeat(10))
  const empty = join(folder, 'empty.rollbook')
  await writeFile(empty, '')

  const expected = { [newer]: 'newer', [foreign]: 'foreign', [text]: 'foreign', [empty]: 'foreign' }
  for (const [file, reason] of Object.entries(expected)) {
    const hash = await hashOf(file)
    await expect(upgrade(file, revisions, options)).rejects.toMatchObject({ reason })
    expect(await hashOf(file)).toBe(hash)
  }
  await expect(upgrade(join(folder, 'missing.rollbook'), revisions, options)).rejects.toThrow(
    FileRefusedError,
  )
  expect((await readdir(folder)).sort()).toEqual(['empty.rollbook', 'foreign.rollbook', 'text.rollbook'])
})

/** SQLite comes to its view first when it checks the file, and then leaves the free pages out. */
const viewing: Revision = {
  name: '20260101T0000-view',
  revises: null,
  upgrade: (op) => op.execute('CREATE VIEW ones AS SELECT 1'),
  downgrade: (op) => op.execute('DROP VIEW ones'),
}

it.each([
  ['the first of its free pages', 32, 1],
  ['the first of its free pages, if by little', 35, 2],
  ['how many pages are free', 36, 1],
  ['how many pages are free, if by little', 39, 5],
])('refuses a file that is wrong of %s, byte for byte unaltered', async (_, place, value) => {
  const file = await newFile([viewing])
  const bytes = await readFile(file)
  bytes[place] = value
  await writeFile(file, bytes)
  await expect(upgrade(file, [viewing, failing('b', viewing.name)], options)).rejects.toMatchObject({
    reason: 'damaged',
  })
  expect(await readFile(file)).toEqual(bytes)
  expect(await readdir(dirname(file))).toEqual(['school.rollbook'])
})

it('refuses a file whose revisions are of another line', async () => {
  const file = await newFile(revisions.slice(0, 1))
  await execute(file, `UPDATE revisions SET name = '20250101T0000-another'`)
  await expect(upgrade(file, revisions, options)).rejects.toMatchObject({ reason: 'foreign' })
})

it('sees two heads and gaps in the chain', () => {
  const [first, second] = revisions
  if (!first || !second) throw new Error('two revisions at least')
  expect(() => inOrder([first, second, { ...second, name: 'other' }])).toThrow(/two revisions follow/)
  expect(() => inOrder([second])).toThrow(/no revision follows the beginning/)
})

/** A rebuild of `users`, which has children, a search index, a view and triggers on it. */
const rebuilding: Revision = {
  name: '20270101T0000-rebuild',
  revises: revisions.at(-1)?.name ?? null,
  upgrade: (op) =>
    op.batch('users', (users) => {
      users.addColumn('code', { type: 'TEXT' }, { using: `'u' || user_id` })
      users.addConstraint('uq_users_code', { unique: ['code'] })
    }),
  downgrade: (op) =>
    op.batch('users', (users) => {
      users.dropConstraint('uq_users_code')
      users.dropColumn('code')
    }),
}
const withRebuild = [...revisions, rebuilding]

const RECORDS = [
  `INSERT INTO user_types (name) VALUES ('Student'), ('Teacher')`,
  `INSERT INTO users (first_name, last_name, email, age, user_type_id) VALUES
    ('Ana', 'Hadžić', 'ana@x.example', 15, 1), ('Boris', 'Alić', 'boris@x.example', NULL, 2)`,
  `INSERT INTO users (user_id, first_name, last_name, email, user_type_id) VALUES (40, 'Gone', 'X', 'g@x.example', 1)`,
  `DELETE FROM users WHERE user_id = 40`,
  `INSERT INTO courses (name, start_date, end_date) VALUES ('Biology', '2026-09-01', '2027-06-18')`,
  `INSERT INTO enrollments (user_id, course_id) VALUES (1, 1), (2, 1)`,
]

const TABLES = ['user_types', 'users', 'courses', 'enrollments']

/** Every row of the tables that people fill, and the numbers that come next. */
async function recordsOf(file: string) {
  const records: Record<string, object[]> = {}
  for (const table of TABLES) records[table] = await rowsOf(file, `SELECT * FROM ${table} ORDER BY 1`)
  const names = TABLES.map((table) => `'${table}'`).join()
  records.next = await rowsOf(file, `SELECT * FROM sqlite_sequence WHERE name IN (${names}) ORDER BY name`)
  return records
}

/** What the schema means: a rebuild writes it in another way than a column added. */
async function readingOf(file: string) {
  const connection = connect(file, { isReadOnly: true })
  try {
    return await readSchema(schemaConnection(connection))
  } finally {
    await connection.close()
  }
}

it('takes each revision up and down again with records in the file', async () => {
  for (let count = 1; count < withRebuild.length; count++) {
    const file = await newFile(withRebuild.slice(0, count))
    await execute(file, ...RECORDS)
    const [schema, records] = [await readingOf(file), await recordsOf(file)]
    await upgradeTo(file, withRebuild, count + 1, options)
    expect(await appliedCount(file, withRebuild)).toBe(count + 1)
    expect(await schemaOf(file)).toEqual(await schemaOf(await newFile(withRebuild.slice(0, count + 1))))
    const upgraded = await recordsOf(file)
    for (const [table, rows] of Object.entries(records))
      expect(upgraded[table]).toEqual(rows.map((row) => expect.objectContaining(row)))
    await downgrade(file, withRebuild, count)
    expect(await recordsOf(file)).toEqual(records)
    expect(await readingOf(file)).toEqual(schema)
  }
})

it('goes to any revision, forth and back, and says how far it is', async () => {
  const file = await newFile(withRebuild.slice(0, 1))
  await execute(file, ...RECORDS)
  expect(await upgradeTo(file, withRebuild, 1, options)).toBeNull()
  const steps: UpgradeStep[] = []
  await upgradeTo(file, withRebuild, withRebuild.length, { ...options, onStep: (step) => steps.push(step) })
  expect(steps.filter(({ rows }) => !rows).map(({ revision, done }) => [revision, done])).toEqual(
    withRebuild.slice(1).map(({ name }, done) => [name, done]),
  )
  const rows = steps.flatMap((step) => (step.revision === rebuilding.name ? (step.rows ?? []) : []))
  expect(rows).toEqual([0, 2].map((done) => ({ table: 'users', done, total: 2 })))
  const restorePoint = await downgrade(file, withRebuild, 0)
  expect(await schemaOf(file)).toEqual(await schemaOf(await newFile([])))
  expect(await appliedCount(restorePoint ?? '', withRebuild)).toBe(withRebuild.length)
  expect(await downgrade(file, withRebuild, 0)).toBeNull()
})

it('does not begin where the disk has no room for it, and says both figures', async () => {
  const file = await newFile(revisions.slice(0, 1))
  const { bavail, bsize } = await statfs(file)
  // A file with a hole: as large as all that is free, and on the disk no larger than it was.
  await truncate(file, bavail * bsize)
  const failure: unknown = await upgrade(file, revisions, options).catch((error: unknown) => error)
  if (!(failure instanceof NoSpaceError)) throw failure
  expect(failure.needed).toBe(3 * bavail * bsize)
  expect(failure.free).toBeLessThan(failure.needed)
  expect(await appliedCount(file, revisions)).toBe(1)
})

it('gives the statements of an upgrade and a downgrade, which do the same by hand', async () => {
  const ours = await newFile(withRebuild.slice(0, 1))
  await execute(ours, ...RECORDS)
  const byHand = join(await temporaryFolder(), 'by-hand.rollbook')
  await copyFile(ours, byHand)
  const up = await migrationSql(withRebuild, 1, withRebuild.length, options)
  expect(up.slice(0, 2)).toEqual(['PRAGMA foreign_keys=OFF', 'BEGIN IMMEDIATE'])
  expect(up.slice(-2)).toEqual([`PRAGMA user_version=${withRebuild.length}`, 'COMMIT'])
  expect(up.filter((statement) => statement.startsWith('INSERT INTO revisions'))).toHaveLength(
    withRebuild.length - 1,
  )
  await execute(byHand, ...up)
  await upgrade(ours, withRebuild, options)
  const same = async () => {
    expect(await schemaOf(byHand)).toEqual(await schemaOf(ours))
    expect(await recordsOf(byHand)).toEqual(await recordsOf(ours))
    expect(await rowsOf(byHand, 'PRAGMA user_version')).toEqual(await rowsOf(ours, 'PRAGMA user_version'))
    expect(await rowsOf(byHand, 'SELECT name FROM revisions')).toEqual(
      await rowsOf(ours, 'SELECT name FROM revisions'),
    )
  }
  await same()
  await execute(byHand, ...(await migrationSql(withRebuild, withRebuild.length, 1, options)))
  await downgrade(ours, withRebuild, 1)
  await same()
})
