import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFile } from '../../electron/services/check'
import { SEED_COLUMNS, SEED_TABLES, type SeedTable } from '../../electron/database/seedFile'
import { openTestSchool } from '../helpers/school'
import {
  adoptSource,
  contentOf,
  createSeedDatabase,
  fingerprintOf,
  writeCopyFolder,
  type SeedRows,
  type SeedValue,
} from '../helpers/seed'
import { trials } from '../promises/trials'

const two = (number: number) => String(number).padStart(2, '0')
const day = fc
  .tuple(
    fc.integer({ min: 1999, max: 2031 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, date]) => `${year}-${two(month)}-${two(date)}`)
const instant = fc
  .tuple(
    day,
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(
    ([date, hour, second, micro]) =>
      `${date} ${two(hour)}:30:${two(second)}.${String(micro).padStart(6, '0')}`,
  )
const midnight = day.map((date) => `${date} 00:00:00.000000`)
const text = (max: number) =>
  fc
    .string({ unit: 'grapheme', maxLength: max })
    .map((value) => [...value.replaceAll('\0', '')].slice(0, max).join(''))
const name = fc.oneof(fc.constantFrom('Ana', 'Željko', ' Đorđe', 'O\u0301scar', 'x'.repeat(50)), text(20))

/** What PostgreSQL's types let through. */
const SOUND = {
  id: fc.integer({ min: 1, max: 15 }),
  age: fc.option(fc.integer({ min: -2, max: 200 })),
  flag: fc.constantFrom(0, 1),
  day,
  instant: fc.option(instant),
  schoolDay: fc.option(fc.oneof(midnight, instant)),
  email: fc.oneof(fc.constantFrom('a@b.ba', 'A@b.ba', 'none', '', 'č@b.ba'), fc.emailAddress()),
}
type Values = { [Kind in keyof typeof SOUND]: fc.Arbitrary<SeedValue> }

/** What SQLite's do as well. */
const ANYTHING = fc.oneof(fc.constantFrom<SeedValue>('banana', '', '2024-02-30', 7.5, -1, 10 ** 15), text(8))
const BROKEN = Object.fromEntries(
  Object.entries(SOUND).map(([kind, value]) => [kind, fc.oneof({ weight: 4, arbitrary: value }, ANYTHING)]),
) as Values

function rowsOf(values: Values): fc.Arbitrary<SeedRows> {
  const times = { created_at: values.instant, updated_at: values.instant }
  return fc.record({
    user_types: rows('user_types', { ...times, name }, 9),
    users: rows('users', {
      ...{ ...times, first_name: name, last_name: name, email: values.email, age: values.age },
      ...{ is_active: values.flag, last_login: values.instant, user_type_id: values.id },
    }),
    courses: rows('courses', {
      ...{ ...times, name, description: fc.option(text(30)), is_active: values.flag },
      ...{ start_date: values.day, end_date: values.day },
    }),
    enrollments: rows('enrollments', {
      ...{ enrolled_date: values.schoolDay, end_date: values.schoolDay, updated_at: values.instant },
      ...{ associative_data: fc.option(text(30)), user_id: values.id, course_id: values.id },
    }),
  })
}

/** Rows under different numbers; what is unique in the seed's tables is. */
function rows(table: SeedTable, columns: Record<string, fc.Arbitrary<SeedValue>>, maxLength = 25) {
  const [key = ''] = Object.keys(SEED_COLUMNS[table])
  const unique = { user_types: 'name', users: 'email' }[table as string]
  return fc.uniqueArray(fc.record({ [key]: fc.integer({ min: 1, max: 40 }), ...columns }), {
    maxLength,
    comparator: (one, other) =>
      one[key] === other[key] || (unique !== undefined && String(one[unique]) === String(other[unique])),
  })
}

test('whatever a database holds is adopted or listed, and nothing else is changed', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf(BROKEN), async (source) => {
      const path = await createSeedDatabase(source)
      const before = await fingerprintOf(path)
      const { file, report } = await adoptSource(path)
      expect(await fingerprintOf(path)).toEqual(before)
      expect((await checkFile(file)).problems).toEqual([])
      const content = await contentOf(file)
      const mended = new Set(report.mends.flatMap(({ first }) => first.map(cellOf)))
      for (const table of SEED_TABLES) {
        const adopted = new Map(content[table].map((row) => [keyOf(table, row), row]))
        for (const row of source[table] ?? []) {
          const cell = (column: string | null) =>
            cellOf({ entity: ENTITIES[table], id: keyOf(table, row), column })
          const record = adopted.get(keyOf(table, row))
          if (!record) expect(mended).toContain(cell(null))
          for (const [column, value] of Object.entries(row)) {
            if (record && !mended.has(cell(column)))
              expect([column, record[column]]).toEqual([column, storedValue(table, column, value)])
          }
        }
      }
      const school = await openTestSchool(file)
      for (const entity of ['users', 'courses', 'enrollments'] as const) {
        const { listId, total } = await school.api[entity].openList({})
        if (total > 0) await school.api[entity].list({ listId, offset: 0, count: 200 })
      }
      await school.school.close()
    }),
    { numRuns: trials({ few: 4, many: 60, full: 400 }), endOnFailure: true },
  )
})

test('the same rows come to the same from SQLite and from PostgreSQL', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf(SOUND).map(withTypes), async (source) => {
      const one = await adoptSource(await createSeedDatabase(source))
      const other = await adoptSource(await writeCopyFolder(source))
      expect(one.report).toEqual({ ...other.report, source: 'sqlite' })
      expect(await contentOf(one.file)).toEqual(await contentOf(other.file))
    }),
    { numRuns: trials({ few: 2, many: 20, full: 100 }), endOnFailure: true },
  )
})

/** PostgreSQL has nobody without a user type. */
function withTypes(source: SeedRows): SeedRows {
  const types = new Set(source.user_types?.map((type) => type.user_type_id))
  return { ...source, users: source.users?.filter((user) => types.has(user.user_type_id ?? null)) }
}

const ENTITIES = { user_types: 'userTypes', users: 'users', courses: 'courses', enrollments: 'enrollments' }
const cellOf = ({ entity, id, column }: { entity: string; id: number; column: string | null }) =>
  `${entity} ${id} ${column}`

function keyOf(table: SeedTable, row: Record<string, SeedValue>): number {
  return Number(row[Object.keys(SEED_COLUMNS[table])[0] ?? ''])
}

/** How a value that breaks no rule is stored. */
function storedValue(table: SeedTable, column: string, value: SeedValue): SeedValue {
  const type: string | undefined = SEED_COLUMNS[table][column]
  if (value === null || value === '') return null
  if (table === 'enrollments' && /^(enrolled|end)_date$/.test(column))
    return `${String(value).slice(0, 10)} 00:00:00.000 +00:00`
  return type === 'DATETIME' ? `${String(value).slice(0, 23)} +00:00` : value
}
