import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { AppError } from '../../electron/contract/errors'
import type { JobStarted } from '../../electron/contract/define'
import type { JobEvent } from '../../electron/contract/jobs'
import { api, call, on, type JobInput, type JobMethod, type JobValue } from '../api'

/** A job that runs, as the tray shows it. `total` is 0 while it is not known. */
export interface RunningJob {
  jobId: string
  method: string
  phase: string
  done: number
  total: number
  isStoppable: boolean
  isCancelling: boolean
}

interface Outcome {
  resolve: (value: unknown) => void
  reject: (error: AppError) => void
}

/** Long work: what runs, and how far it is. */
export const useJobsStore = defineStore('jobs', () => {
  const byId = ref(new Map<string, RunningJob>())
  const running = computed(() => [...byId.value.values()])
  const outcomes = new Map<string, Outcome>()
  // A short job may end before the reply that names it has come.
  const ended = new Map<string, JobEvent>()

  /** Runs a job to its end. Rejects with its AppError; one that was cancelled has the code `cancelled`. `onStart` is told
   *  the job's id, by which `cancel` and `byId` know it. */
  async function runJob<Name extends JobMethod>(
    method: Name,
    input: JobInput<Name>,
    onStart?: (jobId: string) => void,
  ): Promise<JobValue<Name>> {
    const { jobId } = (await call(method, input)) as JobStarted
    onStart?.(jobId)
    return new Promise<unknown>((resolve, reject) => {
      outcomes.set(jobId, { resolve, reject })
      const end = ended.get(jobId)
      if (end) settle(end)
    }) as Promise<JobValue<Name>>
  }

  /** Asks a job to stop. It then ends as cancelled and leaves nothing behind. */
  async function cancel(jobId: string) {
    const job = byId.value.get(jobId)
    if (job) job.isCancelling = true
    await api.jobs.cancel({ jobId })
  }

  /** Follows what main tells of its jobs. */
  function follow() {
    on('job', (event) => {
      if (event.state === 'running') progress(event)
      else settle(event)
    })
  }

  function progress({ state: _, ...job }: Extract<JobEvent, { state: 'running' }>) {
    const isCancelling = byId.value.get(job.jobId)?.isCancelling ?? false
    byId.value.set(job.jobId, { ...job, isCancelling })
  }

  function settle(event: JobEvent) {
    const { jobId } = event
    byId.value.delete(jobId)
    const outcome = outcomes.get(jobId)
    if (!outcome) {
      ended.set(jobId, event)
      return
    }
    outcomes.delete(jobId)
    ended.delete(jobId)
    if (event.state === 'done') outcome.resolve(event.value)
    if (event.state !== 'failed') return
    const { code, params, fields } = event.error
    outcome.reject(new AppError(code, params, fields))
  }

  return { byId, running, runJob, cancel, follow }
})
