import type { Database } from '../database/open'
import { type HistoryChain, verifyChain } from './changeDigests'
import { type CheckProblem, firstOf } from './checkProblems'

/** Whether each change set has the changes that it counts, and each of them can be read. That a change belongs to a set,
 *  and an undo to what it undid, is what the foreign keys say. */
export async function checkHistory(database: Database): Promise<CheckProblem[]> {
  const miscounted = await firstOf(
    database,
    'history-count',
    `SELECT s.change_set_id AS id FROM change_sets s
      WHERE s.change_count <> (SELECT count(*) FROM changes c WHERE c.change_set_id = s.change_set_id)`,
  )
  const reversed = await firstOf(
    database,
    'history-order',
    'SELECT change_set_id AS id FROM change_sets WHERE undoes >= change_set_id',
  )
  const unreadableSets = await firstOf(
    database,
    'history-unreadable',
    'SELECT change_set_id AS id FROM change_sets WHERE NOT json_valid(params) OR NOT json_valid(columns)',
  )
  const unreadable = unreadableSets.length > 0 ? unreadableSets : await unreadableChanges(database)
  return [...miscounted, ...reversed, ...unreadable, ...(await missingEnd(database))]
}

/** Whether each change set is as it was written, and follows on the one that it followed on then; and, where a seal was
 *  noted down, whether history still has it. */
export async function checkChain(
  database: Database,
  seal: string | undefined,
): Promise<{ chain: HistoryChain; problems: CheckProblem[] }> {
  const chain = await verifyChain(database)
  const [id] = chain.broken
  const broken =
    id === undefined ? [] : [{ code: 'history-chain', params: { count: chain.broken.length, id } }]
  const missing = seal === undefined ? [] : await missingSeal(database, seal)
  return { chain, problems: [...broken, ...missing] }
}

/** The last change sets leave no gap behind, but SQLite keeps the number that it gave out last. */
async function missingEnd(database: Database): Promise<CheckProblem[]> {
  const end = await database.queryOne<{ count: number; id: number }>(
    `SELECT q.seq - l.id AS count, l.id + 1 AS id
      FROM sqlite_sequence q, (SELECT coalesce(max(change_set_id), 0) AS id FROM change_sets) l
      WHERE q.name = 'change_sets' AND q.seq > l.id`,
  )
  return end ? [{ code: 'history-end', params: { ...end } }] : []
}

/** Whoever writes a file can write its digests too; but not one that stands on paper. */
async function missingSeal(database: Database, seal: string): Promise<CheckProblem[]> {
  const digest = Buffer.from(seal, 'hex')
  const found = await database.queryOne('SELECT 1 FROM change_sets WHERE digest = $1', [digest])
  return found ? [] : [{ code: 'history-seal', params: { seal } }]
}

/** A change holds one value for each column that its set lists, or none, where they were let go. */
function unreadableChanges(database: Database): Promise<CheckProblem[]> {
  const isWrong = (side: string) =>
    `(c.${side} IS NOT '[]' AND c.${side} IS NOT NULL AND iif(json_valid(c.${side}), json_array_length(c.${side}), -1) IS NOT json_array_length(s.columns -> c.entity))`
  return firstOf(
    database,
    'history-unreadable',
    `SELECT c.change_set_id AS id FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE ${isWrong('before')} OR ${isWrong('after')}`,
  )
}
