import { AppError } from '../contract/errors'
import { type ChangeSet, ORIGINS } from '../contract/history'
import { findChangeSet, IS_LET_GO } from './changeSets'
import type { CommandContext } from './context'
import { applyReversal, gatherReversal, NET_AFTER } from './reversal'
import { type Span, Standing } from './standing'

/** Takes back a change set, or the taking back of one, and notes that in the change set of the command under way. Answers
 *  the set as it is then. Refused where it is taken back already, was made before an upgrade, has let its values go, or a
 *  later change stands on it. */
export async function undoChangeSet(context: CommandContext, changeSetId: number): Promise<ChangeSet> {
  const { changes, database } = context
  const set = await findChangeSet(database, changeSetId)
  if (!set) throw new AppError('not-found', { entity: 'changeSet', id: changeSetId })
  const standing = await Standing.read(database, changeSetId - 1)
  if (standing.takenBackBy(changeSetId) !== null) throw refused('undone-already', changeSetId)
  if (set.changeCount === 0) throw refused('nothing-changed', changeSetId)
  await requireReversible(context, { only: changeSetId })
  const last = standing.lastOf(changeSetId)
  if (last === null) throw refused('went-back', changeSetId)
  changes.summarize(set.summary, set.params)
  changes.markUndo(last, set.direction === 'undone' ? 'redone' : 'undone')
  await reverse(context, { only: last })
  return { ...set, undoneBy: await changes.changeSetId(), isUndoable: false }
}

/** Takes back all that came after a change set, at once. */
export async function undoAfter(context: CommandContext, changeSetId: number): Promise<ChangeSet> {
  const { changes, database } = context
  const set = await findChangeSet(database, changeSetId)
  if (!set) throw new AppError('not-found', { entity: 'changeSet', id: changeSetId })
  // Before it is counted what is different: of values that were let go nothing can be told.
  await requireReversible(context, { after: changeSetId })
  const { sets, records } = await countAfter(context, changeSetId)
  if (records === 0) throw new AppError('conflict', { reason: 'nothing-after', id: changeSetId })
  changes.summarize('went-back', { count: sets, records, after: changeSetId, moment: set.createdAt })
  await reverse(context, { after: changeSetId })
  return set
}

/** How many sets there are after one, and how many records would become different if they were taken back. */
export async function countAfter(
  { database }: Pick<CommandContext, 'database'>,
  changeSetId: number,
): Promise<{ sets: number; records: number }> {
  const counts = await database.queryOne<{ sets: number; records: number }>(
    `SELECT (SELECT count(*) FROM change_sets WHERE change_set_id > $1 AND change_count > 0) AS sets,
      (SELECT count(*) FROM (${NET_AFTER})) AS records`,
    [changeSetId],
  )
  return counts ?? { sets: 0, records: 0 }
}

async function reverse({ database, language, changes }: CommandContext, span: Span): Promise<void> {
  await gatherReversal(database, span)
  await changes.recordReversal(await applyReversal(database, language, span))
  // Values of people are not left lying about.
  await database.run('DELETE FROM temp.reversal')
}

/** What was written under other columns, or is not there any more, cannot be put back. */
async function requireReversible({ database }: CommandContext, span: Span): Promise<void> {
  const sets = 'only' in span ? 's.change_set_id = $1' : 's.change_set_id > $1'
  const id = 'only' in span ? span.only : span.after
  const worst = await database.queryOne<{ reason: string; id: number }>(
    `SELECT CASE WHEN s.command IN (SELECT value FROM json_each($2)) THEN 'adopted'
        WHEN s.change_count = 0 THEN NULL
        WHEN s.schema_version <> (SELECT user_version FROM pragma_user_version) THEN 'older-schema'
        WHEN ${IS_LET_GO} THEN 'values-gone' END AS reason, s.change_set_id AS id
      FROM change_sets s WHERE ${sets} AND reason IS NOT NULL LIMIT 1`,
    [id, JSON.stringify(ORIGINS)],
  )
  if (worst) throw refused(worst.reason, worst.id)
}

const refused = (reason: string, id: number) => new AppError('conflict', { reason, id })
