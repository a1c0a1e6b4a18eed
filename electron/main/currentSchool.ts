import { realpath } from 'node:fs/promises'
import type { Backup } from '../contract/backups'
import type { AdoptReport } from '../contract/adopt'
import type { Events, EventName } from '../contract'
import { AppError, type ErrorCode, type ErrorData, type Reply } from '../contract/errors'
import { jobsMethods } from '../contract/jobs'
import type { SalvageReport } from '../contract/salvage'
import type { OpenSchool } from '../contract/school'
import { exists } from '../database/header'
import { toAppError } from '../services/failures'
import type { KeptFile } from '../services/restore'
import type { Adoption } from '../services/adopt'
import type { FillSchool } from '../services/context'
import { Jobs, type JobControl } from '../services/jobs'
import type { School, SchoolOptions } from '../services/school'
import type { NewSchool } from '../services/schoolFile'
import { showWhile } from '../services/shownWork'
import { FailedFile } from './failedFile'
import { GoneFile } from './goneFile'
import { PastDay } from './pastDay'
import { SchoolOpener } from './schoolOpener'

/** What this needs of its surroundings. */
export interface CurrentSchoolOptions extends Omit<SchoolOptions, 'onUpgrade'> {
  /** Told of every file that was opened. */
  onOpened: (file: string) => void
  /** Milliseconds after which a file is looked through that the run before did not close. */
  checkAfter?: number
}

export interface RestoredSchool {
  school: OpenSchool
  /** The backup that was made of the file that stood in its place. */
  replaced: Backup | null
}

/** Failures with which a file cannot be worked on. */
const ENDING = new Set<ErrorCode>(['file-gone', 'damaged-file'])

/** The one school that is open, or none. Opening another closes it; when that fails it stays open. */
export class CurrentSchool {
  /** Long work that needs no open school. */
  readonly jobs: Jobs
  readonly #options: CurrentSchoolOptions
  #school: School | null = null
  readonly #past = new PastDay()
  readonly #gone: GoneFile
  readonly #failed: FailedFile
  readonly #opener: SchoolOpener
  /** Opening and closing happen one after the other. It never rejects. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: CurrentSchoolOptions) {
    this.#options = options
    this.jobs = new Jobs(options.emit, options.onUnexpected)
    this.#gone = new GoneFile((error) => options.onUnexpected('schools.keep', error))
    this.#opener = new SchoolOpener(options, (name, payload) => this.#emit(name, payload))
    this.#failed = new FailedFile((error) => options.onUnexpected('schools.open', error))
  }

  /** The file that is open, or null. */
  get file(): string | null {
    return this.#school?.file.path ?? null
  }

  /** The file that backups are listed of and restored to: the open one, else that of the launch. Throws `no-school`. */
  get backedUpFile(): string {
    const file = this.file ?? this.#failed.file
    if (file === null) throw new AppError('no-school')
    return file
  }

  /** Resolves once what is open of a file that is gone was copied to its backups. */
  get kept(): Promise<void> {
    return this.#gone.kept
  }

  /** Opens the file of the launch. A failure is kept for the page instead of thrown. */
  async openAtLaunch(file: string): Promise<void> {
    try {
      await this.open(file)
    } catch (error) {
      this.#failed.fail(file, error)
    }
  }

