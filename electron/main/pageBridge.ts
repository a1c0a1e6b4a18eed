import type { BrowserWindow } from 'electron'
import type { RollbookApi } from '../contract'
import type { JobStarted } from '../contract/define'
import type { ErrorData, Reply } from '../contract/errors'
import type { JobEvent } from '../contract/jobs'
import type { z } from 'zod'

/** Uses the program as its page does: over the page's own bridge, with all of the contract's checks on the way. */
export class PageBridge {
  readonly #window: BrowserWindow
  /** Every method of the contract. Failures are thrown. */
  readonly api: RollbookApi

  constructor(window: BrowserWindow) {
    this.#window = window
    this.api = new Proxy({} as RollbookApi, {
      get: (_api, entity) =>
        new Proxy(
          {},
          {
            get: (_slice, verb) => (input: unknown) => this.#call(`${String(entity)}.${String(verb)}`, input),
          },
        ),
    })
  }

  /** What a job that was started ends with. `output` is the contract's. */
  async ended<Output>({ jobId }: JobStarted, output: z.ZodType<Output>): Promise<Output> {
    const event: JobEvent = await this.#run(`demonstration.ended(${JSON.stringify(jobId)})`)
    if (event.state === 'failed') throw failure(event.method, event.error)
    return output.parse(event.state === 'done' ? event.value : undefined)
  }

  /** Keeps the ends of jobs from now on: a short one may be over before the reply that names it has come. */
  listenToJobs(): Promise<void> {
    return this.#run(`
      const over = new Map(), waiting = new Map()
      window.rollbook.on('job', (event) => {
        if (event.state === 'running') return
        over.set(event.jobId, event)
        waiting.get(event.jobId)?.(event)
      })
      window.demonstration = {
        ended: (id) => over.get(id) ?? new Promise((resolve) => waiting.set(id, resolve)),
      }
      undefined`)
  }

  /** Goes to one of the page's places, `/people`, and resolves when `text` is on the screen. */
  show(place: string, text: string): Promise<void> {
    return this.#run(`
      location.hash = ${JSON.stringify(`#${place}`)}
      new Promise((resolve) => {
        const look = () => {
          if (!document.body.innerText.includes(${JSON.stringify(text)})) return requestAnimationFrame(look)
          requestAnimationFrame(() => setTimeout(resolve))
        }
        look()
      })`)
  }

  async #call(method: string, input: unknown): Promise<unknown> {
    const reply: Reply = await this.#run(
      `window.rollbook.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`,
    )
    if (!reply.ok) throw failure(method, reply.error)
    return reply.value
  }

  #run<Result>(script: string): Promise<Result> {
    return this.#window.webContents.executeJavaScript(script) as Promise<Result>
  }
}

function failure(method: string, error: ErrorData): Error {
  return new Error(`${method}: ${JSON.stringify(error)}`)
}
