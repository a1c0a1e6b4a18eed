import { join } from 'node:path'
import { schoolContract } from '../contract'
import type { BackupReason } from '../contract/backups'
import type { Handlers } from '../contract/define'
import { AppError, type Reply } from '../contract/errors'
import type { jobsMethods } from '../contract/jobs'
import type { OpenSchool } from '../contract/school'
import { backupFolder, writeCopyBy } from '../database/backup'
import type { UpgradeStep } from '../database/migrate'
import type { ReadMounts } from '../database/mounts'
import type { Database } from '../database/open'
import type { ForkParser } from '../exchange/parserProcess'
import { backupName } from './backupNames'
import { backUpFile } from './backups'
import { Changes } from './changes'
import { Comparisons } from './comparisons'
import type { CommandContext, Emit, FillSchool, OpenFile, SchoolContext, SchoolContexts } from './context'
import { courses } from './courses'
import { days } from './days'
import { type Call, createDispatch } from './dispatch'
import { completeEnded, enrollments, hasEnded } from './enrollments'
import { type Examined, examineFile } from './examine'
import { exports } from './exports'
import type { FileTokens } from './fileTokens'
import { history } from './history'
import { imports } from './imports'
import { Jobs } from './jobs'
import { Lists } from './lists'
import { type OpenedFile, openSchoolFile } from './openFile'
import { overview } from './overview'
import { PreparedImports } from './preparedImports'
import { Reserve } from './reserve'
import { restorePreviews } from './restorePreviews'
import { createSchoolFile, type NewSchool } from './schoolFile'
import { SchoolGate } from './schoolGate'
import { describeSchool, school } from './schoolRecord'
import { UndoStack } from './undoStack'
import { userTypes } from './userTypes'
import { users } from './users'
import { dayOfClock } from './values'

export interface SchoolOptions {
  /** Who is at work, for history. */
  person: string
  appVersion: string
  /** For scratch files; it is there. */
  workFolder: string
  files: FileTokens
  forkParser: ForkParser
  emit: Emit
  onUnexpected: (method: string, error: unknown) => void
  /** Opens the file for reading, whoever writes it. */
  isReadOnly?: boolean
  /** What the file is a copy of, and the day at whose end that was so. */
  asOf?: OpenFile['asOf']
  /** The disks of this computer, where it is not to be asked itself. */
  readMounts?: ReadMounts
  /** Keeps room on the disk for what is changed when that is full. */
  hasReserve?: boolean
  onUpgrade?: (step: UpgradeStep) => void
  now?: () => Date
}

/** One open school: its file, and the methods of the contract on it. */
export class School {
  readonly file: OpenFile
  /** Calls a method by its name in the contract. It never throws: failures are part of the reply. */
  readonly call: Call
  readonly #opened: OpenedFile
  readonly #options: SchoolOptions
  readonly #gate: SchoolGate
  readonly #reserve: Reserve | null
  readonly #lists: Lists
  readonly #jobs: Jobs
  readonly #imports: PreparedImports
  readonly #comparisons: SchoolContext['comparisons']
  readonly #restorePreviews: SchoolContext['restorePreviews']
  readonly #undoStack = new UndoStack()
  readonly #closing = new AbortController()
  readonly #answering = new Set<Promise<unknown>>()
  #examination: Promise<Examined | null> | null = null
  #keeping: Promise<void> | null = null
  #closed: Promise<void> | null = null

