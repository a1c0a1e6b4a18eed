import { z } from 'zod'
import { ADOPTION } from './adopt'
import { command, query } from './define'
import { recordId } from './fields'
import { PAGE_MAX } from './lists'
import { SALVAGE } from './salvage'

/** The commands that bring all records into a new school from another file. Before one there was no school, so it cannot be
 *  undone. */
export const ORIGINS: readonly string[] = [ADOPTION, SALVAGE]

/** The command under which a revision notes what it changes in the records. */
export const UPGRADE = 'revisions.upgrade'

/** One command's changes: what was done, by whom, when. Words for `summary` stand in the catalogs under `changes`. */
export const changeSet = z.object({
  changeSetId: recordId,
  command: z.string(),
  person: z.string(),
  createdAt: z.string(),
  summary: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  changeCount: z.int(),
  /** The change set that this one undid. */
  undoes: recordId.nullable(),
  /** The change set that undid this one. */
  undoneBy: recordId.nullable(),
  /** False for what can never be undone: what is undone, an undo, and what was done before an upgrade. */
  isUndoable: z.boolean(),
})
export type ChangeSet = z.output<typeof changeSet>

/** What a change set did, in a code with its words. */
export const changeSummary = changeSet.pick({ summary: true, params: true })
export type ChangeSummary = z.output<typeof changeSummary>

export const historyMethods = {
  /** Newest first. */
  list: query(
    z.strictObject({ offset: z.int().min(0).default(0), count: z.int().min(1).max(PAGE_MAX).default(50) }),
    z.object({ rows: z.array(changeSet), total: z.int() }),
  ),
  /** Refused where a later change stands on it. */
  undo: command(z.strictObject({ changeSetId: recordId }), changeSet),
  /** Undoes the newest change made in this session that is not undone yet. */
  undoLast: command(z.strictObject({}), changeSet),
}
