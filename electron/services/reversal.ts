import type { EntityName } from '../contract'
import { AppError } from '../contract/errors'
import { BACK_TO_MOMENT } from '../contract/history'
import type { Language } from '../contract/languages'
import { databaseFailure } from '../database/failures'
import type { Database } from '../database/open'
import { mendNameKeys } from './nameKeyColumns'
import { columnsOf, ENTITIES, isDerived, nameOf, RECORD_TABLES, REFERENCES, rowAsJson } from './records'
import { type Span, Standing } from './standing'
import { UNIQUE_VALUES } from './uniqueValues'

/** SQL of a query that gives each record that became different after change set `$1`, as it was then and as it is now. */
export const NET_AFTER = `SELECT former.entity, former.record_id, former.before, latter.after
  FROM (SELECT min(change_id) AS first, max(change_id) AS last FROM changes WHERE change_set_id > $1 GROUP BY entity, record_id) net
  JOIN changes former ON former.change_id = net.first JOIN changes latter ON latter.change_id = net.last
  WHERE former.before IS NOT latter.after`

/** Brings what a span changed into `temp.reversal`: a row for each record that it left different, with what it was before. */
export async function gatherReversal(database: Database, span: Span): Promise<void> {
  await database.run(
    `CREATE TEMP TABLE IF NOT EXISTS reversal (entity TEXT, record_id INTEGER, before TEXT, after TEXT,
      PRIMARY KEY (entity, record_id)) WITHOUT ROWID`,
  )
  await database.run('DELETE FROM temp.reversal')
  const [changes, id] =
    'only' in span
      ? [
          'SELECT entity, record_id, before, after FROM changes WHERE change_set_id = $1 AND before IS NOT after',
          span.only,
        ]
      : [NET_AFTER, span.after]
  await database.run(`INSERT INTO temp.reversal ${changes}`, [id])
}

/** Puts every record of `temp.reversal` back to what it was before the span, ids and times included. Answers the entities
 *  that it touched. Refused, by the name of the record, where a later change stands on one. */
export async function applyReversal(
  database: Database,
  language: Language,
  span: Span,
): Promise<EntityName[]> {
  const touched = await database.query<{ entity: EntityName }>('SELECT DISTINCT entity FROM temp.reversal')
  const entities = ENTITIES.filter((name) => touched.some(({ entity }) => entity === name))
  const first = firstOf(span)
  for (const entity of entities) await requireUntouched(database, entity, first)
  try {
    // In between, records may belong to one that is gone already, or not back yet; but no two may be in one place.
    await database.run('PRAGMA defer_foreign_keys=ON')
    for (const entity of entities) await takeAway(database, entity, span)
    // Of all, before any is changed: a course that is a class again holds its enrolments to what is unique.
    for (const entity of entities) await makeWay(database, entity)
    for (const entity of entities) await changeBack(database, entity)
    for (const entity of entities) await putBack(database, entity)
    await requireParents(database, first)
    // Those of the span may be of an earlier version of the algorithms.
    await mendNameKeys(database, language, (entity) => idsOf(entity, 'before IS NOT NULL'))
    // Of a table that has had no row; SQLite notes a 0 for one into which it has inserted nothing.
    await database.run('DELETE FROM sqlite_sequence WHERE seq = 0')
  } catch (error) {
    throw refusal(error, first)
  }
  return entities
}

/** The first set that may be in a span. */
const firstOf = (span: Span) => ('only' in span ? span.only : span.after + 1)

const ADDED = 'before IS NULL'
const CHANGED = 'before IS NOT NULL AND after IS NOT NULL'
const REMOVED = 'after IS NULL'

/** SQL of a query that gives the records of an entity, of which `is` holds. */
const idsOf = (entity: EntityName, is: string) =>
  `SELECT record_id FROM temp.reversal WHERE entity = '${entity}' AND ${is}`

