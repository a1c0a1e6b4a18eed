import { IMPORT_ENTITIES } from '../contract/imports'
import type { SideConnection } from '../database/scratch'
import { RECORD_TABLES } from './records'
import { damageOnly } from './salvageDamage'
import { LAST_KEY } from './salvageReading'

/** The entities whose records are salvaged, with their tables. */
export const ENTITY_TABLES = IMPORT_ENTITIES.map((entity) => ({ entity, table: RECORD_TABLES[entity].table }))
const ENTITY_NAMES = IMPORT_ENTITIES.map((entity) => `'${entity}'`).join(', ')

/** The number of the last change set, by what SQLite keeps of it in the attached `damaged`; null where that is lost. */
export async function lastChangeSet(side: SideConnection): Promise<number | null> {
  const [sequence] = await side
    .query<{ last: number }>(`SELECT seq AS last FROM damaged.sqlite_sequence WHERE name = 'change_sets'`)
    .catch(damageOnly<{ last: number }>)
  return sequence?.last ?? null
}

/** Whether history has every change that it says it has. A damaged byte may hide rows, and yet nothing fails to be read. */
export async function hasAllChanges(side: SideConnection, last: number | null): Promise<boolean> {
  const [told] = await side.query<{ last: number | null; count: number }>(
    'SELECT max(change_set_id) AS last, count(*) AS count FROM change_sets',
  )
  if (told?.last !== told?.count || told?.last !== last) return false
  const [odd] = await side.query(
    `SELECT 1 FROM changes WHERE entity NOT IN (${ENTITY_NAMES}, 'school') OR typeof(record_id) <> 'integer'
      OR coalesce(before, after) IS NULL LIMIT 1`,
  )
  if (odd) return false
  const [unlike] = await side.query(
    `SELECT 1 FROM change_sets s FULL JOIN (SELECT change_set_id, count(*) AS count FROM changes GROUP BY change_set_id) c
        ON c.change_set_id = s.change_set_id
      WHERE coalesce(c.count, 0) IS NOT s.change_count LIMIT 1`,
  )
  return unlike === undefined
}

/** What history says of each record last, and that it was there: that may be told where its values are not. */
export async function noteHistory(side: SideConnection): Promise<void> {
  for (const table of ['last_changes', 'last_values']) await side.run(`DROP TABLE IF EXISTS ${table}`)
  await side.run(
    `CREATE TABLE last_changes AS SELECT entity, record_id, before, after, change_set_id, max(change_id) AS change_id
      FROM changes WHERE entity IN (${ENTITY_NAMES}) GROUP BY entity, record_id`,
  )
  await side.run(
    `CREATE TABLE last_values AS SELECT * FROM (
      SELECT c.entity, c.record_id, c.after, s.columns -> ('$."' || c.entity || '"') AS columns
        FROM last_changes c JOIN change_sets s USING (change_set_id)
        WHERE json_valid(s.columns) AND (c.after IS NULL OR json_valid(c.after)))
      WHERE json_type(columns) = 'array'`,
  )
  await side.run('CREATE UNIQUE INDEX last_values_record ON last_values (entity, record_id)')
  for (const { entity, table } of ENTITY_TABLES)
    await side.run(
      `INSERT OR IGNORE INTO known SELECT '${table}', record_id FROM last_changes
        WHERE entity = '${entity}' AND after IS NOT NULL AND typeof(record_id) = 'integer' AND record_id BETWEEN 1 AND ${LAST_KEY}`,
    )
}
