import type { MendKind } from '../contract/adopt'
import type { ImportEntity } from '../contract/imports'
import { userFields } from '../contract/users'
import { SEED_COLUMNS, type SeedTable } from '../database/seedFile'
import { storedMidnight } from './values'

// The rules of an adoption, in SQL over a source row `r`. Under `seed.` stand the source's tables as they came, and the
// `adopted_` and `left_out` tables are those of the scratch file that adoptTexts and adoptRows fill.

/** What becomes of a value that breaks a rule. */
interface Rule {
  kind: MendKind
  when: string
  to: string
}

/** A column of the new file: the value of one that is right, and what is done about one that is not. */
interface AdoptedColumn {
  stored: string
  rules?: Rule[]
  /** Whether the stored form says less than the source does, without a rule being broken. */
  isShortened?: string
}

export interface AdoptedTable {
  entity: ImportEntity
  table: SeedTable
  key: string
  /** What stands after FROM, with the source's row as `r`, and which rows are adopted. */
  from: string
  where: string
  columns: Record<string, AdoptedColumn>
}

export const ENTITY_OF: Record<SeedTable, ImportEntity> = {
  user_types: 'userTypes',
  users: 'users',
  courses: 'courses',
  enrollments: 'enrollments',
}

/** The four tables, in the order in which one builds on the other. `typeless` is the user type of those whose own is no
 *  number at all, and `today` the school's day. */
export function adoptedTables(today: string, typeless: number): AdoptedTable[] {
  return [userTypes(), users(typeless), courses(today), enrollments(today)]
}

/** The first rule that a value breaks decides what is stored. */
export function valueOf({ stored, rules = [] }: AdoptedColumn): string {
  if (rules.length === 0) return stored
  return `CASE ${rules.map(({ when, to }) => `WHEN ${when} THEN ${to}`).join(' ')} ELSE ${stored} END`
}

/** The kind of mend that a value gets, or NULL. */
export function kindOf(rules: Rule[]): string {
  return `CASE ${rules.map(({ kind, when }) => `WHEN ${when} THEN '${kind}'`).join(' ')} END`
}

/** A source's value as history can keep it: JSON has no BLOBs. */
export function rawValue(column: string): string {
  return `iif(typeof(r.${column}) = 'blob', quote(r.${column}), r.${column})`
}

function userTypes(): AdoptedTable {
  return {
    ...placeOf('user_types'),
    from: `${rowsOf('user_types')} CROSS JOIN adopted_user_types t ON t.user_type_id = r.user_type_id`,
    columns: {
      user_type_id: { stored: 'r.user_type_id' },
      ...texts('name', 'name_sort', 'name_folded'),
      created_at: instant('created_at'),
      updated_at: instant('updated_at'),
    },
  }
}

function users(typeless: number): AdoptedTable {
  const { minValue: youngest, maxValue: oldest } = userFields.age.schema.unwrap()
  return {
    ...placeOf('users'),
    from: `${rowsOf('users')} CROSS JOIN adopted_users t ON t.user_id = r.user_id`,
    columns: {
      user_id: { stored: 'r.user_id' },
      ...texts('first_name', 'last_name', 'email'),
      ...texts('first_name_sort', 'last_name_sort', 'first_name_folded', 'last_name_folded'),
      age: {
        stored: 'r.age',
        rules: [
          {
            kind: 'age-cleared',
            when: `r.age IS NOT NULL AND NOT (typeof(r.age) = 'integer' AND r.age BETWEEN ${youngest} AND ${oldest})`,
            to: 'NULL',
          },
        ],
      },
      is_active: flag('is_active'),
      created_at: instant('created_at'),
      updated_at: instant('updated_at'),
      last_login: instant('last_login'),
      user_type_id: {
        stored: 'r.user_type_id',
        rules: [{ kind: 'type-missing', when: `NOT (${isKey('r.user_type_id')})`, to: String(typeless) }],
      },
    },
  }
}

function courses(today: string): AdoptedTable {
  return {
    ...placeOf('courses'),
    from: `${rowsWithDays('courses', 'start_date', 'end_date')} CROSS JOIN adopted_courses t ON t.course_id = r.course_id`,
    columns: {
      course_id: { stored: 'r.course_id' },
      ...texts('name', 'name_sort', 'name_folded'),
      description: { stored: 't.description', isShortened: isEmpty('description') },
      start_date: {
        stored: 'r.first_day',
        rules: [
          {
            kind: 'date-mended',
            when: 'r.first_day IS NULL',
            to: `coalesce(r.last_day, '${today}')`,
          },
        ],
        isShortened: hasTime('start_date'),
      },
      end_date: {
        stored: 'r.last_day',
        rules: endRules(`coalesce(r.first_day, '${today}')`, (day) => day),
        isShortened: hasTime('end_date'),
      },
      is_active: flag('is_active'),
      created_at: instant('created_at'),
      updated_at: instant('updated_at'),
    },
  }
}

