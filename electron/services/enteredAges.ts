import { BACK_TO_MOMENT, ORIGINS } from '../contract/history'
import type { Database } from '../database/open'
import { Standing } from './standing'
import { instantOf } from './values'

/** When each of these people's ages was entered, by the newest change that stands and set another age. An adoption, or a
 *  salvage, took its ages over from a source that does not say; for them, and for records older than history, nothing is known. */
export async function agesEnteredAt(database: Database, userIds: number[]): Promise<Map<number, string>> {
  if (userIds.length === 0) return new Map()
  const rows = await database.query<{ userId: number; changeSetId: number; at: string }>(
    `SELECT c.record_id AS userId, c.change_set_id AS changeSetId, s.created_at AS at
      FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.entity = 'users' AND c.record_id IN (SELECT value FROM json_each($1))
        AND s.command NOT IN (SELECT value FROM json_each($2)) AND s.undoes IS NULL
        AND ${ageIn('c.after')} IS NOT NULL AND ${ageIn('c.after')} IS NOT ${ageIn('c.before')}
      ORDER BY c.change_set_id`,
    [JSON.stringify(userIds), JSON.stringify([...ORIGINS, BACK_TO_MOMENT])],
  )
  const [oldest] = rows
  if (!oldest) return new Map()
  const standing = await Standing.read(database, oldest.changeSetId)
  const entered = rows.filter(({ changeSetId }) => standing.takenBackBy(changeSetId) === null)
  return new Map(entered.map(({ userId, at }) => [userId, instantOf(at) ?? '']))
}

/** The age in a row as history keeps it: an array in the order of its change set's columns. */
function ageIn(row: string): string {
  const place = `(SELECT key FROM json_each(s.columns, '$.users') WHERE value = 'age')`
  return `json_extract(${row}, '$[' || ${place} || ']')`
}
