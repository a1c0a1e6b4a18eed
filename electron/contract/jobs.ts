import { z } from 'zod'
import { action } from './define'
import { ERROR_CODES } from './errors'

export const jobId = z.string().min(1).max(40)

const params = z.record(z.string(), z.union([z.string(), z.number()]))
const errorData = z.object({
  code: z.enum(ERROR_CODES),
  params,
  fields: z.record(z.string(), z.object({ code: z.string(), params })).optional(),
})

/** What a job tells while it runs. `done` of `total` never goes back; `total` is 0 while it is not known. `phase` has
 *  its words in the catalogs under `phases`. */
export const jobEvent = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('running'),
    jobId,
    method: z.string(),
    phase: z.string(),
    done: z.number(),
    total: z.number(),
  }),
  z.object({ state: z.literal('done'), jobId, method: z.string(), value: z.unknown() }),
  z.object({ state: z.literal('failed'), jobId, method: z.string(), error: errorData }),
])
export type JobEvent = z.output<typeof jobEvent>

export const jobsMethods = {
  /** Asks a job to stop; it then ends with the error `cancelled` and leaves nothing behind. True if it was still running. */
  cancel: action(z.strictObject({ jobId }), z.boolean()),
}
