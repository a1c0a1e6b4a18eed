import { AppError } from '../contract/errors'
import { letGoChangeSet } from './changeDigests'
import { IS_LET_GO } from './changeSets'
import type { JobContext } from './context'
import { storedStartOf } from './values'

/** Lets go of the values in all changes before a day, in one transaction. Who changed which record, and when, stays, and so
 *  does the chain of digests. Throws `invalid` for a day to come. */
export async function letGoValues(
  { signal, progress, today, write }: JobContext,
  before: string,
): Promise<{ sets: number }> {
  if (before > today) throw new AppError('invalid', { reason: 'still-to-come', day: before })
  const { result } = await write(async ({ database, changes }) => {
    const old = `s.created_at < $1 AND s.change_count > 0 AND NOT ${IS_LET_GO}`
    const start = storedStartOf(before)
    const counted = await database.queryOne<{ sets: number }>(
      `SELECT count(*) AS sets FROM change_sets s WHERE ${old}`,
      [start],
    )
    const sets = counted?.sets ?? 0
    if (sets === 0) throw new AppError('conflict', { reason: 'nothing-to-let-go', day: before })
    await changes.changeSetId()
    changes.summarize('values-let-go', { count: sets, day: before })
    for (let [last, done] = [0, 0]; ;) {
      const page = await database.query<{ id: number }>(
        `SELECT s.change_set_id AS id FROM change_sets s WHERE s.change_set_id > $2 AND ${old} ORDER BY s.change_set_id LIMIT ${PAGE}`,
        [start, last],
      )
      for (const { id } of page) {
        signal.throwIfAborted()
        await letGoChangeSet(database, (last = id))
        progress('letting-go', ++done, sets)
      }
      if (page.length < PAGE) return { sets }
    }
  })
  return result
}

/** Change sets that are looked up together. */
const PAGE = 200
