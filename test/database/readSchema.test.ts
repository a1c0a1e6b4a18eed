import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readSchema } from '../../electron/database/schema/readSchema'
import { sameTable } from '../../electron/database/schema/sameTable'
import type { ColumnSpec, ForeignKeySpec, TableSpec } from '../../electron/database/schema/schema'
import * as sql from '../../electron/database/sql'
import { newSchemaFile } from '../helpers/schemaFile'

const tableOf = async (...statements: string[]) => {
  const { tables } = await readSchema(await newSchemaFile(...statements))
  return Object.values(tables)[0]
}

it('reads what a table declares, on its columns and behind them', async () => {
  const table = await tableOf(
    `CREATE TABLE [order] ( -- what is bought
    "order id" INTEGER CONSTRAINT pk_it PRIMARY KEY AUTOINCREMENT,
    price DECIMAL(10, 2) NOT NULL DEFAULT -1 CHECK (price > 0), /* never free */
    "note" UNSIGNED BIG INT DEFAULT (1 + (2)) COLLATE NOCASE NULL,
    total INT GENERATED ALWAYS AS (price * 2) STORED, half AS (price / 2),
    buyer INT CONSTRAINT fk_buyer REFERENCES people (person_id) ON DELETE SET NULL ON UPDATE CASCADE
      DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_both UNIQUE (price ASC, "buyer") ON CONFLICT ABORT,
    CONSTRAINT "ck one" CHECK (price < 10 -- dear
    )
    FOREIGN KEY (buyer, note) REFERENCES pairs NOT DEFERRABLE INITIALLY DEFERRED
  ) STRICT`.replace(' STRICT', ''),
  )
  expect(table).toEqual({
    columns: {
      'order id': { type: 'INTEGER' },
      price: { type: 'DECIMAL(10, 2)', defaultValue: '-1' },
      note: { type: 'UNSIGNED BIG INT', defaultValue: '(1 + (2))', isNullable: true, rest: 'COLLATE NOCASE' },
      total: { type: 'INT', isNullable: true, rest: 'GENERATED ALWAYS AS (price * 2) STORED' },
      half: { type: '', isNullable: true, rest: 'GENERATED ALWAYS AS (price / 2) VIRTUAL' },
      buyer: { type: 'INT', isNullable: true },
    },
    primaryKey: { name: 'pk_it', column: 'order id', isAutoIncrement: true },
    uniques: { uq_both: ['price', 'buyer'] },
    checks: { ck_order_price: 'price > 0', 'ck one': 'price < 10' },
    foreignKeys: {
      fk_buyer: {
        columns: ['buyer'],
        table: 'people',
        references: ['person_id'],
        onDelete: 'SET NULL',
        onUpdate: 'CASCADE',
        isDeferred: true,
      },
      fk_order_buyer_note: { columns: ['buyer', 'note'], table: 'pairs', references: [] },
    },
    indexes: {},
    triggers: {},
  })
})

it('reads a table without row numbers, a strict one, and the names that constraints would have', async () => {
  const table = await tableOf(
    'CREATE TABLE pairs (a TEXT, b INT NOT NULL, UNIQUE (b), CHECK (a <> b), PRIMARY KEY (a, b)) WITHOUT ROWID, STRICT',
  )
  expect(table).toMatchObject({
    columns: { a: { type: 'TEXT' }, b: { type: 'INT' } },
    primaryKey: { name: 'pk_pairs', columns: ['a', 'b'] },
    uniques: { uq_pairs_b: ['b'] },
    checks: { ck_pairs_a_b: 'a <> b' },
    options: 'WITHOUT ROWID, STRICT',
  })
  expect(table?.columns.a).not.toHaveProperty('isNullable')
})

it('takes a constraint that is declared twice for one', async () => {
  const table = await tableOf(
    `CREATE TABLE users (email TEXT UNIQUE CHECK (email <> ''), CONSTRAINT uq_mail UNIQUE (Email), CHECK ("email" <> ''))`,
  )
  expect(table?.uniques).toEqual({ uq_mail: ['email'] })
  expect(table?.checks).toEqual({ ck_users_email: `email <> ''` })
})

it('reads what ALTER TABLE has made of a text', async () => {
  const table = await tableOf(
    'CREATE TABLE people (id INTEGER PRIMARY KEY, age INT /* years */, CHECK (age > 0)) -- the end',
    `ALTER TABLE people ADD COLUMN phone TEXT DEFAULT 'none'`,
    'ALTER TABLE people RENAME COLUMN age TO "the age"',
    'ALTER TABLE people RENAME TO users',
    `ALTER TABLE users ADD CONSTRAINT ck_phone CHECK (phone <> '')`,
    'ALTER TABLE users ALTER COLUMN phone SET NOT NULL',
  )
  expect(Object.keys(table?.columns ?? {})).toEqual(['id', 'the age', 'phone'])
  expect(table?.columns.phone).toEqual({ type: 'TEXT', defaultValue: `'none'` })
  expect(table?.checks).toEqual({ 'ck_users_the age': '"the age" > 0', ck_phone: `phone <> ''` })
})

