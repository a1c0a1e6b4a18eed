import { expect, it } from 'vitest'
import { operationsOn } from '../../electron/database/operations'
import type { RowsProgress } from '../../electron/database/tables/rebuild'
import { contentOf, newSchemaFile, type SchemaFile } from '../helpers/schemaFile'

const numbers = (count: number) =>
  `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count}) SELECT n FROM n`

/** A change that only a rebuild can make. */
const rebuildOf = (file: SchemaFile, table: string, options = {}) =>
  file.change(() =>
    operationsOn(file, options).addColumn(table, 'added', { type: 'INT', isNullable: true }, { using: '7' }),
  )

it('copies slice by slice, whatever the numbers of the rows, and says how far it is', async () => {
  const file = await newSchemaFile(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)',
    // Negative, with gaps, and larger than JavaScript counts.
    `INSERT INTO t SELECT n * 3 - 500, 'row ' || n FROM (${numbers(1000)})`,
    `INSERT INTO t VALUES (-9223372036854775808, 'least'), (9007199254740993, 'a'), (9007199254740995, 'b'), (9223372036854775807, 'most')`,
  )
  const rows = 'SELECT CAST(id AS TEXT) AS id, text FROM t ORDER BY id'
  const before = await file.query(rows)
  for (const sliceRows of [1, 7, 251, 1003, 1004, 1005, 5000]) {
    const steps: RowsProgress[] = []
    await rebuildOf(file, 't', { sliceRows, onRows: (step: RowsProgress) => steps.push(step) })
    expect(await file.query(rows)).toEqual(before)
    expect(await file.query('SELECT count(*) AS count FROM t WHERE added = 7')).toEqual([{ count: 1004 }])
    expect(steps.at(0)).toEqual({ table: 't', done: 0, total: 1004 })
    expect(steps.at(-1)).toEqual({ table: 't', done: 1004, total: 1004 })
    expect(steps).toHaveLength(Math.ceil(1004 / sliceRows) + 1)
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).sort((a, b) => a - b))
    await file.change(() => operationsOn(file).dropColumn('t', 'added'))
  }
})

it('leaves the file as it was when a later slice fails', async () => {
  const file = await newSchemaFile(
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, age INT)',
    'CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END',
    `INSERT INTO t SELECT n, iif(n = 90, -1, n) FROM (${numbers(100)})`,
  )
  const former = await contentOf(file)
  const steps: number[] = []
  const change = file.change(() =>
    operationsOn(file, { sliceRows: 20, onRows: ({ done }) => steps.push(done) }).batch('t', (table) => {
      table.alterColumn('age', { type: 'INTEGER' })
      table.addConstraint('ck_t_age', { check: 'age > 0' })
    }),
  )
  await expect(change).rejects.toThrow(`table 't': 1 row breaks 'ck_t_age': id 90`)
  expect(steps).toEqual([0, 20, 40, 60, 80])
  expect(await contentOf(file)).toEqual(former)
})

it('keeps the number after the last that was ever given, of an empty table too', async () => {
  const file = await newSchemaFile(
    'CREATE TABLE some (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)',
    'CREATE TABLE empty (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)',
    `INSERT INTO some VALUES (5, 'a'), (80, 'b')`,
    `INSERT INTO empty VALUES (9, 'c')`,
    'DELETE FROM some WHERE id = 80',
    'DELETE FROM empty',
  )
  await rebuildOf(file, 'some')
  await rebuildOf(file, 'empty')
  const sequence = 'SELECT name, seq FROM sqlite_sequence ORDER BY name'
  expect(await file.query(sequence)).toEqual([
    { name: 'empty', seq: 9 },
    { name: 'some', seq: 80 },
  ])
})

it('keeps the hidden numbers of rows, by which a search index knows them', async () => {
  const file = await newSchemaFile(
    'CREATE TABLE t (code TEXT PRIMARY KEY, rowid TEXT, text TEXT)',
    `INSERT INTO t (_rowid_, code, rowid, text) VALUES (5, 'x', 'not it', 'ana'), (3, 'y', 'nor it', 'boris')`,
  )
  const rows = 'SELECT _rowid_ AS number, code, rowid, text FROM t ORDER BY 1'
  const before = await file.query(rows)
  await rebuildOf(file, 't', { sliceRows: 1 })
  expect(await file.query(rows)).toEqual(before)
})

it.each([
  'CREATE TABLE t (a TEXT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID',
  'CREATE TABLE t (a TEXT, b INT, rowid INT, _rowid_ INT, oid INT)',
  'CREATE TABLE t (a TEXT, b INT) STRICT',
])('copies a table without a number to go by: %s', async (statement) => {
  const file = await newSchemaFile(
    statement,
    `INSERT INTO t (a, b) SELECT 'row ' || n, n FROM (${numbers(100)})`,
  )
  const before = await file.query('SELECT a, b FROM t ORDER BY b')
  await rebuildOf(file, 't', { sliceRows: 10 })
  expect(await file.query('SELECT a, b FROM t ORDER BY b')).toEqual(before)
})

it('finds a free name for the table that is to be', async () => {
  const file = await newSchemaFile(
    'CREATE TABLE t (a INT)',
    'CREATE TABLE t_next (b INT)',
    'CREATE VIEW t_next_ AS SELECT 1',
  )
  await rebuildOf(file, 't')
  const names = await file.query<{ name: string }>('SELECT name FROM sqlite_schema ORDER BY name')
  expect(names.map(({ name }) => name)).toEqual(['t', 't_next', 't_next_'])
})
