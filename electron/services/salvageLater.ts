import { modelSchema } from '../database/modelSchema'
import type { SideConnection } from '../database/scratch'
import { storedMidnight } from './values'

/** The tables of which later revisions have more columns. */
const TABLES = ['user_types', 'users', 'courses', 'enrollments']

/** Gives rows that were read of a file of an earlier version the values that upgrading it would have given them. `today` is a
 *  day. */
export async function fillLaterColumns(side: SideConnection, today: string): Promise<void> {
  for (const table of TABLES) {
    for (const [column, { defaultValue, isNullable }] of Object.entries(
      modelSchema().tables[table]?.columns ?? {},
    ))
      if (!isNullable && defaultValue !== undefined && column !== 'status')
        await side.run(`UPDATE ${table} SET ${column} = ${defaultValue} WHERE ${column} IS NULL`)
  }
  await side.run(
    `UPDATE enrollments SET status = iif(end_date < ?, 'completed', 'enrolled') WHERE status IS NULL`,
    [today],
  )
  await closeDoubles(side, today)
}

/** Of the open enrolments of one person in one course the third revision keeps the newest that has begun, and where none has,
 *  the newest; each other one ends on the day on which that began, or on its own last day if that is earlier. */
async function closeDoubles(side: SideConnection, today: string): Promise<void> {
  const midnight = storedMidnight(today)
  await side.run(
    `UPDATE enrollments SET status = 'completed', end_date = min(coalesce(nullif(d.end_date, ''), ?), coalesce(enrollments.end_date, '9999'))
      FROM (SELECT enrollment_id, max(first_day, newest_day) AS end_date FROM (
        SELECT enrollment_id, first_day, first_value(first_day) OVER w AS newest_day, row_number() OVER w AS place
          FROM (SELECT *, coalesce(enrolled_date, '') AS first_day FROM enrollments WHERE status = 'enrolled')
          WINDOW w AS (PARTITION BY user_id, course_id ORDER BY first_day <= ? DESC, first_day DESC, enrollment_id DESC))
        WHERE place > 1) d
      WHERE d.enrollment_id = enrollments.enrollment_id`,
    [midnight, midnight],
  )
}
