import { beforeEach, describe, expect, it } from 'vitest'
import { BrokenRowsError } from '../../electron/database/tables/brokenRows'
import { requireParents } from '../../electron/database/tables/parents'
import { type Operations, operationsOn, type TableOperations } from '../../electron/database/operations'
import { readSchema } from '../../electron/database/schema/readSchema'
import type { Schema } from '../../electron/database/schema/schema'
import { contentOf, newSchemaFile, type SchemaFile } from '../helpers/schemaFile'

/** A table with all that can hang on one: children that go with it, itself as its parent, indexes, triggers, a view, a
 *  search index that is kept by triggers, a computed column, numbers of deleted rows. */
const SCHOOL = [
  `CREATE TABLE kinds (kind_id INTEGER NOT NULL CONSTRAINT pk_kinds PRIMARY KEY, name TEXT)`,
  `CREATE TABLE people (
    person_id INTEGER NOT NULL CONSTRAINT pk_people PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE,
    email TEXT,
    age INTEGER,
    note TEXT DEFAULT 'none',
    mentor_id INTEGER,
    kind_id INTEGER NOT NULL,
    initial TEXT GENERATED ALWAYS AS (substr(name, 1, 1)) STORED,
    CONSTRAINT uq_people_email UNIQUE (email),
    CONSTRAINT ck_people_age CHECK (age > 0),
    CONSTRAINT fk_people_kind_id FOREIGN KEY (kind_id) REFERENCES kinds (kind_id),
    CONSTRAINT fk_people_mentor_id FOREIGN KEY (mentor_id) REFERENCES people (person_id) ON DELETE SET NULL)`,
  `CREATE TABLE enrollments (enrollment_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (person_id) ON DELETE CASCADE, course TEXT)`,
  `CREATE TABLE log (what TEXT)`,
  `CREATE INDEX ix_people_name ON people (lower(name), person_id DESC) WHERE age IS NOT NULL`,
  `CREATE INDEX ix_people_mentor_id ON people (mentor_id)`,
  `CREATE VIEW people_text AS SELECT person_id, name AS text FROM people`,
  `CREATE VIRTUAL TABLE people_search USING fts5(text, content='people_text', content_rowid='person_id')`,
  `CREATE TRIGGER tr_search_insert AFTER INSERT ON people BEGIN
    INSERT INTO people_search (rowid, text) VALUES (new.person_id, new.name); END`,
  `CREATE TRIGGER tr_search_delete AFTER DELETE ON people BEGIN
    INSERT INTO people_search (people_search, rowid, text) VALUES ('delete', old.person_id, old.name); END`,
  `CREATE TRIGGER tr_age AFTER UPDATE OF age ON people BEGIN INSERT INTO log (what) VALUES ('age of ' || new.name); END`,
  `CREATE TRIGGER tr_enrolled AFTER INSERT ON enrollments BEGIN
    INSERT INTO log (what) SELECT 'enrolled ' || name FROM people WHERE person_id = new.person_id; END`,
  `INSERT INTO kinds VALUES (1, 'Student'), (2, 'Teacher')`,
  `INSERT INTO people (person_id, name, email, age, note, mentor_id, kind_id) VALUES
    (2, 'Ana', 'ana@x.example', 15, NULL, 7, 1), (4, 'boris', NULL, NULL, 'x', 2, 1), (7, 'Đorđe', 'd@x.example', 44, 'y', NULL, 2),
    (90, 'Gone', 'gone@x.example', 1, 'z', NULL, 1)`,
  `DELETE FROM people WHERE person_id = 90`,
  `INSERT INTO enrollments VALUES (1, 2, 'Art'), (2, 2, 'Maths'), (3, 4, 'Art')`,
]

