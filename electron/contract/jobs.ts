import { z } from 'zod'
import { action } from './define'
import type { ErrorData } from './errors'

/** What a job tells while it runs. `done` of `total` never goes back within a phase; `total` is 0 while it is not known.
 *  `phase` has its words in the catalogs under `phases`. What is not stoppable is no job, but shows itself as one for as long
 *  as it takes. */
export type JobEvent = { jobId: string; method: string } & (
  | { state: 'running'; phase: string; done: number; total: number; isStoppable: boolean }
  | { state: 'done'; value: unknown }
  | { state: 'failed'; error: ErrorData }
)

export const jobsMethods = {
  /** Asks a job to stop; it then ends with the error `cancelled` and leaves nothing behind. True if it was still running. */
  cancel: action(z.strictObject({ jobId: z.string().min(1).max(40) }), z.boolean()),
}
