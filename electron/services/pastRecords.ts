import type { EntityName } from '../contract'
import { ORIGINS } from '../contract/history'
import type { Database } from '../database/open'
import { IS_LET_GO } from './changeSets'
import { columnsOf, ENTITIES, RECORD_TABLES, rowAsJson } from './records'
import { applyReversal, gatherReversal } from './reversal'
import { readSchool } from './schoolRecord'
import { storedMidnight, storedStartOf } from './values'

/** Puts all records of a file back to what they were at the end of a day, and forgets the history since then. For a copy
 *  that nobody keeps: history does not note it. `step` is called before each part of the work. */
export async function goBackTo(database: Database, day: string, step: () => void): Promise<void> {
  const span = { after: await lastSetOf(database, day) }
  const { language } = await readSchool(database)
  await database.write(async () => {
    step()
    await gatherReversal(database, span)
    await asInThisSchema(database, span.after)
    step()
    await asTheRecordsAre(database)
    step()
    await applyReversal(database, language, span)
    step()
    await statusesOf(database, day)
    step()
    await database.run('DELETE FROM changes WHERE change_set_id > $1', [span.after])
    await database.run('DELETE FROM change_sets WHERE change_set_id > $1', [span.after])
    await database.run('DELETE FROM temp.reversal')
  })
}

/** How often `goBackTo` calls its `step`. */
export const STEPS_BACK = 5

/** SQL of the change sets behind which nobody can go back: the last that brought all records in, and the last that has let its
 *  values go. `$1` is the commands of the first kind. */
export const ENDS_OF_THE_KNOWN = `SELECT * FROM (SELECT s.change_set_id AS id, s.created_at AS at FROM change_sets s
    WHERE s.command IN (SELECT value FROM json_each($1)) ORDER BY s.change_set_id DESC LIMIT 1)
  UNION ALL SELECT * FROM (SELECT s.change_set_id, s.created_at FROM change_sets s
    WHERE s.change_count > 0 AND ${IS_LET_GO} ORDER BY s.change_set_id DESC LIMIT 1)`

/** The last change set of a day by this computer's clock; 0 where there is none. A clock is wrong now and then, and history
 *  is in the order of writing: the cut is where the fewest sets are on the wrong side of the day's end, but for those that
 *  nobody can take back. */
async function lastSetOf(database: Database, day: string): Promise<number> {
  const row = await database.queryOne<{ id: number; surplus: number }>(
    `SELECT change_set_id AS id, sum(iif(created_at < $1, 1, -1)) OVER (ORDER BY change_set_id) AS surplus
      FROM change_sets ORDER BY surplus DESC, change_set_id DESC LIMIT 1`,
    [storedStartOf(day, 1)],
  )
  const end = await database.queryOne<{ id: number | null }>(
    `SELECT max(id) AS id FROM (${ENDS_OF_THE_KNOWN})`,
    [JSON.stringify(ORIGINS)],
  )
  return Math.max(row && row.surplus >= 0 ? row.id : 0, end?.id ?? 0)
}

/** Rewrites what earlier revisions noted to the columns of today. What a revision had no column for is what the column was
 *  when it came: what the first change to list it knew before, else what it is today, else what new records have. */
async function asInThisSchema(database: Database, after: number): Promise<void> {
  const present = Object.fromEntries(ENTITIES.map((entity) => [entity, columnsOf(database, entity)]))
  await database.run(
    `CREATE TEMP TABLE outdated AS SELECT c.entity, c.record_id, s.columns -> c.entity AS layout
      FROM (SELECT min(change_id) AS first FROM changes WHERE change_set_id > $1 GROUP BY entity, record_id) net
      JOIN changes c ON c.change_id = net.first JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.before IS NOT NULL AND layout <> json($2) -> c.entity`,
    [after, JSON.stringify(present)],
  )
  const layouts = await database.query<{ entity: EntityName; layout: string }>(
    'SELECT DISTINCT entity, layout FROM temp.outdated',
  )
  for (const { entity, layout } of layouts) {
    const known = JSON.parse(layout) as string[]
    const standard = await defaultsOf(database, entity)
    const values = columnsOf(database, entity).map((column) =>
      known.includes(column)
        ? `json_extract(before, '$[${known.indexOf(column)}]')`
        : firstKnown(entity, column, standard.get(column) ?? 'NULL'),
    )
    await database.run(
      `UPDATE temp.reversal SET before = json_array(${values.join(', ')}) WHERE entity = $2
        AND $1 IS NOT NULL AND record_id IN (SELECT record_id FROM temp.outdated WHERE entity = $2 AND layout = $3)`,
      [after, entity, layout],
    )
  }
  await database.run('DROP TABLE temp.outdated')
}

