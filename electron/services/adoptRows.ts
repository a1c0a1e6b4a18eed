import { userTypeNameKeys } from '../contract/nameKeys'
import type { Language } from '../contract/languages'
import type { SideConnection } from '../database/scratch'
import { adoptTexts } from './adoptTexts'
import {
  adoptedTables,
  isKey,
  kindOf,
  lastDay,
  rawValue,
  rowsWithDays,
  type AdoptedTable,
} from './adoptTables'
import { storedMidnight } from './values'
import { words } from './words'

export interface AdoptRules {
  language: Language
  /** The school's day, `YYYY-MM-DD`. */
  today: string
  /** Throws when the adoption was told to stop. */
  stopIfCancelled: () => void
  progress: (phase: string, done: number, total: number) => void
}

/** Finds out what becomes of each row of the source, which is attached as `seed`, and of each value that breaks a rule.
 *  What is found stays in the scratch file; the tables that say how rows are written are the answer. */
export async function adoptRows(scratch: SideConnection, rules: AdoptRules): Promise<AdoptedTable[]> {
  const { language, today } = rules
  for (const statement of TABLES) await scratch.run(statement)
  const sizes = await sizesOf(scratch)
  let done = 0
  await adoptTexts(scratch, language, (rows) => {
    rules.stopIfCancelled()
    done += rows
    rules.progress('checking', Math.min(done, sizes), sizes)
  })
  const typeless = await addMissingTypes(scratch)
  const steps: (() => Promise<void>)[] = [
    () => renameDoubles(scratch, language),
    () => settleEmails(scratch),
    () => leaveOut(scratch),
    () => closeDoubles(scratch, today),
  ]
  for (const step of steps) {
    rules.stopIfCancelled()
    await step()
  }
  const tables = adoptedTables(today, typeless)
  for (const table of tables) await noteMends(scratch, table, rules.stopIfCancelled)
  await scratch.run('CREATE INDEX mends_record ON mends (entity, id)')
  return tables
}

/** SQL that tells whether a row is otherwise in the new file than in the source, so that history has to keep it. */
export function isAltered({ entity, key, columns }: AdoptedTable): string {
  const isMended = `EXISTS (SELECT 1 FROM mends m WHERE m.entity = '${entity}' AND m.id = r.${key})`
  return [isMended, ...shortenings(columns)].join(' OR ')
}

/** SQL that tells whether a time of a row loses digits, or a day its time. */
export function shortenings(columns: AdoptedTable['columns']): string[] {
  return Object.values(columns).flatMap(({ isShortened }) =>
    isShortened === undefined ? [] : [`ifnull(${isShortened}, 0)`],
  )
}

/** Of the user types `t` those that the source does not have. */
export const IS_ADDED_TYPE =
  'NOT EXISTS (SELECT 1 FROM seed.user_types s WHERE s.user_type_id = t.user_type_id)'

const TABLES = [
  'CREATE TABLE mends (entity TEXT, id INTEGER, column TEXT, kind TEXT, before TEXT, after TEXT)',
  'CREATE TABLE left_out (enrollment_id INTEGER PRIMARY KEY)',
  'CREATE TABLE closed_enrollments (enrollment_id INTEGER PRIMARY KEY, day TEXT)',
]

/** Rows of which the texts are looked at one by one. */
async function sizesOf(scratch: SideConnection): Promise<number> {
  const [row] = await scratch.query<{ count: number }>(
    'SELECT (SELECT count(*) FROM seed.user_types) + (SELECT count(*) FROM seed.users) + (SELECT count(*) FROM seed.courses) AS count',
  )
  return row?.count ?? 0
}

