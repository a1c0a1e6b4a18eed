import type { EntityName } from '../contract'
import { AppError } from '../contract/errors'
import { databaseFailure } from '../database/failures'
import type { Database } from '../database/open'
import type { CommandContext } from './context'
import { mendNameKeys } from './nameKeyColumns'
import { columnsOf, ENTITIES, isDerived, nameOf, RECORD_TABLES, REFERENCES, rowAsJson } from './records'
import { UNIQUE_VALUES } from './uniqueValues'

/** Puts every record that a change set touched back to what it was before, ids and times included, and notes that in the
 *  change set of the command under way. Refused, by the name of the record, where a later change stands on one. */
export async function undoChangeSet(
  context: CommandContext,
  changeSetId: number,
  schemaVersion: number,
): Promise<void> {
  const { database, changes } = context
  const current = await database.queryOne<{ version: number }>(
    'SELECT user_version AS version FROM pragma_user_version',
  )
  if (current?.version !== schemaVersion)
    throw new AppError('conflict', { reason: 'older-schema', id: changeSetId })
  const touched = await database.query<{ entity: EntityName }>(
    'SELECT DISTINCT entity FROM changes WHERE change_set_id = $1',
    [changeSetId],
  )
  const entities = ENTITIES.filter((name) => touched.some(({ entity }) => entity === name))
  for (const entity of entities) await requireUntouched(database, entity, changeSetId)
  try {
    // In between, records may belong to one that is gone already, or not back yet; but no two may be in one place.
    await database.run('PRAGMA defer_foreign_keys=ON')
    for (const entity of entities) await takeAway(database, entity, changeSetId)
    for (const entity of entities) await changeBack(database, entity, changeSetId)
    for (const entity of entities) await putBack(database, entity, changeSetId)
    await requireParents(database, changeSetId)
    // Those of the set may be of an earlier version of the algorithms.
    await mendNameKeys(database, context.language, changeSetId)
    // Of a table that has had no row; SQLite notes a 0 for one into which it has inserted nothing.
    await database.run('DELETE FROM sqlite_sequence WHERE seq = 0')
  } catch (error) {
    throw refusal(error, changeSetId)
  }
  await changes.recordUndone(changeSetId, entities)
}

/** Every record must still be as the set left it. */
async function requireUntouched(database: Database, entity: EntityName, changeSetId: number): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const columns = columnsOf(database, entity)
  const content = columns.filter((column) => !isDerived(column))
  const left = content.map((column) => `json_extract(c.after, '$[${columns.indexOf(column)}]')`)
  const changed = await database.queryOne<{ id: number; later: number | null }>(
    `SELECT c.record_id AS id, (SELECT max(n.change_set_id) FROM changes n WHERE n.entity = c.entity
        AND n.record_id = c.record_id AND n.change_set_id > c.change_set_id) AS later
      FROM changes c LEFT JOIN ${table} r ON r.${key} = c.record_id
      WHERE c.change_set_id = $1 AND c.entity = $2 AND iif(r.${key} IS NULL, NULL, ${rowAsJson(content, 'r')})
          IS NOT iif(c.after IS NULL, NULL, json_array(${left.join(', ')})) LIMIT 1`,
    [changeSetId, entity],
  )
  if (!changed) return
  const name = await nameOf(database, entity, changed.id)
  throw new AppError('conflict', { reason: 'later-change', name, later: changed.later ?? 0, id: changeSetId })
}

async function takeAway(database: Database, entity: EntityName, changeSetId: number): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const inserted = `FROM changes WHERE change_set_id = $1 AND entity = $2 AND before IS NULL AND after IS NOT NULL`
  const range = await database.queryOne<{ first: number | null; last: number | null }>(
    `SELECT min(record_id) AS first, max(record_id) AS last ${inserted}`,
    [changeSetId, entity],
  )
  if (range?.first == null) return
  await database.run(`DELETE FROM ${table} WHERE ${key} IN (SELECT record_id ${inserted})`, [
    changeSetId,
    entity,
  ])
  // The numbers that the set had drawn last are free again, so that the file is as if it had never been.
  const former = Math.max(range.first - 1, await lastFormerId(database, entity, changeSetId))
  await database.run('UPDATE sqlite_sequence SET seq = $3 WHERE name = $1 AND seq = $2', [
    table,
    range.last,
    former,
  ])
}

/** The highest number of a record that history knows from before a set, if by now only as deleted; 0 for none. */
async function lastFormerId(database: Database, entity: EntityName, changeSetId: number): Promise<number> {
  const row = await database.queryOne<{ id: number }>(
    `SELECT c.record_id AS id FROM changes c CROSS JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.entity = $1 AND c.change_set_id < $2 AND (s.undoes IS NULL OR c.after IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM change_sets u WHERE u.undoes = s.change_set_id)
      ORDER BY c.record_id DESC LIMIT 1`,
    [entity, changeSetId],
  )
  return row?.id ?? 0
}