/** SQL of what a column held when it came, of the record of `temp.reversal`; `$1` is the change set of the moment. */
function firstKnown(entity: EntityName, column: string, standard: string): string {
  const { table, key } = RECORD_TABLES[entity]
  return `(SELECT value FROM (
      SELECT 1 AS place, c.change_id AS number, json_extract(c.before, '$[' || l.key || ']') AS value
        FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
        JOIN json_each(s.columns, '$.${entity}') l ON l.value = '${column}'
        WHERE c.entity = '${entity}' AND c.record_id = reversal.record_id AND c.change_set_id > $1 AND c.before IS NOT NULL
      UNION ALL SELECT 2, 0, ${column} FROM ${table} WHERE ${key} = reversal.record_id
      UNION ALL SELECT 3, 0, ${standard}) ORDER BY place, number LIMIT 1)`
}

/** SQL of what each column of a table has where nothing is said. */
async function defaultsOf(database: Database, entity: EntityName): Promise<Map<string, string>> {
  const rows = await database.query<{ name: string; standard: string | null }>(
    'SELECT name, dflt_value AS standard FROM pragma_table_info($1)',
    [RECORD_TABLES[entity].table],
  )
  return new Map(rows.map(({ name, standard }) => [name, standard ?? 'NULL']))
}

/** What another program did to a record stands in no history. It is put back all the same. */
async function asTheRecordsAre(database: Database): Promise<void> {
  for (const entity of ENTITIES) {
    const { table, key } = RECORD_TABLES[entity]
    const row = rowAsJson(columnsOf(database, entity), 'r')
    await database.run(
      `UPDATE temp.reversal SET after = (SELECT ${row} FROM ${table} r WHERE r.${key} = reversal.record_id) WHERE entity = $1`,
      [entity],
    )
  }
  await database.run('DELETE FROM temp.reversal WHERE before IS after')
}

/** Enrolments are ended at the first start after their last day, and no start may have come before the end of this one. On a
 *  day before there was a status, the last day alone told: a person was in a course until it, by the newest that had begun. */
async function statusesOf(database: Database, day: string): Promise<void> {
  const ended = `end_date < '${storedMidnight(day)}'`
  await setStatus(database, 'completed', `status = 'enrolled' AND ${ended}`)
  if (await hadStatuses(database, day)) return
  await database.run(
    `CREATE TEMP TABLE open_then AS SELECT enrollment_id, row_number() OVER (PARTITION BY user_id, course_id
        ORDER BY coalesce(enrolled_date, '') <= '${storedMidnight(day)}' DESC, coalesce(enrolled_date, '') DESC, enrollment_id DESC) AS place
      FROM enrollments WHERE NOT coalesce(${ended}, false)`,
  )
  const isOpen = 'enrollment_id IN (SELECT enrollment_id FROM temp.open_then WHERE place = 1)'
  await setStatus(database, 'completed', `status <> 'completed' AND NOT ${isOpen}`)
  await setStatus(database, 'enrolled', `status <> 'enrolled' AND ${isOpen}`)
  await database.run('DROP TABLE temp.open_then')
}

/** The revision that brought `enrollments.status`. */
const STATUSES = '20261123T0132-add-states-classes-birth-dates-external-ids-own-fields'

async function hadStatuses(database: Database, day: string): Promise<boolean> {
  const row = await database.queryOne<{ at: string }>(
    'SELECT applied_at AS at FROM revisions WHERE name = $1',
    [STATUSES],
  )
  return row !== null && row.at.replace('T', ' ').replace('Z', ' +00:00') < storedStartOf(day, 1)
}

/** The time of the last change stays: nobody changed anything. */
async function setStatus(database: Database, status: string, where: string): Promise<void> {
  await database.run(
    `CREATE TEMP TABLE restated AS SELECT enrollment_id, updated_at FROM enrollments WHERE ${where}`,
  )
  await database.run(
    'UPDATE enrollments SET status = $1 WHERE enrollment_id IN (SELECT enrollment_id FROM temp.restated)',
    [status],
  )
  await database.run(
    'UPDATE enrollments SET updated_at = r.updated_at FROM temp.restated r WHERE r.enrollment_id = enrollments.enrollment_id',
  )
  await database.run('DROP TABLE temp.restated')
}