/** Every record must still be as the span left it. */
async function requireUntouched(database: Database, entity: EntityName, first: number): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const columns = columnsOf(database, entity)
  const content = columns.filter((column) => !isDerived(column))
  const left = content.map((column) => `json_extract(c.after, '$[${columns.indexOf(column)}]')`)
  const changed = await database.queryOne<{ id: number }>(
    `SELECT c.record_id AS id FROM temp.reversal c LEFT JOIN ${table} r ON r.${key} = c.record_id
      WHERE c.entity = $1 AND iif(r.${key} IS NULL, NULL, ${rowAsJson(content, 'r')})
          IS NOT iif(c.after IS NULL, NULL, json_array(${left.join(', ')})) LIMIT 1`,
    [entity],
  )
  if (!changed) return
  const name = await nameOf(database, entity, changed.id)
  const later = await database.queryOne<{ id: number | null }>(
    'SELECT max(change_set_id) AS id FROM changes WHERE entity = $1 AND record_id = $2 AND change_set_id > $3',
    [entity, changed.id, first],
  )
  // Another program may have written past history.
  if (!later?.id) throw new AppError('conflict', { reason: 'altered-elsewhere', name })
  throw new AppError('conflict', { reason: 'later-change', name, later: later.id, id: first })
}

async function takeAway(database: Database, entity: EntityName, span: Span): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const added = idsOf(entity, ADDED)
  const range = await database.queryOne<{ low: number | null; high: number | null }>(
    `SELECT min(record_id) AS low, max(record_id) AS high FROM (${added})`,
  )
  if (range?.low == null) return
  await database.run(`DELETE FROM ${table} WHERE ${key} IN (${added})`)
  // The numbers that were drawn last are free again, so that the file is as if the span had never been.
  const former = Math.max(range.low - 1, await lastFormerId(database, entity, span))
  await database.run('UPDATE sqlite_sequence SET seq = $3 WHERE name = $1 AND seq = $2', [
    table,
    range.high,
    former,
  ])
}

/** Records that are looked at together for the highest number. */
const NUMBERS = 200

/** The highest number of a record that history knows from before a span, if by now only as deleted; 0 for none. */
async function lastFormerId(database: Database, entity: EntityName, span: Span): Promise<number> {
  const standing = await Standing.readWithout(database, span)
  for (let below = Number.MAX_SAFE_INTEGER; ;) {
    const known = await database.query<{ id: number; changeSetId: number }>(
      `SELECT c.record_id AS id, c.change_set_id AS changeSetId FROM changes c CROSS JOIN change_sets s ON s.change_set_id = c.change_set_id
        WHERE c.entity = $1 AND c.change_set_id < $2 AND c.record_id < $3
          AND s.undoes IS NULL AND s.command <> '${BACK_TO_MOMENT}'
        ORDER BY c.record_id DESC LIMIT ${NUMBERS}`,
      [entity, firstOf(span), below],
    )
    const former = known.find(({ changeSetId }) => standing.takenBackBy(changeSetId) === null)
    const last = known.at(-1)
    if (former || !last) return former?.id ?? 0
    below = last.id
  }
}

async function changeBack(database: Database, entity: EntityName): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const { columns, values } = formerValues(database, entity)
  const different = await differentColumns(database, entity)
  if (different.length === 0) return
  // Who was in another course has given up their place.
  if (entity === 'enrollments' && !different.includes('status')) different.push('status')
  const changed = `FROM temp.reversal c WHERE c.entity = $1 AND c.record_id = ${table}.${key} AND ${CHANGED}`
  const assignments = different.map((column) => `${column} = ${values[columns.indexOf(column)]}`)
  await database.run(`UPDATE ${table} SET ${assignments.join(', ')} ${changed}`, [entity])
  // Once more by itself: within one millisecond the former time equals the later one, and the trigger that keeps
  // `updated_at` takes that for a write that forgot it.
  const updatedAt = values[columns.indexOf('updated_at')]
  await database.run(
    `UPDATE ${table} SET updated_at = ${updatedAt} ${changed} AND ${table}.updated_at IS NOT ${updatedAt}`,
    [entity],
  )
}

/** The columns that differ in any of the records that were changed. For each that is set SQLite writes its indexes anew, and
 *  the search index, though its value stays. */