/** Names of user types are unique, and two may have become alike: all but the first get their number behind. */
async function renameDoubles(scratch: SideConnection, language: Language): Promise<void> {
  const isDouble = `EXISTS (SELECT 1 FROM adopted_user_types o WHERE o.name = t.name AND o.user_type_id < t.user_type_id)`
  const suffix = `' (' || t.user_type_id || ')'`
  await scratch.run('CREATE INDEX adopted_user_types_name ON adopted_user_types (name)')
  for (;;) {
    const [double] = await scratch.query(`SELECT 1 FROM adopted_user_types t WHERE ${isDouble} LIMIT 1`)
    if (!double) break
    await scratch.run(
      `CREATE TEMP TABLE renamed AS SELECT t.user_type_id, substr(t.name, 1, 50 - length(${suffix})) || ${suffix} AS name
        FROM adopted_user_types t WHERE ${isDouble}`,
    )
    const ids = 'SELECT user_type_id FROM temp.renamed'
    await scratch.run(`DELETE FROM mends WHERE entity = 'userTypes' AND id IN (${ids})`)
    await scratch.run(
      `INSERT INTO mends SELECT 'userTypes', n.user_type_id, 'name', 'name-doubled', substr(r.name, 1, 200), n.name
        FROM temp.renamed n LEFT JOIN seed.user_types r ON r.user_type_id = n.user_type_id`,
    )
    await scratch.run(
      `UPDATE adopted_user_types AS t SET name = n.name, name_sort = NULL FROM temp.renamed n
        WHERE n.user_type_id = t.user_type_id`,
    )
    await scratch.run('DROP TABLE temp.renamed')
  }
  await fillTypeKeys(scratch, language)
}

async function fillTypeKeys(scratch: SideConnection, language: Language): Promise<void> {
  for (;;) {
    const rows = await scratch.query<{ id: number; name: string }>(
      'SELECT user_type_id AS id, name FROM adopted_user_types WHERE name_sort IS NULL LIMIT 500',
    )
    if (rows.length === 0) return
    const filled = rows.map(({ id, name }) => ({ id, ...userTypeNameKeys(name, language) }))
    await scratch.run(
      `UPDATE adopted_user_types SET name_sort = value ->> 'nameSort', name_folded = value ->> 'nameFolded'
        FROM json_each(?) WHERE user_type_id = value ->> 'id'`,
      [JSON.stringify(filled)],
    )
  }
}

/** Of people with one e-mail the first keeps it. Who has none gets the mark of that, another for each. */
async function settleEmails(scratch: SideConnection): Promise<void> {
  await scratch.run('CREATE INDEX adopted_users_email ON adopted_users (email)')
  await scratch.run(
    `CREATE TEMP TABLE doubled AS SELECT t.user_id FROM adopted_users t WHERE t.email IS NOT NULL
      AND EXISTS (SELECT 1 FROM adopted_users o WHERE o.email = t.email AND o.user_id < t.user_id)`,
  )
  const ids = 'SELECT user_id FROM temp.doubled'
  await scratch.run(`DELETE FROM mends WHERE entity = 'users' AND column = 'email' AND id IN (${ids})`)
  await scratch.run(
    `INSERT INTO mends SELECT 'users', user_id, 'email', 'email-doubled', substr(email, 1, 200), NULL
      FROM seed.users WHERE user_id IN (${ids})`,
  )
  await scratch.run(`UPDATE adopted_users SET email = NULL WHERE user_id IN (${ids})`)
  await scratch.run('DROP TABLE temp.doubled')
  await scratch.run(`UPDATE adopted_users SET email = ${await freeMark(scratch)} WHERE email IS NULL`)
}

/** SQL of a mark for each person without an e-mail, the same ones for one source. An odd factor brings no two numbers
 *  below 2^32 to one; where a mark is taken by an e-mail of the source, all begin elsewhere. */
async function freeMark(scratch: SideConnection): Promise<string> {
  for (let start = 0; ; start++) {
    const mark = `printf('none-%08x@no-email.invalid', (${start} + user_id * 2654435761) & 4294967295)`
    const [taken] = await scratch.query(
      `SELECT 1 FROM adopted_users t WHERE email IS NULL AND EXISTS (SELECT 1 FROM adopted_users o WHERE o.email = ${mark.replace('user_id', 't.user_id')}) LIMIT 1`,
    )
    if (!taken) return mark
  }
}

