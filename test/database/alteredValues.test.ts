import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BrokenRowsError } from '../../electron/database/tables/brokenRows'
import { operationsOn } from '../../electron/database/operations'
import { SideConnection } from '../../electron/database/scratch'
import { contentOf, newSchemaFile, type SchemaFile } from '../helpers/schemaFile'

/** A table of one column beside its key, with a row for each value (as SQL), numbered from 1. */
const statementsOf = (type: string, values: string[], options = '') => [
  `CREATE TABLE people (person_id INTEGER PRIMARY KEY, phone ${type})${options}`,
  ...values.map((value) => `INSERT INTO people (phone) VALUES (${value})`),
]

const fileOf = (...given: Parameters<typeof statementsOf>) => newSchemaFile(...statementsOf(...given))

const retype = (file: SchemaFile, type: string, using?: string) =>
  file.change(() =>
    operationsOn(file).alterColumn('people', 'phone', { type }, using === undefined ? {} : { using }),
  )

/** Each value as SQL writes it, and so with its type. */
const valuesOf = async (file: SchemaFile) =>
  (await file.query<{ value: string }>('SELECT quote(phone) AS value FROM people ORDER BY person_id')).map(
    ({ value }) => value,
  )

describe('a new type that would alter values is refused, the rows are named, and nothing is changed', () => {
  it.each([
    ['a number with zeros before it', 'TEXT', 'INTEGER', `'00385991234'`],
    ['a number with a sign', 'VARCHAR(20)', 'INTEGER', `'+38733123456'`],
    ['a number with a space', 'TEXT', 'NUMERIC', `' 12'`],
    ['a price', 'TEXT', 'NUMERIC', `'1.50'`],
    ['a whole number as a real one writes it', 'TEXT', 'INTEGER', `'-4295660302177712.0'`],
    ['a price as a day', 'TEXT', 'DATETIME', `'1.50'`],
    ['a power of ten', 'TEXT', 'REAL', `'1e3'`],
    ['a number too large to count', 'TEXT', 'INTEGER', `'9223372036854775808'`],
    ['a text too long for a real number', 'TEXT', 'REAL', `'9007199254740993'`],
    ['a whole number too long for a real one', 'INTEGER', 'REAL', '9007199254740993'],
    ['what is larger than any number', 'REAL', 'TEXT', '9e999'],
  ])('%s: %s to %s', async (_, from, to, value) => {
    const file = await fileOf(from, [`'twelve'`, value, 'NULL', value])
    const former = await contentOf(file)
    await expect(retype(file, to)).rejects.toThrow(
      `table 'people': 2 rows break '${to} of phone': person_id 2, person_id 4: say by \`using\` what becomes of them`,
    )
    expect(await contentOf(file)).toEqual(former)
  })

  it('in a batch with other changes, and where a type is as strict as it is written', async () => {
    const file = await fileOf('TEXT', [`'007'`], ' STRICT')
    const former = await contentOf(file)
    const change = file.change(() =>
      operationsOn(file).batch('people', (table) => {
        table.addColumn('note', { type: 'TEXT', isNullable: true })
        table.alterColumn('phone', { type: 'INTEGER' })
      }),
    )
    await expect(change).rejects.toThrow(`1 row breaks 'INTEGER of phone': person_id 1`)
    expect(await contentOf(file)).toEqual(former)
    await retype(file, 'ANY')
    expect(await valuesOf(file)).toEqual([`'007'`])
  })
})