  /** Opens a school's file, upgraded to head. Throws AppError, FileRefusedError or FileLockedError; the file is then as it was. */
  static async open(path: string, options: SchoolOptions): Promise<School> {
    const school = new School(await openSchoolFile(path, options), options)
    try {
      if (!school.file.isReadOnly && (await hasEnded(school.#context())))
        await school.command('enrollments.completeEnded', completeEnded, { isBackedUp: true })
      // Nobody waits for it: on a slow disk it takes a while.
      school.#keeping = school.#reserve?.keep() ?? null
      return school
    } catch (error) {
      await school.close()
      throw error
    }
  }

  /** Makes a school's file, all of it or nothing, and opens it. `fill` may put the first records into it, in one change
   *  set, before the file has its name. Throws `file-exists` rather than write over one. */
  static async create(
    path: string,
    newSchool: NewSchool,
    options: SchoolOptions,
    fill?: FillSchool,
  ): Promise<School> {
    const { appVersion, person, readMounts } = options
    const { language } = newSchool
    const fillAll = async (database: Database) => {
      const changes = new Changes(database, { command: 'schools.create', person })
      await database.write(async () => {
        await fill?.({ database, changes, language })
        await changes.finish()
      })
    }
    await createSchoolFile(path, newSchool, appVersion, fillAll, readMounts)
    return School.open(path, options)
  }

  private constructor(opened: OpenedFile, options: SchoolOptions) {
    this.file = opened.file
    this.#opened = opened
    this.#options = options
    this.#lists = new Lists(opened.database)
    this.#jobs = new Jobs(options.emit, options.onUnexpected)
    this.#imports = new PreparedImports(options.workFolder)
    this.#comparisons = new Comparisons(options.workFolder)
    this.#restorePreviews = new Comparisons(options.workFolder)
    const hasReserve = options.hasReserve && !opened.file.isReadOnly
    this.#reserve = hasReserve ? new Reserve(opened.file.path, options.onUnexpected) : null
    this.#gate = new SchoolGate({
      ...options,
      reserve: this.#reserve,
      context: () => this.#context(),
      examine: () => this.examine(),
    })
    const answer = createDispatch(schoolContract, HANDLERS, this.#gate.kinds, options.onUnexpected)
    this.call = (method, input) => this.#whileOpen(answer(method, input))
  }

  /** What is open. */
  describe(): Promise<OpenSchool> {
    return describeSchool(this.#context())
  }

  /** Runs a write that is no method of the contract as one would be: one transaction, one change set, one event. It is
   *  not what Ctrl+Z goes back to, and has a backup made before it only where that is said. */
  async command<Result>(
    command: string,
    work: (context: CommandContext) => Promise<Result>,
    { isBackedUp = false } = {},
  ): Promise<Result> {
    return (await this.#gate.write(command, work, { isBackedUp })).result
  }

  /** Writes a verified copy of the file beside it, while others go on writing, and answers its path. */
  backUp(reason: BackupReason = 'by-hand'): Promise<string> {
    return backUpFile(this.file.path, { reason, at: now(this.#options) })
  }

  /** Looks through the file while others work on it. Null where the file was closed meanwhile. */
  examine(): Promise<Examined | null> {
    return (this.#examination ??= examineFile(this.#opened.database, this.#closing.signal).finally(() => {
      this.#examination = null
    }))
  }

  /** Puts away what was prepared or compared for a page that begins anew. While a job may still need it, it stays. */
  async putAway(): Promise<void> {
    if (!this.#jobs.areRunning) await this.#putAwayAll()
  }

  /** Throws FileGoneError where the file is no longer where it was opened. */
  requireInPlace(): Promise<void> {
    return this.#opened.database.requireInPlace()
  }

  /** Writes a whole copy of what is open to another place, wherever its own file is by now. */
  saveCopy(target: string): Promise<void> {
    return writeCopyBy((copy) => this.#opened.database.copyInto(copy), target, { file: this.file.path })
  }

  /** Keeps what is open of a file that lost its name: all of it goes into that file, and a copy among the backups where their
   *  disk is still there. */
  async keepGone(): Promise<void> {
    await this.#opened.database.foldWal()
    if (!(await this.#opened.database.isDiskInPlace())) return
    await this.saveCopy(
      join(backupFolder(this.file.path), backupName(this.file.path, 'file-gone', now(this.#options))),
    )
  }

  /** For `check`, which looks at the file itself. */
  get database(): Database {
    return this.#opened.database
  }

  /** Stops what runs, waits for the writes under way and lets the file go. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    await this.#jobs.cancelAll()
    // Its connection would keep the file from being folded into one.
    this.#closing.abort()
    await this.#examination
    // Whoever asked before is answered: from a closed file it would be with a failure that nobody foresaw.
    await Promise.allSettled(this.#answering)
    await this.#putAwayAll()
    await this.#keeping
    // The -wal is folded into the file, for which a full disk has no other room.
    await this.#reserve?.release()
    await this.#opened.database.close()
    await this.#opened.lock?.release()
  }

  async #putAwayAll(): Promise<void> {
    await this.#imports.close()
    await this.#comparisons.close()
    await this.#restorePreviews.close()
  }

  async #whileOpen<Result>(answer: Promise<Result>): Promise<Result> {
    this.#answering.add(answer)
    try {
      return await answer
    } finally {
      this.#answering.delete(answer)
    }
  }

  #context(): SchoolContext {
    const { files, forkParser, workFolder } = this.#options
    return {
      database: this.#opened.database,
      openFile: this.file,
      lists: this.#lists,
      jobs: this.#jobs,
      imports: this.#imports,
      comparisons: this.#comparisons,
      restorePreviews: this.#restorePreviews,
      undoStack: this.#undoStack,
      language: this.#opened.language,
      today: dayOfClock(now(this.#options)),
      files,
      forkParser,
      workFolder,
    }
  }
}

const jobs: Handlers<typeof jobsMethods, SchoolContexts> = {
  cancel: async (context, { jobId }) => context.jobs.cancel(jobId),
}

const HANDLERS = {
  users,
  userTypes,
  courses,
  enrollments,
  school,
  history,
  days,
  restorePreviews,
  overview,
  imports,
  exports,
  jobs,
}

/** Runs a call and unwraps its reply, for callers that would rather catch: the command line and tests. */
export function valueOf<Value>(reply: Reply<Value>): Value {
  if (reply.ok) return reply.value
  throw new AppError(reply.error.code, reply.error.params, reply.error.fields)
}

const now = (options: SchoolOptions) => options.now?.() ?? new Date()