  /** Opens a school file, which is upgraded first where it is older. Opening the one that is open changes nothing. */
  open(file: string, { isReadOnly = false } = {}): Promise<OpenSchool> {
    return this.#inTurn(async () => {
      // The same file by another name would find itself locked.
      const path = await realpath(file).catch(() => file)
      const open = this.file === path ? this.#school : null
      // One that is open for reading only may have become writable.
      if (open && (isReadOnly || !open.file.isReadOnly)) return open.describe()
      this.#failed.begin(path)
      if (this.#gone.file === path) return await this.#reopenGone(path)
      return await this.#replace(await this.#opener.open(path, isReadOnly))
    })
  }

  /** Opens the file once more that could not be opened, for reading only where that is asked for, or the one again for writing
   *  that is open for reading. Throws `no-school` where there is none. */
  async retry(options = { isReadOnly: false }): Promise<OpenSchool> {
    return this.open(this.#failed.file ?? this.backedUpFile, options)
  }

  /** Makes a school file, with what `fill` puts into it, and opens it. */
  create(file: string, school: NewSchool, fill?: FillSchool): Promise<OpenSchool> {
    return this.#inTurn(async () => {
      return await this.#replace(await this.#opener.create(file, school, fill))
    })
  }

  /** Writes a verified backup of the open school, which goes on working, and answers its path. */
  backUp(): Promise<string> {
    return this.#inTurn(async () => {
      const school = this.#school
      if (!school) throw new AppError('no-school')
      return showWhile(this.#options.emit, 'backups.create', 'backing-up', () => school.backUp())
    })
  }

  /** Writes a copy of the file to another place; `isWhole` is false where only its bytes could be had. */
  async saveCopy(target: string): Promise<{ isWhole: boolean }> {
    if (this.#gone.file === this.backedUpFile) {
      await this.#gone.saveCopy(target)
      return { isWhole: true }
    }
    const { saveCopy } = await import('../services/restore')
    return saveCopy(this.backedUpFile, target)
  }

  /** Looks whether the file of the open school is still where it was, and tells the page where it is not. */
  async look(): Promise<void> {
    const school = this.#school
    await school?.requireInPlace().catch((error: unknown) => this.#stop(school, toAppError(error)))
  }

  /** Does something with the file of the open school, which stays open meanwhile. Nothing where none is open, or it is open
   *  for reading only. */
  whileOpen(work: (file: string) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const file = this.#school?.file
      if (file && !file.isReadOnly) await work(file.path)
    })
  }

  /** Puts a backup in the place of a file and opens that. The open school lets its file go only once the backup is found
   *  good; where the rest fails it is opened again, as it was. */
  restore(
    backup: string,
    { to = this.backedUpFile, version }: { to?: string | undefined; version?: string | undefined } = {},
  ): Promise<RestoredSchool> {
    return this.#inTurn(async () => {
      const target = await realpath(to).catch(() => to)
      const kept = await this.#putBack(backup, target, version)
      const { describeBackup } = await import('../services/backups')
      const replaced = kept && (await describeBackup(kept.path))
      return { school: await this.#reopen(target), replaced }
    })
  }

  /** Makes a school's file of a database of the tutorial's system. It is not opened. */
  async adopt(
    adoption: Pick<Adoption, 'source' | 'file' | 'school'>,
    control: JobControl,
  ): Promise<AdoptReport> {
    const { adopt } = await import('../services/adopt')
    return adopt({ ...this.#options, ...adoption }, control)
  }

  /** Makes a school's file of what can be read of the one that could not be opened. It is not opened. */
  async salvage(file: string, control: JobControl): Promise<SalvageReport> {
    const source = this.#failed.file
    if (source === null) throw new AppError('no-school')
    const { salvage } = await import('../services/salvage')
    return salvage({ ...this.#options, source, file }, control)
  }

  /** Shows the open school as it was at the end of a day, in its own place. The school itself stays open behind it. */
  async openDay(day: string, control: JobControl): Promise<OpenSchool> {
    const school = this.#school
    if (!school) throw new AppError('no-school')
    const past = await this.#opener.openDay(school.file.path, day, control)
    return this.#inTurn(async () => {
      if (this.#school !== school || control.signal.aborted) {
        await past.close()
        throw new AppError('cancelled')
      }
      await this.#past.show(past)
      this.#options.emit('school', {})
      await school.putAway()
      return past.school.describe()
    })
  }

  /** Shows the open school itself again. */
  leaveDay(): Promise<OpenSchool> {
    return this.#inTurn(async () => {
      const school = this.#school
      if (!school) throw new AppError('no-school')
      if (await this.#past.leave()) this.#options.emit('school', {})
      return school.describe()
    })
  }

  /** Answers a method of a school, as it was where somebody looks at another day. While the school of the launch is being
   *  opened, it waits for that. */
  async call(method: string, input: unknown): Promise<Reply> {
    if (method === 'jobs.cancel' && this.#cancelOwn(input)) return { ok: true, value: true }
    if (!this.#school) await this.#turn
    const school = this.#school
    if (!school) return this.#failed.answer(method)
    const past = await this.#past.school?.call(method, input)
    // A job of the school itself runs on behind the day that is looked at.
    if (past && !(method === 'jobs.cancel' && past.ok && past.value === false)) return past
    const reply = await school.call(method, input)
    if (!reply.ok) this.#notice(school, reply.error)
    return reply
  }

  /** Closes the file cleanly. */
  async close(): Promise<void> {
    await this.jobs.cancelAll()
    await this.#inTurn(async () => {
      await this.#past.leave()
      const school = this.#school
      this.#school = null
      await this.#gone.close()
      await school?.close()
    })
  }

  async #putBack(backup: string, target: string, version?: string): Promise<KeptFile | null> {
    const open = this.file === target ? this.#school : null
    const isGone = this.#gone.file === target
    if (open?.file.isReadOnly) throw new AppError('read-only', { file: target })
    const { restoreBackup } = await import('../services/restore')
    const { person, appVersion, readMounts } = this.#options
    const letGo = async () => {
      if (isGone) await this.#gone.close()
      if (!open) return
      this.#school = null
      await open.close()
    }
    try {
      return await showWhile(this.#options.emit, 'backups.restore', 'restoring', () =>
        restoreBackup(backup, target, { person, appVersion, at: new Date(), version, letGo, readMounts }),
      )
    } catch (error) {
      if (!this.#school && this.#gone.file === null && (open || isGone)) await this.#reopen(target)
      throw error
    }
  }

  /** Opens a file after what was open may have been closed for it. Where that fails with none open, the page is told why. */
  async #reopen(file: string): Promise<OpenSchool> {
    try {
      return await this.#replace(await this.#opener.open(file))
    } catch (error) {
      if (!this.#school) {
        this.#failed.fail(file, error)
        this.#options.emit('school', {})
      }
      throw error
    }
  }

  /** Tells the page what the open school tells. A job that fails is looked into as a call is. */
  #emit<Name extends EventName>(name: Name, payload: Events[Name]): void {
    this.#options.emit(name, payload)
    const { state, error } = payload as Partial<Extract<Events['job'], { state: 'failed' }>>
    if (state === 'failed' && error && this.#school) this.#notice(this.#school, error)
  }

  #cancelOwn(input: unknown): boolean {
    const parsed = jobsMethods.cancel.input.safeParse(input)
    return parsed.success && this.jobs.cancel(parsed.data.jobId)
  }

  /** What is still open of a file that was gone is let go only once there is a file again. */
  async #reopenGone(file: string): Promise<OpenSchool> {
    if (!(await exists(file))) throw new AppError('file-gone', { file })
    await this.#gone.close()
    return this.#reopen(file)
  }

  /** A failure with which the file cannot be worked on ends that. */
  #notice(school: School, { code, params }: Pick<ErrorData, 'code' | 'params'>): void {
    if (ENDING.has(code)) void this.#stop(school, new AppError(code, params))
  }

  /** The page, which asks, is told why there is no school any more. */
  async #stop(school: School, error: AppError): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#school !== school || !ENDING.has(error.code) || school.file.isReadOnly) return
      await this.#past.leave()
      this.#school = null
      this.#failed.fail(school.file.path, error)
      if (error.code === 'file-gone') this.#gone.keep(school)
      else await school.close()
      this.#options.emit('school', {})
    })
    await this.kept
  }

  async #checkIfCutShort(school: School): Promise<void> {
    if (!school.file.wasCutShort || this.#school !== school) return
    const found = await school.examine()
    if (found?.failure) await this.#stop(school, found.failure)
    else if (found) this.#options.emit('checked', { orphans: found.orphans })
  }

  async #replace(school: School): Promise<OpenSchool> {
    await this.#past.leave()
    const before = this.#school
    this.#school = school
    this.#failed.forget()
    this.#options.onOpened(school.file.path)
    this.#options.emit('school', {})
    await this.#gone.close()
    await before?.close()
    // Nobody is to wait for it, and the window has its lists to read first.
    setTimeout(() => void this.#checkIfCutShort(school), this.#options.checkAfter ?? 2_000).unref()
    return school.describe()
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}