it('reads indexes, triggers, views and virtual tables, not what SQLite keeps for itself', async () => {
  const trigger = 'CREATE TRIGGER tr_a AFTER UPDATE OF a ON t BEGIN DELETE FROM t WHERE a = new.a; END'
  const schema = await readSchema(
    await newSchemaFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE, b TEXT)',
      'CREATE UNIQUE INDEX ix_part ON t (lower(a), b DESC, "b" ASC) WHERE a IS NOT NULL AND (b > 1)',
      'CREATE INDEX ix_plain ON t (b, a)',
      trigger,
      'CREATE VIEW v AS SELECT a FROM t',
      `CREATE VIRTUAL TABLE f USING fts5(a, content='v')`,
      'CREATE TABLE revisions (name TEXT)',
    ),
    { except: ['revisions'] },
  )
  expect(Object.keys(schema.tables)).toEqual(['t'])
  expect(schema.tables.t?.indexes).toEqual({
    ix_part: {
      columns: [{ expression: 'lower(a)' }, { expression: 'b DESC' }, 'b'],
      isUnique: true,
      where: 'a IS NOT NULL AND (b > 1)',
    },
    ix_plain: { columns: ['b', 'a'] },
  })
  expect(schema.tables.t?.triggers).toEqual({ tr_a: trigger })
  expect(schema.views).toEqual({ v: 'CREATE VIEW v AS SELECT a FROM t' })
  expect(schema.virtualTables).toEqual({ f: `CREATE VIRTUAL TABLE f USING fts5(a, content='v')` })
})

it('knows which columns a foreign key means that names none', async () => {
  const { tables } = await readSchema(
    await newSchemaFile(
      'CREATE TABLE b (a_id INT REFERENCES A)',
      'CREATE TABLE a (x INT, y INT PRIMARY KEY)',
    ),
  )
  expect(tables.b?.foreignKeys).toEqual({ fk_b_a_id: { columns: ['a_id'], table: 'A', references: ['y'] } })
})

it.each([
  ['CREATE TABLE t (a TEXT UNIQUE ON CONFLICT REPLACE)', /ON CONFLICT has no place.*REPLACE/],
  ['CREATE TABLE t (a TEXT CONSTRAINT nn NOT NULL)', /the name 'nn' is not of/],
  ['CREATE TABLE t (a TEXT, PRIMARY KEY (a DESC))', /at 'DESC/],
  ['CREATE TABLE t (a TEXT, b TEXT, UNIQUE (a COLLATE nocase))', /at 'COLLATE/],
  ['CREATE TABLE t (a INT REFERENCES b MATCH FULL)', /at 'MATCH FULL/],
])('refuses what has no place in a schema: %s', async (statement, message) => {
  await expect(tableOf(statement)).rejects.toThrow(message)
})

it('refuses a trigger on a view', async () => {
  const statements = ['CREATE TABLE t (a)', 'CREATE VIEW v AS SELECT a FROM t']
  const trigger = 'CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT 1; END'
  await expect(tableOf(...statements, trigger)).rejects.toThrow(`the trigger 'tr' is on 'v'`)
})

it('reads every table as it was made', async () => {
  const file = await newSchemaFile()
  await fc.assert(
    fc.asyncProperty(anyTable, async (table) => {
      await file.run(sql.createTable('t', table))
      const read = (await readSchema(file)).tables.t
      await file.run(sql.dropTable('t'))
      expect(sameTable(read ?? { columns: {} }, table), JSON.stringify([read, table])).toBe(true)
    }),
    { numRuns: 100 },
  )
})

const anyName = fc.constantFrom('a', 'B', 'c d', 'select', 'e"f', "g'h", 'check', 'đ', '[i]', 'j`k')
const anyText = fc.constantFrom(
  `'x'`,
  `'it''s'`,
  `', ('`,
  '(1 + (2))',
  '-5',
  '1.5e3',
  `x'0a'`,
  `(strftime('%Y', 'now'))`,
)
const anyColumn: fc.Arbitrary<ColumnSpec> = fc.record(
  {
    type: fc.constantFrom('', 'INTEGER', 'VARCHAR(50)', 'DECIMAL(10, 2)', 'DOUBLE PRECISION'),
    isNullable: fc.boolean(),
    defaultValue: anyText,
    rest: fc.constant('COLLATE NOCASE'),
  },
  { requiredKeys: ['type'] },
)

const anyTable: fc.Arbitrary<TableSpec> = fc
  .record({
    names: fc.uniqueArray(anyName, { minLength: 2, maxLength: 6 }),
    columns: fc.array(anyColumn, { minLength: 6, maxLength: 6 }),
    key: fc.constantFrom('none', 'counting', 'one', 'two'),
    onDelete: fc.constantFrom('CASCADE', 'SET NULL', undefined),
    isDeferred: fc.boolean(),
    value: anyText,
  })
  .map(({ names, columns, key, onDelete, isDeferred, value }) => {
    const [first = '', second = ''] = names
    const table: TableSpec = {
      columns: Object.fromEntries(names.map((name, at) => [name, columns[at] ?? { type: '' }])),
    }
    if (key === 'counting') {
      table.columns[first] = { type: 'INTEGER' }
      table.primaryKey = { name: 'pk "it"', column: first, isAutoIncrement: true }
    }
    if (key === 'one') table.primaryKey = { name: 'pk_t', column: first }
    if (key === 'two') table.primaryKey = { name: 'pk_t', columns: [second, first] }
    const foreignKey: ForeignKeySpec = {
      columns: [second],
      table: 'parents (',
      references: ['id'],
      onDelete,
      isDeferred,
    }
    return {
      ...table,
      uniques: { 'uq t': [first, second] },
      checks: { ck_t: `${sql.quote(first)} <> ${value} OR (${sql.quote(second)} IS NULL)` },
      foreignKeys: { fk_t: foreignKey },
    }
  })
