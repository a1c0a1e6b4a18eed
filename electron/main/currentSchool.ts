import { randomUUID } from 'node:crypto'
import { mkdir, realpath } from 'node:fs/promises'
import { AppError, type ErrorData, type Reply } from '../contract/errors'
import type { OpenSchool } from '../contract/school'
import { toAppError } from '../services/failures'
import type { School, SchoolOptions } from '../services/school'
import type { NewSchool } from '../services/schoolFile'

/** What this needs of its surroundings. */
export interface CurrentSchoolOptions extends Omit<SchoolOptions, 'onUpgrade'> {
  /** Told of every file that was opened. */
  onOpened: (file: string) => void
}

/** The one school that is open, or none. Opening another closes it; when that fails it stays open. */
export class CurrentSchool {
  readonly #options: CurrentSchoolOptions
  #school: School | null = null
  /** Why the file of the launch could not be opened: the page asks by `school.find` and shows it. */
  #failure: ErrorData | null = null
  /** Opening and closing happen one after the other. It never rejects. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: CurrentSchoolOptions) {
    this.#options = options
  }

  /** The file that is open, or null. */
  get file(): string | null {
    return this.#school?.file.path ?? null
  }

  /** Opens the file of the launch. A failure is kept for the page instead of thrown. */
  async openAtLaunch(file: string): Promise<void> {
    try {
      await this.open(file)
    } catch (error) {
      const known = toAppError(error)
      if (known.code === 'unexpected') this.#options.onUnexpected('schools.open', error)
      this.#failure = known.toData()
    }
  }

  /** Opens a school file, which is upgraded first where it is older. Opening the one that is open changes nothing. */
  open(file: string): Promise<OpenSchool> {
    return this.#inTurn(async () => {
      // The same file by another name would find itself locked.
      const path = await realpath(file).catch(() => file)
      if (this.#school && this.file === path) return this.#school.describe()
      const { School } = await import('../services/school')
      const opening = this.#showProgress()
      try {
        return await this.#replace(await School.open(path, await this.#prepare(opening.step)))
      } finally {
        opening.end()
      }
    })
  }

  /** Makes a school file and opens it. `fill` may put records into it before anyone sees it. */
  create(file: string, school: NewSchool, fill = async (_school: School) => {}): Promise<OpenSchool> {
    return this.#inTurn(async () => {
      const { School } = await import('../services/school')
      const created = await School.create(file, school, await this.#prepare())
      try {
        await fill(created)
      } catch (error) {
        await created.close()
        throw error
      }
      return await this.#replace(created)
    })
  }

  /** Answers a method of a school. While the school of the launch is being opened, it waits for that. */
  async call(method: string, input: unknown): Promise<Reply> {
    if (!this.#school) await this.#turn
    return this.#school ? this.#school.call(method, input) : this.#callWithout(method)
  }

  /** Closes the file cleanly. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const school = this.#school
      this.#school = null
      await school?.close()
    })
  }

  async #prepare(onUpgrade?: SchoolOptions['onUpgrade']): Promise<SchoolOptions> {
    await mkdir(this.#options.workFolder, { recursive: true })
    return { ...this.#options, onUpgrade }
  }

  async #replace(school: School): Promise<OpenSchool> {
    const before = this.#school
    this.#school = school
    this.#failure = null
    this.#options.onOpened(school.file.path)
    this.#options.emit('school', {})
    await before?.close()
    return school.describe()
  }

  #callWithout(method: string): Reply {
    if (method === 'jobs.cancel') return { ok: true, value: false }
    if (method !== 'school.find') return { ok: false, error: new AppError('no-school').toData() }
    return this.#failure ? { ok: false, error: this.#failure } : { ok: true, value: null }
  }

  /** An upgrade shows itself as a job that cannot be cancelled. Without pending revisions nothing is shown. */
  #showProgress() {
    const job = { jobId: randomUUID(), method: 'schools.open' }
    let isShown = false
    return {
      step: ({ done, total }: { done: number; total: number }) => {
        isShown = true
        this.#options.emit('job', { ...job, state: 'running', phase: 'upgrading', done, total })
      },
      end: () => {
        if (isShown) this.#options.emit('job', { ...job, state: 'done', value: null })
      },
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}
