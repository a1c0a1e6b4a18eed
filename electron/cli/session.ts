import { mkdir, realpath } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { z } from 'zod'
import type { Events, schoolContract } from '../contract'
import type { AdoptReport } from '../contract/adopt'
import type { Api, JobStarted } from '../contract/define'
import { AppError } from '../contract/errors'
import type { JobEvent } from '../contract/jobs'
import type { SalvageReport } from '../contract/salvage'
import type { ForkParser } from '../exchange/parserProcess'
import type { Adoption } from '../services/adopt'
import type { FillSchool } from '../services/context'
import { FileTokens } from '../services/fileTokens'
import type { PastSchool } from '../services/pastSchool'
import type { School, SchoolOptions } from '../services/school'
import type { NewSchool } from '../services/schoolFile'
import { workFolder } from './home'
import { requireFile } from './requireFile'
import { version } from './version'

export interface SessionOptions {
  home: string
  forkParser: ForkParser
  signal: AbortSignal
  onProgress: (progress: { phase: string; done: number; total: number }) => void
  onUnexpected: (method: string, error: unknown) => void
}

/** The files of one run: opened, called and closed. */
export class Session {
  readonly files = new FileTokens()
  readonly #options: SessionOptions
  readonly #ended = new Map<string, (event: JobEvent) => void>()
  #school: School | null = null
  #past: PastSchool | null = null

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Opens a school's file. For reading, whoever holds it; for writing, alone, upgraded to head. */
  async open(file: string, access: 'read' | 'write'): Promise<School> {
    await requireFile(file)
    const { School } = await import('../services/school')
    // The lock lies beside the file itself, by whatever link it is called.
    const path = await realpath(file)
    const options = await this.#schoolOptions()
    this.#school = await School.open(path, { ...options, isReadOnly: access === 'read' })
    const { isReadOnly, readOnlyBecause } = this.#school.file
    if (access === 'write' && isReadOnly) {
      if (readOnlyBecause === 'network')
        throw new AppError('read-only', { reason: 'network-file', file: path })
      throw new AppError('read-only', { file: path })
    }
    return this.#school
  }

  /** Opens a school's file for reading, as it was at the end of a day where one is given. */
  async openOn(file: string, day: string | undefined): Promise<void> {
    const { file: opened } = await this.open(file, 'read')
    if (day === undefined) return
    const { openPastSchool } = await import('../services/pastSchool')
    const { signal, onProgress } = this.#options
    const progress = (phase: string, done: number, total: number) => onProgress({ phase, done, total })
    this.#past = await openPastSchool(opened.path, day, await this.#schoolOptions(), { signal, progress })
  }

  /** Makes a school's file, with what `fill` puts into it. */
  async create(file: string, newSchool: NewSchool, fill: FillSchool): Promise<School> {
    const { School } = await import('../services/school')
    const fillUnlessStopped: FillSchool = async (context) => {
      await fill(context)
      this.stopIfStopped()
    }
    this.#school = await School.create(
      resolve(file),
      newSchool,
      await this.#schoolOptions(),
      fillUnlessStopped,
    )
    return this.#school
  }

  /** Makes a school's file of a database of the tutorial's system, and leaves it closed. */
  async adopt(adoption: Pick<Adoption, 'source' | 'file' | 'school' | 'reportFile'>): Promise<AdoptReport> {
    const { adopt } = await import('../services/adopt')
    const { home, forkParser, signal, onProgress } = this.#options
    const own = { person: personName(), appVersion: version, workFolder: workFolder(home), forkParser }
    const progress = (phase: string, done: number, total: number) => onProgress({ phase, done, total })
    return adopt({ ...adoption, ...own }, { signal, progress })
  }

  /** Makes a school's file of what can be read of a damaged one, and leaves it closed. */
  async salvage(source: string, file: string): Promise<SalvageReport> {
    const { salvage } = await import('../services/salvage')
    const { home, signal, onProgress } = this.#options
    const own = { person: personName(), appVersion: version, workFolder: workFolder(home) }
    const progress = (phase: string, done: number, total: number) => onProgress({ phase, done, total })
    return salvage({ source, file, ...own }, { signal, progress })
  }

  /** Calls a method of the open school by its name. Throws AppError. */
  async call(method: string, input: unknown): Promise<unknown> {
    const school = this.#past?.school ?? this.#school
    if (!school) throw new Error('no school is open')
    const reply = await school.call(method, input)
    if (reply.ok) return reply.value
    throw new AppError(reply.error.code, reply.error.params, reply.error.fields)
  }

  /** The methods of the open school as functions. */
  get api(): SchoolApi {
    const slice = (entity: string) =>
      new Proxy({}, { get: (_, verb) => (input: unknown) => this.call(`${entity}.${String(verb)}`, input) })
    return new Proxy({}, { get: (_, entity) => slice(String(entity)) }) as SchoolApi
  }

  /** Waits for the end of a job, stops it at Ctrl+C, and answers what it came to. */
  async finish<Output extends z.ZodType>(
    starting: Promise<JobStarted>,
    { output }: { output: Output },
  ): Promise<z.output<Output>> {
    const { jobId } = await starting
    const { signal } = this.#options
    const stop = () => void this.call('jobs.cancel', { jobId })
    const end = new Promise<JobEvent>((resolve) => this.#ended.set(jobId, resolve))
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    try {
      const event = await end
      if (event.state === 'done') return output.parse(event.value)
      if (event.state === 'failed') throw errorOf(event.error)
      throw new Error('the job has not ended')
    } finally {
      signal.removeEventListener('abort', stop)
      this.#ended.delete(jobId)
    }
  }

  /** Throws `cancelled` after Ctrl+C, for work that is no job. */
  stopIfStopped(): void {
    if (this.#options.signal.aborted) throw new AppError('cancelled')
  }

  /** Lets the file go, and the scratch files with it. */
  async close(): Promise<void> {
    await this.#past?.close()
    await this.#school?.close()
  }

  async #schoolOptions(): Promise<SchoolOptions> {
    const { home, forkParser, onUnexpected } = this.#options
    await mkdir(workFolder(home), { recursive: true })
    return {
      person: personName(),
      appVersion: version,
      workFolder: workFolder(home),
      files: this.files,
      forkParser,
      onUnexpected,
      emit: (name, payload) => {
        if (name === 'job') this.#hear(payload as Events['job'])
      },
    }
  }

  #hear(event: JobEvent): void {
    if (event.state === 'running') this.#options.onProgress(event)
    else this.#ended.get(event.jobId)?.(event)
  }
}

/** Who is at work, by the name they signed in with. Some containers have a user without one. */
export function personName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}

type SchoolApi = Api<typeof schoolContract>

function errorOf(error: Extract<JobEvent, { state: 'failed' }>['error']): AppError {
  return new AppError(error.code, error.params, error.fields)
}