/** An enrolment belongs to a person and a course. One without them is kept in history alone, with all its values. */
async function leaveOut(scratch: SideConnection): Promise<void> {
  await scratch.run(
    `INSERT INTO left_out SELECT r.enrollment_id FROM seed.enrollments r
      WHERE NOT EXISTS (SELECT 1 FROM seed.users u WHERE u.user_id = r.user_id)
        OR NOT EXISTS (SELECT 1 FROM seed.courses c WHERE c.course_id = r.course_id)`,
  )
  const values = ['enrolled_date', 'end_date', 'updated_at', 'associative_data', 'user_id', 'course_id']
  const row = `json_object(${values.map((column) => `'${column}', ${rawValue(column)}`).join(', ')})`
  await scratch.run(
    `INSERT INTO mends SELECT 'enrollments', r.enrollment_id, NULL, 'enrollment-left-out', ${row}, NULL
      FROM left_out o JOIN seed.enrollments r ON r.enrollment_id = o.enrollment_id`,
  )
}

/** Of the open enrolments of one person in one course the newest that has begun stays open, and where none has, the newest;
 *  what has no first day has begun. Each other one ended on the day on which that began, or on its own last day if that is
 *  earlier, but not before its own first. The third revision keeps the same one of a school's own. */
async function closeDoubles(scratch: SideConnection, today: string): Promise<void> {
  const open = `SELECT r.enrollment_id, r.user_id, r.course_id, ifnull(r.first_day, '') AS first_day, ${lastDay(today)} AS last_day
    FROM ${rowsWithDays('enrollments', 'enrolled_date', 'end_date')}
    WHERE (r.end_date IS NULL OR ${lastDay(today)} >= '${today}') AND r.enrollment_id NOT IN (SELECT enrollment_id FROM left_out)`
  await scratch.run(
    `INSERT INTO closed_enrollments
      SELECT enrollment_id, min(coalesce(nullif(max(first_day, newest_day), ''), '${today}'), coalesce(last_day, '9999')) FROM (
        SELECT enrollment_id, first_day, last_day, first_value(first_day) OVER w AS newest_day, row_number() OVER w AS place
        FROM (${open}) WINDOW w AS (PARTITION BY user_id, course_id
          ORDER BY first_day <= '${today}' DESC, first_day DESC, enrollment_id DESC)
      ) WHERE place > 1`,
  )
}

/** People whose user type is not there keep its number: a type of that number is made. Answers the number of one for those
 *  whose own is no number at all. */
async function addMissingTypes(scratch: SideConnection): Promise<number> {
  const isNumber = isKey('r.user_type_id')
  const add = (ids: string) =>
    scratch.run(
      `INSERT INTO adopted_user_types (user_type_id, name)
        SELECT id, replace(?, '{id}', id) FROM (SELECT DISTINCT ${ids} AS id FROM seed.users r)
        WHERE id IS NOT NULL AND id NOT IN (SELECT user_type_id FROM adopted_user_types)`,
      [words('adopt.missingType', { id: '{id}' })],
    )
  await add(`iif(${isNumber}, r.user_type_id, NULL)`)
  const [last] = await scratch.query<{ id: number | null }>(
    'SELECT max(user_type_id) AS id FROM adopted_user_types',
  )
  const typeless = (last?.id ?? 0) + 1
  await add(`iif(${isNumber}, NULL, ${typeless})`)
  await scratch.run(
    `INSERT INTO mends SELECT 'userTypes', t.user_type_id, 'name', 'type-missing', NULL, t.name
      FROM adopted_user_types t WHERE ${IS_ADDED_TYPE}`,
  )
  return typeless
}

async function noteMends(scratch: SideConnection, table: AdoptedTable, stopIfCancelled: () => void) {
  const { entity, key, from, where, columns } = table
  for (const [column, { rules = [] }] of Object.entries(columns)) {
    if (rules.length === 0) continue
    stopIfCancelled()
    const after = `CASE ${rules.map(({ when, to }) => `WHEN ${when} THEN ${to}`).join(' ')} END`
    await scratch.run(
      `INSERT INTO mends SELECT '${entity}', id, '${column}', kind, substr(CAST(before AS TEXT), 1, 200), replace(after, '${storedMidnight('')}', '') FROM (
        SELECT r.${key} AS id, ${kindOf(rules)} AS kind, ${rawValue(column)} AS before, ${after} AS after FROM ${from} WHERE ${where}
      ) WHERE kind IS NOT NULL`,
    )
  }
}