const PEOPLE = [
  {
    person_id: 2,
    name: 'Ana',
    email: 'ana@x.example',
    age: 15,
    note: null,
    mentor_id: 7,
    kind_id: 1,
    initial: 'A',
  },
  { person_id: 4, name: 'boris', email: null, age: null, note: 'x', mentor_id: 2, kind_id: 1, initial: 'b' },
  {
    person_id: 7,
    name: 'Đorđe',
    email: 'd@x.example',
    age: 44,
    note: 'y',
    mentor_id: null,
    kind_id: 2,
    initial: 'Đ',
  },
]

let file: SchemaFile
let op: Operations
let before: Schema

beforeEach(async () => {
  file = await newSchemaFile(...SCHOOL)
  op = operationsOn(file)
  before = await readSchema(file)
})

const people = () => file.query<(typeof PEOPLE)[number]>('SELECT * FROM people ORDER BY person_id')
const peopleWith = (column: string, values: unknown[]) =>
  PEOPLE.map((person, at) => ({ ...person, [column]: values[at] }))

/** Everything that hangs on the table is there, means it and works. */
async function expectWhole() {
  expect(await file.query('SELECT count(*) AS count FROM enrollments')).toEqual([{ count: 3 }])
  await requireParents(file)
  const { tables, views, virtualTables } = await readSchema(file)
  expect({ views, virtualTables }).toEqual({ views: before.views, virtualTables: before.virtualTables })
  expect(tables.enrollments).toEqual(before.tables.enrollments)
  expect(tables.people?.triggers).toEqual(before.tables.people?.triggers)
  expect(tables.people?.indexes).toEqual(before.tables.people?.indexes)
  await file.change(async () => {
    await file.run(`INSERT INTO people (name, kind_id) VALUES ('Hana', 1)`)
    const [hana] = await file.query<{ person_id: number }>('SELECT max(person_id) AS person_id FROM people')
    expect(hana?.person_id).toBe(91)
    const found = await file.query(`SELECT rowid FROM people_search WHERE people_search MATCH 'hana'`)
    expect(found).toEqual([{ rowid: 91 }])
    await file.run(`UPDATE people SET age = 16 WHERE person_id = 91`)
    await file.run(`INSERT INTO enrollments (person_id, course) VALUES (91, 'Art')`)
    expect(await file.query(`SELECT what FROM log WHERE what LIKE '%Hana'`)).toHaveLength(2)
  })
  await file.run(`INSERT INTO people_search (people_search, rank) VALUES ('integrity-check', 1)`)
  expect(await file.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
}

it('renames a column wherever it is named', async () => {
  await file.change(() => op.renameColumn('people', 'age', 'years'))
  const { tables } = await readSchema(file)
  expect(tables.people?.indexes.ix_people_name?.where).toBe('"years" IS NOT NULL')
  expect(tables.people?.triggers.tr_age).toContain('UPDATE OF "years"')
  expect(await file.query('SELECT years FROM people')).toEqual([
    { years: 15 },
    { years: null },
    { years: 44 },
  ])
})

it('renames the column that children refer to', async () => {
  await file.change(() => op.renameColumn('kinds', 'kind_id', 'id'))
  const { tables } = await readSchema(file)
  expect(tables.kinds?.primaryKey).toEqual({ name: 'pk_kinds', column: 'id' })
  expect(tables.people?.foreignKeys?.fk_people_kind_id?.references).toEqual(['id'])
  await expectWhole()
})

it('renames a table wherever it is named', async () => {
  await file.change(() => op.renameTable('people', 'persons'))
  const { tables, views } = await readSchema(file)
  expect(tables.persons?.foreignKeys?.fk_people_mentor_id?.table).toBe('persons')
  expect(Object.values(tables.enrollments?.foreignKeys ?? {})[0]?.table).toBe('persons')
  expect(views.people_text).toContain('"persons"')
  expect(await file.query('SELECT * FROM persons ORDER BY person_id')).toEqual(PEOPLE)
})

describe('a table with children, indexes, triggers, a view and a search index keeps them and its rows', () => {
  type Change = (table: TableOperations) => void
  const added = (column: string, values: unknown[]) => peopleWith(column, values)
  it.each<[string, Change, object[]]>([
    [
      'a column added',
      (t) => t.addColumn('phone', { type: 'TEXT', isNullable: true }),
      added('phone', [null, null, null]),
    ],
    [
      'one with a default',
      (t) => t.addColumn('points', { type: 'INT', defaultValue: '-1' }),
      added('points', [-1, -1, -1]),
    ],
    [
      'one with an expression for a default',
      (t) => t.addColumn('length', { type: 'INT', defaultValue: '(1 + 1)' }),
      added('length', [2, 2, 2]),
    ],
    [
      'one that is filled from the row',
      (t) => t.addColumn('length', { type: 'INT', isNullable: true }, { using: 'length(name)' }),
      added('length', [3, 5, 5]),
    ],
    [
      'a computed one',
      (t) =>
        t.addColumn('twice', { type: 'INT', isNullable: true, rest: 'GENERATED ALWAYS AS (age * 2) STORED' }),
      added('twice', [30, null, 88]),
    ],
    ['a column dropped', (t) => t.dropColumn('note'), PEOPLE.map(({ note: _, ...rest }) => rest)],
    ['a type changed', (t) => t.alterColumn('age', { type: 'REAL' }), PEOPLE],
    ['a default changed', (t) => t.alterColumn('note', { defaultValue: undefined }), PEOPLE],
    [
      'NOT NULL, filled',
      (t) => t.alterColumn('note', { isNullable: false }, { using: `coalesce(note, '?')` }),
      added('note', ['?', 'x', 'y']),
    ],
    ['NOT NULL taken away', (t) => t.alterColumn('kind_id', { isNullable: true }), PEOPLE],
    ['a check added', (t) => t.addConstraint('ck_people_name', { check: `name <> ''` }), PEOPLE],
    ['a check dropped', (t) => t.dropConstraint('ck_people_age'), PEOPLE],
    ['a unique added', (t) => t.addConstraint('uq_people_name', { unique: ['name', 'age'] }), PEOPLE],
    ['a unique dropped', (t) => t.dropConstraint('uq_people_email'), PEOPLE],
    ['a foreign key dropped', (t) => t.dropConstraint('fk_people_mentor_id'), PEOPLE],
    [
      'several changes in one batch',
      (t) => {
        t.dropConstraint('uq_people_email')
        t.dropColumn('email')
        t.addColumn(
          'mail',
          { type: 'TEXT', isNullable: true },
          { using: `coalesce(email, 'none' || person_id)` },
        )
        t.addConstraint('uq_people_mail', { unique: ['mail'] })
      },
      PEOPLE.map(({ email: _, ...rest }, at) => ({
        ...rest,
        mail: ['ana@x.example', 'none4', 'd@x.example'][at],
      })),
    ],
  ])('%s', async (_, change, expected) => {
    await file.change(() => op.batch('people', change))
    expect(await people()).toEqual(expected)
    await expectWhole()
  })
})

it('gives a foreign key with its actions to a table, and back', async () => {
  const key = { columns: ['kind_id'], table: 'kinds', references: ['kind_id'], onDelete: 'CASCADE' as const }
  await file.change(() =>
    op.batch('people', (table) => {
      table.dropConstraint('fk_people_kind_id')
      table.addConstraint('fk_kind', { foreignKey: key })
    }),
  )
  expect((await readSchema(file)).tables.people?.foreignKeys?.fk_kind).toEqual(key)
  await expectWhole()
  await file.change(async () => {
    await op.dropConstraint('people', 'fk_kind')
    await op.addConstraint('people', 'fk_people_kind_id', { foreignKey: { ...key, onDelete: undefined } })
  })
  expect((await readSchema(file)).tables.people).toEqual({
    ...before.tables.people,
    foreignKeys: expect.objectContaining({
      fk_people_kind_id: { columns: ['kind_id'], table: 'kinds', references: ['kind_id'] },
    }),
  })
})

it('changes a primary key', async () => {
  await file.change(async () => {
    await op.dropConstraint('log', 'pk_log').catch(() => undefined)
    await op.batch('log', (table) => {
      table.addColumn('log_id', { type: 'INTEGER' }, { using: 'rowid' })
      table.addConstraint('pk_log', { primaryKey: ['log_id'], isAutoIncrement: true })
    })
  })
  expect((await readSchema(file)).tables.log?.primaryKey).toEqual({
    name: 'pk_log',
    column: 'log_id',
    isAutoIncrement: true,
  })
  expect(await file.query('SELECT log_id FROM log')).toEqual([{ log_id: 1 }, { log_id: 2 }, { log_id: 3 }])
  expect(await file.query(`SELECT seq FROM sqlite_sequence WHERE name = 'log'`)).toEqual([{ seq: 3 }])
})

it('gives former schema and rows back when the contrary is done', async () => {
  const former = await contentOf(file)
  await file.change(async () => {
    await op.renameColumn('people', 'note', 'remark')
    await op.createTable('rooms', {
      columns: { room_id: { type: 'INTEGER' } },
      primaryKey: { name: 'pk_rooms', column: 'room_id' },
    })
    await op.createIndex('ix_rooms', { table: 'rooms', columns: ['room_id'] })
  })
  await file.change(async () => {
    await op.dropIndex('ix_rooms')
    await op.dropTable('rooms')
    await op.renameColumn('people', 'remark', 'note')
  })
  expect((await contentOf(file)).rows).toEqual(former.rows)
  expect(await readSchema(file)).toEqual({
    ...before,
    tables: { ...before.tables, people: { ...before.tables.people, columns: expect.anything() } },
  })
})

describe('what would be left behind without a meaning is named, and nothing is changed', () => {
  it.each<[string, (op: Operations) => Promise<void>]>([
    [
      `the check 'ck_people_age', the index 'ix_people_name', the trigger 'tr_age'`,
      (op) => op.dropColumn('people', 'age'),
    ],
    [`the unique 'uq_people_email'`, (op) => op.dropColumn('people', 'email')],
    [`the foreign key 'fk_people_kind_id'`, (op) => op.dropColumn('people', 'kind_id')],
    [`the column 'initial'`, (op) => op.dropColumn('people', 'name')],
    [`the primary key 'pk_people', `, (op) => op.dropColumn('people', 'person_id')],
    [`the child table 'people'`, (op) => op.dropColumn('people', 'person_id')],
    [`the virtual table 'people_search'`, (op) => op.dropColumn('people', 'person_id')],
    [`the virtual table 'people_search' reads it`, (op) => op.renameColumn('people', 'person_id', 'id')],
    [`it has the children 'enrollments'`, (op) => op.dropTable('people')],
    [
      'error in view people_text',
      (op) =>
        op.batch('people', (table) => {
          table.dropColumn('initial')
          table.dropColumn('name')
        }),
    ],
    [
      'error in trigger tr_enrolled: no such table: main.log',
      async (op) => {
        await op.execute('DROP TRIGGER tr_age')
        await op.dropTable('log')
      },
    ],
    [`there is no table 'nowhere'`, (op) => op.dropColumn('nowhere', 'x')],
    [`there is no column 'x'; there are: kind_id, name`, (op) => op.alterColumn('kinds', 'x', {})],
    [
      `there is a column 'NAME' already`,
      (op) => op.addColumn('kinds', 'NAME', { type: '', isNullable: true }),
    ],
    [`there is no constraint 'x'; there are: pk_kinds`, (op) => op.dropConstraint('kinds', 'x')],
    [
      `there is a constraint 'pk_kinds' already`,
      (op) => op.addConstraint('kinds', 'pk_kinds', { check: '1' }),
    ],
    [`rows that are there need a default or \`using\``, (op) => op.addColumn('kinds', 'x', { type: 'TEXT' })],
  ])('%s', async (message, change) => {
    // What of the table uses its name, but for the view, is out of the way of the one about the view.
    if (message.startsWith('error in view'))
      for (const name of [
        'INDEX ix_people_name',
        'TRIGGER tr_search_insert',
        'TRIGGER tr_search_delete',
        'TRIGGER tr_age',
      ])
        await file.run(`DROP ${name}`)
    const former = await contentOf(file)
    await expect(file.change(() => change(op))).rejects.toThrow(message)
    expect(await contentOf(file)).toEqual(former)
  })
})

describe('rows that break what is asked are counted and named, and nothing is changed', () => {
  it.each<[string, (op: Operations) => Promise<void>]>([
    [
      `table 'people': 1 row breaks 'ck_old': person_id 2`,
      (op) => op.addConstraint('people', 'ck_old', { check: 'age > 20' }),
    ],
    [
      `table 'people': 1 row breaks 'NOT NULL of email': person_id 4`,
      (op) => op.alterColumn('people', 'email', { isNullable: false }),
    ],
    [
      `table 'people': 2 rows break 'uq_people_kind_id': person_id 2, person_id 4`,
      (op) => op.addConstraint('people', 'uq_people_kind_id', { unique: ['kind_id'] }),
    ],
    [
      `table 'people': 2 rows break 'ix_kind': person_id 2, person_id 4`,
      (op) =>
        op.createIndex('ix_kind', {
          table: 'people',
          columns: [{ expression: 'kind_id DESC' }],
          isUnique: true,
          where: 'kind_id < 2',
        }),
    ],
    [
      `table 'people': 3 rows break 'ck_people_half': person_id 2, person_id 4, person_id 7`,
      (op) =>
        op.batch('people', (table) => {
          table.addColumn('half', { type: 'INT' }, { using: '-1' })
          table.addConstraint('ck_people_half', { check: 'half > 0' })
        }),
    ],
  ])('%s', async (message, change) => {
    const former = await contentOf(file)
    await expect(file.change(() => change(op))).rejects.toThrow(message)
    expect(await contentOf(file)).toEqual(former)
  })

  it('as figures for who shows them in other words', async () => {
    const failure: unknown = await file
      .change(() =>
        op.batch('people', (table) => {
          table.addColumn('points', { type: 'INT', defaultValue: '0' })
          table.addConstraint('ck_people_points', { check: 'points > 0 OR age IS NULL' })
        }),
      )
      .catch((error: unknown) => error)
    if (!(failure instanceof BrokenRowsError)) throw failure
    const { table, constraint, count, rows } = failure
    expect({ table, constraint, count, rows }).toEqual({
      table: 'people',
      constraint: 'ck_people_points',
      count: 2,
      rows: ['person_id 2', 'person_id 7'],
    })
  })

  it('rows without their parent', async () => {
    await file.run('UPDATE people SET kind_id = 9 WHERE person_id > 2')
    await expect(requireParents(file)).rejects.toThrow(
      `table 'people': 2 rows break 'fk_people_kind_id': person_id 4, person_id 7`,
    )
  })
})

describe('a foreign key that refers to nothing is named before the transaction ends, and nothing is changed', () => {
  const keyTo = (table: string, column: string) => ({
    foreignKey: { columns: ['what'], table, references: [column] },
  })
  it.each<[string, (op: Operations) => Promise<void>]>([
    [
      `table 'log': the foreign key 'fk_log' refers to 'nowhere', and there is no such table`,
      (op) => op.addConstraint('log', 'fk_log', keyTo('nowhere', 'id')),
    ],
    [
      `table 'log': the foreign key 'fk_log' refers to 'people_text', and there is no such table`,
      (op) => op.addConstraint('log', 'fk_log', keyTo('people_text', 'person_id')),
    ],
    [
      `table 'log': the foreign key 'fk_log' refers to 'kinds', to what is neither its primary key nor unique`,
      (op) => op.addConstraint('log', 'fk_log', keyTo('kinds', 'name')),
    ],
    [
      `table 'log': the foreign key 'fk_log' refers to 'kinds', to what is neither its primary key nor unique`,
      (op) => op.addConstraint('log', 'fk_log', keyTo('kinds', 'nothing')),
    ],
    [
      `table 'rooms': the foreign key 'fk_rooms' refers to 'houses', and there is no such table`,
      (op) =>
        op.createTable('rooms', {
          columns: { house_id: { type: 'INTEGER' } },
          foreignKeys: { fk_rooms: { columns: ['house_id'], table: 'houses', references: ['house_id'] } },
        }),
    ],
    [
      `table 'people': the foreign key 'fk_people_kind_id' refers to 'kinds', to what is neither its primary key nor unique`,
      (op) => op.dropConstraint('kinds', 'pk_kinds'),
    ],
  ])('%s', async (message, change) => {
    await file.run('DELETE FROM log')
    const former = await contentOf(file)
    const changed = file.change(async () => {
      await change(op)
      await requireParents(file)
    })
    await expect(changed).rejects.toThrow(message)
    expect(await contentOf(file)).toEqual(former)
  })

  it('but it may refer to a key that comes after it', async () => {
    await file.run(`DELETE FROM log`)
    await file.change(async () => {
      await op.addConstraint('log', 'fk_log', keyTo('kinds', 'name'))
      await op.createIndex('uq_kinds', { table: 'kinds', columns: ['name'], isUnique: true })
      await requireParents(file)
    })
    expect((await readSchema(file)).tables.log?.foreignKeys?.fk_log?.table).toBe('kinds')
  })
})

it('makes one rebuild of a batch, and none where SQLite can alter the table', async () => {
  const statements: string[] = []
  const recording = operationsOn({
    ...file,
    run: (statement) => (statements.push(statement), file.run(statement)),
  })
  await recording.batch('people', (table) => {
    table.addColumn('a', { type: 'INT' }, { using: '1' })
    table.alterColumn('age', { type: 'REAL' })
    table.addConstraint('uq_people_a', { unique: ['a', 'person_id'] })
  })
  expect(statements.filter((statement) => statement.startsWith('DROP TABLE'))).toHaveLength(1)
  statements.length = 0
  await recording.addColumn('people', 'b', { type: 'INT', isNullable: true })
  await recording.dropColumn('people', 'b')
  await recording.alterColumn('people', 'kind_id', { isNullable: true })
  await recording.addConstraint('people', 'ck_people_kind_id', { check: 'kind_id > 0' })
  await recording.dropConstraint('people', 'ck_people_kind_id')
  expect(statements).toEqual([
    'ALTER TABLE "people" ADD COLUMN "b" INT',
    'ALTER TABLE "people" DROP COLUMN "b"',
    'ALTER TABLE "people" ALTER COLUMN "kind_id" DROP NOT NULL',
    'ALTER TABLE "people" ADD CONSTRAINT "ck_people_kind_id" CHECK (kind_id > 0)',
    'ALTER TABLE "people" DROP CONSTRAINT "ck_people_kind_id"',
  ])
})

it('refuses to drop a table while foreign keys are on: its children would go with it', async () => {
  await file.run('PRAGMA foreign_keys=ON')
  const drop = file.change(() => op.dropConstraint('people', 'uq_people_email'))
  await expect(drop).rejects.toThrow('PRAGMA foreign_keys must be off')
  expect(await file.query('SELECT count(*) AS count FROM enrollments')).toEqual([{ count: 3 }])
})

it.each([
  ['a trigger', `CREATE TRIGGER tr_quoted AFTER INSERT ON log BEGIN UPDATE people SET name = "age"; END`],
  [
    'a trigger that writes',
    `CREATE TRIGGER tr_writing AFTER INSERT ON log BEGIN INSERT INTO people (age) VALUES (1); END`,
  ],
  ['a view', `CREATE VIEW ages AS SELECT name, "age" FROM people`],
])('drops no column that %s names, in quotes or not', async (_, statement) => {
  await file.change(() => op.execute('DROP TRIGGER tr_age'))
  await file.change(() => op.execute(statement))
  const before = await readSchema(file)
  await expect(file.change(() => op.dropColumn('people', 'age'))).rejects.toThrow(/age/)
  expect(await readSchema(file)).toEqual(before)
})
