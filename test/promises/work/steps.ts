import { dirname, join, relative } from 'node:path'
import { toAppError } from '../../../electron/services/failures'
import { FileTokens } from '../../../electron/services/fileTokens'
import type { JobEvent } from '../../../electron/contract/jobs'
import { AppError } from '../../../electron/contract/errors'
import { valueOf } from '../../../electron/services/school'
import type { ForkParser } from '../../../electron/exchange/parserProcess'
import { CurrentSchool } from '../../../electron/main/currentSchool'

/** Where a school is worked at. What is imported lies in `sources`, and exports are made beside the school. */
export interface Workplace {
  file: string
  sources: string
  workFolder: string
  forkParser: ForkParser
  onUnexpected: (method: string, error: unknown) => void
}

/** The files that a step has made, by their names from the school's folder. */
type Made = string[]

/** A school that is open as the window has it, and what is done there in one step after the other: the same at each run,
 *  but for the time. */
export class WorkedAtSchool {
  readonly #place: Workplace
  readonly #current: CurrentSchool
  readonly #files = new FileTokens()
  readonly #ended = new Map<string, (event: JobEvent) => void>()
  #course = 0
  #backup = ''

  constructor(place: Workplace) {
    this.#place = place
    this.#current = new CurrentSchool({
      ...{ person: 'Tester', appVersion: 'test', onOpened: () => {}, files: this.#files },
      ...{ workFolder: place.workFolder, forkParser: place.forkParser, onUnexpected: place.onUnexpected },
      emit: (name, payload) => {
        if (name === 'job') this.#hear(payload as JobEvent)
      },
    })
  }

  async open(): Promise<void> {
    await this.#current.open(this.#place.file)
  }

  /** Does a step, from 0, and answers what it has made. Throws AppError: nothing was done then. */
  async take(step: number): Promise<Made> {
    try {
      // A restore that failed may have left none open.
      if (this.#current.file === null) await this.#current.retry()
      const take = ROUND[step % ROUND.length] as Step
      return (await take(this, Math.floor(step / ROUND.length))) ?? []
    } catch (error) {
      throw toAppError(error)
    }
  }

  /** Reads as the page does that shows people. */
  async look(): Promise<void> {
    const { listId } = await this.#call<{ listId: number }>('users.openList', {})
    await this.#call('users.list', { listId, offset: 0, count: 50 })
  }

  close(): Promise<void> {
    return this.#current.close()
  }

  async change(method: string, input: object): Promise<void> {
    await this.#call(method, input)
  }

  async addCourse(name: string): Promise<void> {
    const days = { startDate: '2026-09-01', endDate: '2099-06-18' }
    this.#course = (await this.#call<{ courseId: number }>('courses.create', { name, ...days })).courseId
  }

  async enroll(ids: number[]): Promise<void> {
    const input = { courseId: this.#course, selection: { ids }, enrolledDate: '2026-09-01' }
    await this.#call('enrollments.enrollStudents', input)
  }

  async importPeople(round: number): Promise<void> {
    const { file } = this.#files.give(join(this.#place.sources, `people-${round}.csv`))
    const { importId } = await this.#job<{ importId: string }>('imports.prepare', { file })
    try {
      await this.#job('imports.apply', { importId, onError: 'all-or-nothing' })
    } finally {
      await this.#call('imports.discard', { importId })
    }
  }

  async exportPeople(round: number): Promise<Made> {
    const name = `people-${round}.csv`
    const { file } = this.#files.giveTarget(join(dirname(this.#place.file), name))
    await this.#job('exports.run', { entity: 'users', format: 'csv', file })
    return [name]
  }

  async backUp(): Promise<Made> {
    this.#backup = await this.#current.backUp()
    return [this.#nameOf(this.#backup)]
  }

  async restore(): Promise<Made> {
    const { replaced } = await this.#current.restore(this.#backup)
    return replaced ? [this.#nameOf(join(this.#backup, '..', replaced.name))] : []
  }

  async #call<Value>(method: string, input: object): Promise<Value> {
    return valueOf(await this.#current.call(method, input)) as Value
  }

  #nameOf(path: string): string {
    return relative(dirname(this.#place.file), path)
  }

  async #job<Value>(method: string, input: object): Promise<Value> {
    const { jobId } = await this.#call<{ jobId: string }>(method, input)
    const event = await new Promise<JobEvent>((resolve) => this.#ended.set(jobId, resolve))
    if (event.state === 'failed') throw new AppError(event.error.code, event.error.params, event.error.fields)
    return (event.state === 'done' ? event.value : null) as Value
  }

  #hear(event: JobEvent): void {
    if (event.state !== 'running') this.#ended.get(event.jobId)?.(event)
  }
}

type Step = (school: WorkedAtSchool, round: number) => Promise<Made | void>

const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** What is done in a round, each of it one transaction, or one file put in its place. */
const ROUND: Step[] = [
  (school, round) =>
    school.change('users.create', {
      ...{ firstName: 'Ana', lastName: `Anić ${round}`, email: `ana.${round}@school.example` },
      ...{ userTypeId: 1 },
    }),
  (school, round) => school.change('users.update', { userId: 2 + round, lastName: `Hadžić ${round}` }),
  (school, round) => school.addCourse(`Chess ${round}`),
  (school) => school.enroll(TEN),
  (school) => school.backUp(),
  (school) => school.change('users.setActive', { selection: { ids: TEN }, isActive: false }),
  (school) => school.change('history.undoLast', {}),
  (school, round) => school.importPeople(round),
  (school, round) => school.exportPeople(round),
  (school) => school.change('users.remove', { selection: { ids: TEN } }),
  (school) => school.restore(),
  (school, round) => school.change('school.update', { name: `After ${round}` }),
]

export const STEPS_IN_ROUND = ROUND.length