/** An enrolment without its person or course is not among them: history alone keeps it. */
function enrollments(today: string): AdoptedTable {
  return {
    ...placeOf('enrollments'),
    from: `${rowsWithDays('enrollments', 'enrolled_date', 'end_date')}
      LEFT JOIN adopted_notes n ON n.enrollment_id = r.enrollment_id
      LEFT JOIN closed_enrollments d ON d.enrollment_id = r.enrollment_id`,
    where: 'NOT EXISTS (SELECT 1 FROM left_out o WHERE o.enrollment_id = r.enrollment_id)',
    columns: {
      enrollment_id: { stored: 'r.enrollment_id' },
      enrolled_date: {
        stored: midnight('r.first_day'),
        rules: [
          { kind: 'date-mended', when: 'r.enrolled_date IS NOT NULL AND r.first_day IS NULL', to: 'NULL' },
        ],
        isShortened: hasTime('enrolled_date'),
      },
      end_date: {
        stored: midnight('r.last_day'),
        rules: [
          { kind: 'enrollment-closed', when: 'd.day IS NOT NULL', to: midnight('d.day') },
          ...endRules(`coalesce(r.first_day, '${today}')`, midnight, 'r.end_date IS NOT NULL'),
        ],
        isShortened: hasTime('end_date'),
      },
      // An end in the past has completed it; of doubles one is open.
      status: {
        stored: `iif(d.day IS NOT NULL OR ${lastDay(today)} < '${today}', 'completed', 'enrolled')`,
      },
      updated_at: instant('updated_at'),
      associative_data: {
        stored: 'iif(n.enrollment_id IS NULL, r.associative_data, n.associative_data)',
        isShortened: isEmpty('associative_data'),
      },
      user_id: { stored: 'r.user_id' },
      course_id: { stored: 'r.course_id' },
    },
  }
}

/** The last day of a row that has one, mended. */
export function lastDay(today: string): string {
  const beginning = `coalesce(r.first_day, '${today}')`
  return `iif(r.end_date IS NULL, NULL, iif(r.last_day IS NULL, ${beginning}, max(r.last_day, coalesce(r.first_day, r.last_day))))`
}

/** An end that is no day, or lies before the beginning, becomes the beginning. */
function endRules(beginning: string, form: (day: string) => string, isGiven = '1'): Rule[] {
  return [
    { kind: 'date-mended', when: `${isGiven} AND r.last_day IS NULL`, to: form(beginning) },
    { kind: 'period-mended', when: 'r.last_day < r.first_day', to: form('r.first_day') },
  ]
}

function placeOf(table: SeedTable) {
  const [key = ''] = Object.keys(SEED_COLUMNS[table])
  return { entity: ENTITY_OF[table], table, key, where: '1' }
}

function rowsOf(table: SeedTable): string {
  return `seed.${table} r`
}

/** Rows with the days on which something begins and ends; NULL for what is no day. */
export function rowsWithDays(table: SeedTable, beginning: string, end: string): string {
  const columns = Object.keys(SEED_COLUMNS[table]).join(', ')
  return `(SELECT ${columns}, ${dayOf(beginning)} AS first_day, ${dayOf(end)} AS last_day FROM seed.${table}) r`
}

/** Texts were mended before, where SQL does not suffice. */
function texts(...columns: string[]): Record<string, AdoptedColumn> {
  return Object.fromEntries(columns.map((column) => [column, { stored: `t.${column}` }]))
}

/** An empty text is none. */
function isEmpty(column: string): string {
  return `r.${column} = ''`
}

const NO_WORDS = `'0', 'f', 'false', 'n', 'no', 'off'`

/** True is the default of both columns, so what cannot be read becomes that. */
function flag(column: string): AdoptedColumn {
  const isRight = `typeof(r.${column}) = 'integer' AND r.${column} IN (0, 1)`
  const to = `iif(lower(r.${column}) IN (${NO_WORDS}), 0, 1)`
  return { stored: `r.${column}`, rules: [{ kind: 'flag-replaced', when: `NOT (${isRight})`, to }] }
}

/** The seed's instants are UTC without saying so, with six digits of a second. */
function instant(column: string): AdoptedColumn {
  const name = `r.${column}`
  return {
    stored: `substr(${name}, 1, 19) || '.' || substr(substr(${name}, 21) || '000', 1, 3) || ' +00:00'`,
    rules: [{ kind: 'instant-cleared', when: `${name} IS NOT NULL AND NOT ${isInstant(name)}`, to: 'NULL' }],
    isShortened: `rtrim(substr(${name}, 24), '0') <> ''`,
  }
}

/** What is no such time comes out of `datetime` otherwise, or not at all. */
function isInstant(name: string): string {
  return `(typeof(${name}) = 'text' AND substr(${name}, 1, 19) IS datetime(substr(${name}, 1, 19))
    AND (length(${name}) = 19 OR (${name} GLOB '*.[0-9]*' AND substr(${name}, 21) NOT GLOB '*[^0-9]*' AND substr(${name}, 20, 1) = '.'))
    AND instr(${name}, char(0)) = 0)`
}

function dayOf(name: string): string {
  const isDay = `typeof(${name}) = 'text' AND ${name} IS date(${name})`
  // Compared as texts: a column of dates has numeric affinity.
  return `iif(substr(${name}, 1, 4) >= '1000' AND ((${isDay}) OR ${isInstant(name)}), substr(${name}, 1, 10), NULL)`
}

function hasTime(column: string): string {
  return `rtrim(substr(r.${column}, 12), '0:.') <> ''`
}

/** A day of the school in the stored form of an instant. */
function midnight(day: string): string {
  return `${day} || '${storedMidnight('')}'`
}

export function isKey(name: string): string {
  return `typeof(${name}) = 'integer' AND ${name} BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}`
}
