import { z } from 'zod'
import { backupSource } from './backups'
import { action, job, nothing, query } from './define'
import { recordId } from './fields'
import { changedRecord, RECORD_ENTITIES } from './history'
import { PAGE_MAX } from './lists'

/** What restoring does to a record: one that is not there any more comes back, one that came later goes. */
export const RESTORED_ACTIONS = ['added', 'changed', 'removed'] as const
export type RestoredAction = (typeof RESTORED_ACTIONS)[number]

const comparisonId = z.uuid()

const restorePreview = z.object({
  comparisonId,
  counts: z.record(z.enum(RECORD_ENTITIES), z.record(z.enum(RESTORED_ACTIONS), z.int())),
})
export type RestorePreview = z.output<typeof restorePreview>

/** What restoring a backup would do to the records of the open school. */
export const restorePreviewsMethods = {
  /** Compares a backup, upgraded as restoring it would upgrade it, with the school of this moment. The result is kept until
   *  it is put away. */
  make: job(z.strictObject({ source: backupSource }), restorePreview),
  /** The records of one kind that would become different, by their names, with the fields before and after the restore.
   *  `after` is `next` of the page before. */
  list: query(
    z.strictObject({
      comparisonId,
      entity: z.enum(RECORD_ENTITIES),
      action: z.enum(RESTORED_ACTIONS),
      after: recordId.nullable().default(null),
      count: z.int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ rows: z.array(changedRecord), next: recordId.nullable() }),
  ),
  /** Puts a comparison away. */
  discard: action(z.strictObject({ comparisonId }), nothing),
}
