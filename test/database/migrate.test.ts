import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { QueryTypes } from 'sequelize'
import { connect } from '../../electron/database/connection'
import {
  appliedCount,
  createFile,
  downgrade,
  FileRefusedError,
  upgrade,
} from '../../electron/database/migrate'
import type { Revision } from '../../electron/database/operations'
import { allRevisions, inOrder } from '../../electron/database/revisions'
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
  expect(steps).toEqual(revisions.slice(1).map(({ name }) => name))
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
