import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CourseRow } from '../../../electron/contract/courses'
import { AppError } from '../../../electron/contract/errors'
import type { EnrollmentRow } from '../../../electron/contract/enrollments'
import type { ChangeSet } from '../../../electron/contract/history'
import type { ImportResult } from '../../../electron/contract/imports'
import type { JobEvent } from '../../../electron/contract/jobs'
import { PAGE_MAX } from '../../../electron/contract/lists'
import type { UserTypeRow } from '../../../electron/contract/userTypes'
import type { UserRow } from '../../../electron/contract/users'
import type { ForkParser } from '../../../electron/exchange/parserProcess'
import { CurrentSchool } from '../../../electron/main/currentSchool'
import { toAppError } from '../../../electron/services/failures'
import { FileTokens } from '../../../electron/services/fileTokens'
import { valueOf } from '../../../electron/services/school'
import type { Outcome, Refusal, Request } from './plan'

/** What the lists of a school show. */
export interface Seen {
  name: string
  userTypes: UserTypeRow[]
  users: UserRow[]
  courses: CourseRow[]
  enrollments: EnrollmentRow[]
  /** The newest first. */
  sets: ChangeSet[]
  next: { undo: ChangeSet | null; redo: ChangeSet | null }
}

export interface DeskOptions {
  file: string
  /** For what is imported and exported, and scratch files. */
  workFolder: string
  /** How many days the clock is ahead. */
  days: number
  forkParser: ForkParser
  onUnexpected: (method: string, error: unknown) => void
}

/** A school as the window has it, that is asked in data. */
export class Desk {
  readonly #options: DeskOptions
  readonly #current: CurrentSchool
  readonly #files = new FileTokens()
  /** Jobs that have ended, and who waits for those that have not. */
  readonly #ended = new Map<string, JobEvent>()
  readonly #waiting = new Map<string, (event: JobEvent) => void>()
  #days: number

  constructor(options: DeskOptions) {
    this.#options = options
    this.#days = options.days
    const { workFolder, forkParser, onUnexpected } = options
    this.#current = new CurrentSchool({
      ...{ person: 'Tester', appVersion: 'test', workFolder, forkParser, onUnexpected },
      files: this.#files,
      onOpened: () => {},
      emit: (name, payload) => {
        if (name === 'job') this.#hear(payload as JobEvent)
      },
      now: () => new Date(Date.now() + this.#days * 86_400_000),
    })
  }

  /** Opens the school, the clock so many days ahead. */
  async open(days = this.#days): Promise<void> {
    this.#days = days
    await mkdir(this.#options.workFolder, { recursive: true })
    await this.#current.open(this.#options.file)
  }

  close(): Promise<void> {
    return this.#current.close()
  }

  backUp(): Promise<string> {
    return this.#current.backUp()
  }

  /** Answers where the file is kept that was replaced. */
  async restore(backup: string): Promise<string> {
    const { replaced } = await this.#current.restore(backup)
    if (!replaced) throw new Error('a restore kept nothing of the file that it replaced')
    return join(backup, '..', replaced.name)
  }

  /** Never throws for what a person would be told. */
  async ask(request: Request): Promise<Outcome> {
    try {
      return { ok: true, value: await this.#answer(request) }
    } catch (error) {
      return { ok: false, refusal: refusalOf(toAppError(error)) }
    }
  }

  async see(): Promise<Seen> {
    const history = await this.#call<{ rows: ChangeSet[] }>('history.list', { count: PAGE_MAX })
    return {
      name: (await this.#call<{ name: string }>('school.find', {})).name,
      userTypes: await this.#list('userTypes'),
      users: await this.#list('users'),
      courses: await this.#list('courses'),
      enrollments: await this.#list('enrollments'),
      sets: history.rows,
      next: await this.#call('history.undoable', {}),
    }
  }

  #answer(request: Request): Promise<unknown> {
    switch (request.do) {
      case 'call':
        return this.#call(request.method, request.input)
      case 'letGo':
        return this.#job('history.letGo', { before: request.before })
      case 'import':
        return this.#import(request)
      case 'export':
        return this.#exportAndRead(request)
    }
  }

  async #import({ lines, mode, match, onError }: Extract<Request, { do: 'import' }>): Promise<ImportResult> {
    const path = join(this.#options.workFolder, 'people.csv')
    await writeFile(path, [...lines, ''].join('\r\n'))
    const options = { entity: 'users', mode, match }
    const { importId } = await this.#job<{ importId: string }>('imports.prepare', {
      file: this.#files.give(path).file,
      options,
    })
    try {
      return await this.#job('imports.apply', { importId, onError })
    } finally {
      await this.#call('imports.discard', { importId })
    }
  }

  /** Exports all of a kind, and answers what an import of that would change. */
  async #exportAndRead({ entity }: Extract<Request, { do: 'export' }>): Promise<object> {
    const path = join(this.#options.workFolder, `${entity}.csv`)
    const { file } = this.#files.giveTarget(path)
    const exported = await this.#job<{ rows: number }>('exports.run', { entity, format: 'csv', file })
    const options = { entity, mode: 'update', match: 'id' }
    const { importId, creates, updates, unchanged, rejects } = await this.#job<Record<string, number>>(
      'imports.prepare',
      { file, options },
    )
    await this.#call('imports.discard', { importId })
    return { rows: exported.rows, creates, updates, unchanged, rejects }
  }

  async #list<Row>(entity: string): Promise<Row[]> {
    const { listId, total } = await this.#call<{ listId: number; total: number }>(`${entity}.openList`, {})
    const rows: Row[] = []
    while (rows.length < total) {
      const input = { listId, offset: rows.length, count: PAGE_MAX }
      rows.push(...(await this.#call<{ rows: Row[] }>(`${entity}.list`, input)).rows)
    }
    await this.#call(`${entity}.closeList`, { listId })
    return rows
  }

  async #call<Value>(method: string, input: object): Promise<Value> {
    const reply = await this.#current.call(method, structuredClone(input))
    return valueOf(structuredClone(reply)) as Value
  }

  async #job<Value>(method: string, input: object): Promise<Value> {
    const { jobId } = await this.#call<{ jobId: string }>(method, input)
    const ended = this.#ended.get(jobId)
    const event = ended ?? (await new Promise<JobEvent>((resolve) => this.#waiting.set(jobId, resolve)))
    if (event.state === 'failed') throw new AppError(event.error.code, event.error.params, event.error.fields)
    return (event.state === 'done' ? event.value : null) as Value
  }

  #hear(event: JobEvent): void {
    if (event.state === 'running') return
    this.#ended.set(event.jobId, event)
    this.#waiting.get(event.jobId)?.(event)
  }
}

function refusalOf({ code, params, fields = {} }: AppError): Refusal {
  const [field] = Object.entries(fields)
  const problem = field && `${field[0]}: ${field[1].code}`
  return { code, why: problem ?? String(params.reason ?? params.entity ?? '') }
}