it.each([
  ['TEXT', 'INTEGER', [`'12'`, `'-7'`, `'twelve'`, `''`, 'NULL', `x'3132'`], ['12', '-7', `'twelve'`, `''`]],
  ['INTEGER', 'TEXT', ['12', '9007199254740993', `'twelve'`], [`'12'`, `'9007199254740993'`, `'twelve'`]],
  ['INTEGER', 'REAL', ['15', '9007199254740992'], ['15.0', '9007199254740992.0']],
  ['REAL', 'INTEGER', ['2.0', '2.5'], ['2', '2.5']],
  ['REAL', 'VARCHAR(20)', ['2.0', '0.1'], [`'2.0'`, `'0.1'`]],
  ['TEXT', 'REAL', [`'12'`, `'12.0'`, `'1.5'`], ['12.0', '12.0', '1.5']],
  ['TEXT', 'REAL', [`'-11064393176919804'`], ['-11064393176919804.0']],
  ['TEXT', 'REAL', [`'1860166298679778816'`], ['1.8601662986797788e+18']],
  ['VARCHAR(20)', 'TEXT', [`'007'`], [`'007'`]],
  ['TEXT', 'BLOB', [`'007'`], [`'007'`]],
])('a new type that alters no value is taken: %s to %s', async (from, to, values, expected) => {
  const file = await fileOf(from, values)
  await retype(file, to)
  expect((await valuesOf(file)).slice(0, expected.length)).toEqual(expected)
})

it('does what `using` says, even if that is to take what SQLite makes of it', async () => {
  const file = await fileOf('TEXT', [`'007'`, `'12 a'`])
  await retype(file, 'INTEGER', '"phone"')
  expect(await valuesOf(file)).toEqual(['7', `'12 a'`])
  await retype(file, 'TEXT', `'+' || phone`)
  expect(await valuesOf(file)).toEqual([`'+7'`, `'+12 a'`])
})

it('names exactly the rows whose values SQLite would alter', async () => {
  const type = fc.constantFrom('INTEGER', 'NUMERIC', 'REAL', 'TEXT', 'BLOB', 'BOOLEAN', 'VARCHAR(9)')
  const digits = fc.stringMatching(/^ ?[-+]?[0-9]{0,20}\.?[0-9]{0,3}([eE][-+]?[0-9]{1,3})? ?$/)
  const value = fc.oneof(
    fc.oneof(digits, fc.string()).map((text) => `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`),
    fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => `CAST('${number}' AS REAL)`),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => `x'${Buffer.from(bytes).toString('hex')}'`),
  )
  const values = fc.array(value, { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(type, type, values, async (from, to, all) => {
      const file = await SideConnection.createScratch(':memory:')
      for (const statement of statementsOf(from, all)) await file.run(statement)
      await file.run(`CREATE TABLE before AS SELECT person_id, phone FROM people`)
      const op = operationsOn(file)
      const failure: unknown = await op
        .alterColumn('people', 'phone', { type: to })
        .catch((error: unknown) => error)
      if (failure !== undefined) await op.alterColumn('people', 'phone', { type: to }, { using: 'phone' })
      const altered = await file.query<{ row: string }>(ALTERED)
      expect(failure instanceof BrokenRowsError ? failure.rows : []).toEqual(altered.map(({ row }) => row))
      expect(failure instanceof Error).toBe(altered.length > 0)
      await file.close()
    }),
    { numRuns: 200 },
  )
})

/** The rows whose value, as it stands there now, is not the one that stood there, however it is written. */
const ALTERED = `SELECT 'person_id ' || person_id AS row FROM before JOIN people AS after USING (person_id) WHERE NOT CASE
  WHEN typeof(before.phone) = typeof(after.phone) THEN quote(before.phone) = quote(after.phone)
  WHEN typeof(before.phone) <> 'text' AND typeof(after.phone) <> 'text' THEN +before.phone = +after.phone
  WHEN typeof(after.phone) = 'text' THEN CAST(+after.phone AS NUMERIC) = +before.phone
  WHEN typeof(after.phone) = 'integer' THEN CAST(+after.phone AS TEXT) = +before.phone
  ELSE CAST(+after.phone AS TEXT) = +before.phone OR printf('%d', after.phone) = +before.phone AND abs(after.phone) < 9223372036854775807.0
END ORDER BY person_id`