async function differentColumns(database: Database, entity: EntityName): Promise<string[]> {
  const columns = columnsOf(database, entity)
  const differs = columns.map(
    (_, index) =>
      `max(json_extract(before, '$[${index}]') IS NOT json_extract(after, '$[${index}]')) AS column${index}`,
  )
  const found = await database.queryOne<Record<string, number | null>>(
    `SELECT ${differs.join(', ')} FROM temp.reversal WHERE entity = $1 AND ${CHANGED}`,
    [entity],
  )
  return columns.filter((_, index) => found?.[`column${index}`])
}

/** Takes from records what others are about to get back. */
async function makeWay(database: Database, entity: EntityName): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const columns = columnsOf(database, entity)
  const valueOf = (side: 'before' | 'after', column: string) =>
    `json_extract(c.${side}, '$[${columns.indexOf(column)}]')`
  const changed = `c.entity = '${entity}' AND ${CHANGED}`
  // Without the plus, SQLite would go through all the ids for each record that it looks up by its value.
  const steps = Object.entries(UNIQUE_VALUES[entity]).map(([column, free]) => ({
    set: `${column} = ${free}`,
    ids: `SELECT o.${key} FROM temp.reversal c CROSS JOIN ${table} o ON o.${column} = ${valueOf('before', column)} AND o.${key} <> c.record_id
      WHERE ${changed} AND +o.${key} IN (${idsOf(entity, CHANGED)})`,
  }))
  const differs = (column: string) => `${valueOf('before', column)} <> ${valueOf('after', column)}`
  if (entity === 'enrollments')
    steps.push({
      set: `status = 'completed'`,
      ids: `SELECT c.record_id FROM temp.reversal c WHERE ${changed} AND ${valueOf('after', 'status')} = 'enrolled'
        AND (${['status', 'user_id', 'course_id'].map(differs).join(' OR ')})`,
    })
  if (entity === 'courses')
    steps.push({
      set: `class_type = 'scheduled'`,
      ids: `SELECT c.record_id FROM temp.reversal c
        WHERE ${changed} AND ${valueOf('after', 'class_type')} = 'homeroom' AND ${differs('class_type')}`,
    })
  for (const { set, ids } of steps) await database.run(`UPDATE ${table} SET ${set} WHERE ${key} IN (${ids})`)
}

async function putBack(database: Database, entity: EntityName): Promise<void> {
  const { columns, values } = formerValues(database, entity)
  await database.run(
    `INSERT INTO ${RECORD_TABLES[entity].table} (${columns.join(', ')})
      SELECT ${values.join(', ')} FROM temp.reversal c WHERE c.entity = $1 AND ${REMOVED}`,
    [entity],
  )
}

/** The columns of an entity, and SQL for what each held before. */
function formerValues(database: Database, entity: EntityName) {
  const columns = columnsOf(database, entity)
  return { columns, values: columns.map((_, index) => `json_extract(c.before, '$[${index}]')`) }
}

/** Nothing later may belong to what was taken away, and what is back must find what it belongs to. */
async function requireParents(database: Database, first: number): Promise<void> {
  for (const { entity, column, parent } of REFERENCES) {
    const { table, key } = RECORD_TABLES[entity]
    const parents = RECORD_TABLES[parent]
    const isOrphan = `NOT EXISTS (SELECT 1 FROM ${parents.table} p WHERE p.${parents.key} = r.${column})`
    const orphan = await database.queryOne(
      `SELECT 1 FROM ${table} r WHERE r.${column} IN (${idsOf(parent, 'true')}) AND ${isOrphan}
        UNION ALL SELECT 1 FROM ${table} r WHERE r.${key} IN (${idsOf(entity, 'true')}) AND ${isOrphan} LIMIT 1`,
    )
    if (orphan) throw new AppError('conflict', { reason: 'undo-belongs', id: first })
  }
}

/** What the database refuses here is that something else stands in the place of a record. */
function refusal(error: unknown, first: number): unknown {
  if (databaseFailure(error)?.kind !== 'unique') return error
  return new AppError('conflict', { reason: 'undo-taken', id: first })
}