async function changeBack(database: Database, entity: EntityName, changeSetId: number): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const { columns, values } = formerValues(database, entity)
  const changed = `FROM changes c WHERE c.change_set_id = $1 AND c.entity = $2 AND c.record_id = ${table}.${key}
    AND c.before IS NOT NULL AND c.after IS NOT NULL`
  await makeWay(database, entity, changeSetId)
  const assignments = columns.map((column, index) => `${column} = ${values[index]}`)
  await database.run(`UPDATE ${table} SET ${assignments.join(', ')} ${changed}`, [changeSetId, entity])
  // Once more by itself: within one millisecond the former time equals the later one, and the trigger that keeps
  // `updated_at` takes that for a write that forgot it.
  const updatedAt = columns.indexOf('updated_at')
  await database.run(`UPDATE ${table} SET updated_at = ${values[updatedAt]} ${changed}`, [
    changeSetId,
    entity,
  ])
}

/** Takes from records of the set what others of it are about to get back. */
async function makeWay(database: Database, entity: EntityName, changeSetId: number): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const columns = columnsOf(database, entity)
  const changed = (alias: string) =>
    `${alias}.change_set_id = $1 AND ${alias}.entity = $2 AND ${alias}.before IS NOT NULL AND ${alias}.after IS NOT NULL`
  const valueOf = (side: 'before' | 'after', column: string) =>
    `json_extract(c.${side}, '$[${columns.indexOf(column)}]')`
  const steps = Object.entries(UNIQUE_VALUES[entity]).map(([column, free]) => ({
    set: `${column} = ${free}`,
    ids: `SELECT o.${key} FROM changes c CROSS JOIN ${table} o ON o.${column} = ${valueOf('before', column)} AND o.${key} <> c.record_id
      WHERE ${changed('c')} AND EXISTS (SELECT 1 FROM changes n WHERE n.record_id = o.${key} AND ${changed('n')})`,
  }))
  if (entity === 'enrollments')
    steps.push({
      set: `status = 'completed'`,
      ids: `SELECT c.record_id FROM changes c
        WHERE ${changed('c')} AND ${valueOf('before', 'status')} <> 'enrolled' AND ${valueOf('after', 'status')} = 'enrolled'`,
    })
  for (const { set, ids } of steps)
    await database.run(`UPDATE ${table} SET ${set} WHERE ${key} IN (${ids})`, [changeSetId, entity])
}

async function putBack(database: Database, entity: EntityName, changeSetId: number): Promise<void> {
  const { columns, values } = formerValues(database, entity)
  await database.run(
    `INSERT INTO ${RECORD_TABLES[entity].table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM changes c
      WHERE c.change_set_id = $1 AND c.entity = $2 AND c.before IS NOT NULL AND c.after IS NULL`,
    [changeSetId, entity],
  )
}

/** The columns of an entity, and SQL for what each held before change `c`. */
function formerValues(database: Database, entity: EntityName) {
  const columns = columnsOf(database, entity)
  return { columns, values: columns.map((_, index) => `json_extract(c.before, '$[${index}]')`) }
}

/** Nothing later may belong to what was taken away, and what is back must find what it belongs to. */
async function requireParents(database: Database, changeSetId: number): Promise<void> {
  const touched = (entity: EntityName) =>
    `SELECT record_id FROM changes WHERE change_set_id = ${changeSetId} AND entity = '${entity}'`
  for (const { entity, column, parent } of REFERENCES) {
    const { table, key } = RECORD_TABLES[entity]
    const parents = RECORD_TABLES[parent]
    const isOrphan = `NOT EXISTS (SELECT 1 FROM ${parents.table} p WHERE p.${parents.key} = r.${column})`
    const orphan = await database.queryOne(
      `SELECT 1 FROM ${table} r WHERE r.${column} IN (${touched(parent)}) AND ${isOrphan}
        UNION ALL SELECT 1 FROM ${table} r WHERE r.${key} IN (${touched(entity)}) AND ${isOrphan} LIMIT 1`,
    )
    if (orphan) throw new AppError('conflict', { reason: 'undo-belongs', id: changeSetId })
  }
}

/** What the database refuses here is that something else stands in the place of a record. */
function refusal(error: unknown, changeSetId: number): unknown {
  if (databaseFailure(error)?.kind !== 'unique') return error
  return new AppError('conflict', { reason: 'undo-taken', id: changeSetId })
}
