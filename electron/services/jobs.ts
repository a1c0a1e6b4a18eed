import { randomUUID } from 'node:crypto'
import type { JobStarted } from '../contract/define'
import { AppError } from '../contract/errors'
import type { Emit } from './context'
import { toAppError } from './failures'

export interface JobControl {
  signal: AbortSignal
  progress(phase: string, done: number, total: number): void
}

/** The long work under way: each job tells how far it is, ends once, and can be asked to stop. */
export class Jobs {
  readonly #emit: Emit
  readonly #onUnexpected: (method: string, error: unknown) => void
  readonly #running = new Map<string, { controller: AbortController; end: Promise<void> }>()

  constructor(emit: Emit, onUnexpected: (method: string, error: unknown) => void) {
    this.#emit = emit
    this.#onUnexpected = onUnexpected
  }

  get areRunning(): boolean {
    return this.#running.size > 0
  }

  /** Begins the work and answers at once. */
  start(method: string, work: (control: JobControl) => Promise<unknown>): JobStarted {
    const jobId = randomUUID()
    const controller = new AbortController()
    const control = { signal: controller.signal, progress: this.#progressOf(jobId, method) }
    // Begun in a later turn, so that the caller knows the id before the first event comes.
    const end = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => work(control))
      .then(
        (value) => this.#emit('job', { state: 'done', jobId, method, value }),
        (error: unknown) => this.#fail(jobId, method, controller.signal.aborted ? cancelled() : error),
      )
      .finally(() => this.#running.delete(jobId))
    this.#running.set(jobId, { controller, end })
    return { jobId }
  }

  /** Asks a job to stop. False where it has ended already. */
  cancel(jobId: string): boolean {
    const job = this.#running.get(jobId)
    job?.controller.abort()
    return job !== undefined
  }

  /** Stops all of them and waits until they have ended. */
  async cancelAll(): Promise<void> {
    for (const jobId of this.#running.keys()) this.cancel(jobId)
    await Promise.all([...this.#running.values()].map(({ end }) => end))
  }

  #fail(jobId: string, method: string, error: unknown): void {
    const known = toAppError(error)
    if (known.code === 'unexpected') this.#onUnexpected(method, error)
    this.#emit('job', { state: 'failed', jobId, method, error: known.toData() })
  }

  /** At most 20 events a second, never backwards within a phase. */
  #progressOf(jobId: string, method: string) {
    let lastTime = 0
    let lastPhase = ''
    let lastDone = 0
    return (phase: string, done: number, total: number) => {
      const now = performance.now()
      const isNewPhase = phase !== lastPhase
      if (!isNewPhase && (done < lastDone || (now - lastTime < 50 && done < total))) return
      lastTime = now
      lastPhase = phase
      lastDone = done
      this.#emit('job', { state: 'running', jobId, method, phase, done, total, isStoppable: true })
    }
  }
}

const cancelled = () => new AppError('cancelled')
