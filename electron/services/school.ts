import { schoolContract } from '../contract'
import type { BackupReason } from '../contract/backups'
import type { Handlers } from '../contract/define'
import { AppError, type Reply } from '../contract/errors'
import type { ChangeSet } from '../contract/history'
import type { jobsMethods } from '../contract/jobs'
import type { Language } from '../contract/languages'
import type { OpenSchool } from '../contract/school'
import { type FileLock, lockFile } from '../database/lock'
import { upgrade, type UpgradeStep } from '../database/migrate'
import { Database, type WriteOptions } from '../database/open'
import { appliedCount, requireRevisions } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import type { ForkParser } from '../exchange/parserProcess'
import { backUpBefore, backUpFile } from './backups'
import { Changes } from './changes'
import type { CommandContext, Emit, FillSchool, OpenFile, SchoolContext, SchoolContexts } from './context'
import { courses } from './courses'
import { type Call, createDispatch, type Gate } from './dispatch'
import { completeEnded, enrollments, hasEnded } from './enrollments'
import { exports } from './exports'
import { upgradeError } from './failures'
import type { FileTokens } from './fileTokens'
import { history, readUpgradeNotes } from './history'
import { imports } from './imports'
import { Jobs } from './jobs'
import { Lists } from './lists'
import { refillNameKeys } from './nameKeyColumns'
import { overview } from './overview'
import { PreparedImports } from './preparedImports'
import { createSchoolFile, isWritable, type NewSchool } from './schoolFile'
import { describeSchool, readSchool, school } from './schoolRecord'
import { showWhile } from './shownWork'
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
  onUpgrade?: (step: UpgradeStep) => void
  now?: () => Date
}

/** One open school: its file, and the methods of the contract on it. */
export class School {
  readonly file: OpenFile
  /** Calls a method by its name in the contract. It never throws: failures are part of the reply. */
  readonly call: Call
  readonly #database: Database
  readonly #lock: FileLock | null
  readonly #options: SchoolOptions
  readonly #language: Language
  readonly #lists: Lists
  readonly #jobs: Jobs
  readonly #imports: PreparedImports
  readonly #undoStack = new UndoStack()
  #closed: Promise<void> | null = null

  /** Opens a school's file, upgraded to head. Throws AppError, FileRefusedError or FileLockedError; the file is then as it was. */
  static async open(path: string, options: SchoolOptions): Promise<School> {
    const revisions = allRevisions()
    // Refused before a lock is laid beside it: what is not ours stays as it is, with its folder.
    const applied = await appliedCount(path, revisions)
    const isReadOnly = options.isReadOnly === true || !(await isWritable(path))
    const lock = isReadOnly
      ? null
      : await lockFile(path, `${options.person}, Rollbook ${options.appVersion}`, now(options))
    try {
      const restorePoint = await upgrade(path, revisions, {
        appVersion: options.appVersion,
        isReadOnly,
        onStep: options.onUpgrade,
      }).catch((error: unknown) => {
        throw upgradeError(error, path)
      })
      const file = { path, isReadOnly, schema: revisions.at(-1)?.name ?? '', restorePoint, upgradeNotes: [] }
      return await School.#openUpgraded(file, lock, options, restorePoint === null ? null : applied)
    } catch (error) {
      await lock?.release()
      throw error
    }
  }

  static async #openUpgraded(
    opened: OpenFile,
    lock: FileLock | null,
    options: SchoolOptions,
    upgradedFrom: number | null,
  ): Promise<School> {
    const database = await Database.open(opened.path, opened)
    try {
      await requireRevisions((sql) => database.query(sql), allRevisions(), opened.path)
      const { language } = await readSchool(database)
      const upgradeNotes = upgradedFrom === null ? [] : await readUpgradeNotes(database, upgradedFrom)
      const file = { ...opened, upgradeNotes }
      if (!file.isReadOnly) await refillNameKeys(database, language)
      const school = new School(database, lock, file, language, options)
      if (!file.isReadOnly && (await hasEnded(school.#context())))
        await school.command('enrollments.completeEnded', completeEnded, { isBackedUp: true })
      return school
    } catch (error) {
      await database.close()
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
    const { appVersion, person } = options
    const { language } = newSchool
    await createSchoolFile(path, newSchool, appVersion, async (database) => {
      const changes = new Changes(database, { command: 'schools.create', person })
      await database.write(async () => {
        await fill?.({ database, changes, language })
        await changes.finish()
      })
    })
    return School.open(path, options)
  }

  private constructor(
    database: Database,
    lock: FileLock | null,
    file: OpenFile,
    language: Language,
    options: SchoolOptions,
  ) {
    this.file = file
    this.#database = database
    this.#lock = lock
    this.#language = language
    this.#options = options
    this.#lists = new Lists(database)
    this.#jobs = new Jobs(options.emit, options.onUnexpected)
    this.#imports = new PreparedImports(options.workFolder)
    this.call = createDispatch(schoolContract, HANDLERS, this.#gate(), options.onUnexpected)
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
    return (await this.#write(command, work, { isBackedUp })).result
  }

  /** Writes a verified copy of the file beside it, while others go on writing, and answers its path. */
  backUp(reason: BackupReason = 'by-hand'): Promise<string> {
    return backUpFile(this.file.path, { reason, at: now(this.#options) })
  }

  /** For `check`, which looks at the file itself. */
  get database(): Database {
    return this.#database
  }

  /** Stops what runs, waits for the writes under way and lets the file go. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    await this.#jobs.cancelAll()
    await this.#imports.close()
    await this.#database.close()
    await this.#lock?.release()
  }

  #context(): SchoolContext {
    const { files, forkParser, workFolder } = this.#options
    return {
      database: this.#database,
      openFile: this.file,
      lists: this.#lists,
      jobs: this.#jobs,
      imports: this.#imports,
      undoStack: this.#undoStack,
      language: this.#language,
      today: dayOfClock(now(this.#options)),
      files,
      forkParser,
      workFolder,
    }
  }

  #gate(): Gate<SchoolContexts> {
    return {
      query: (_, work) => work(this.#context()),
      action: (_, work) => work(this.#context()),
      // Of one change, and yet of 100,000 records it may be.
      command: async (method, work) =>
        (await showWhile(this.#options.emit, method, 'working', () => this.#undoable(method, work))).result,
      job: async (method, work) =>
        this.#jobs.start(method, (control) =>
          work({
            ...this.#context(),
            ...control,
            write: (writing, options) => this.#undoable(method, writing, options),
          }),
        ),
    }
  }

  /** A write that Ctrl+Z takes back, or the taking back of one. */
  async #undoable<Result>(...write: WriteArguments<Result>): Promise<Written<Result>> {
    const written = await this.#write(...write)
    if (written.changeSetId !== null) this.#undoStack.note(written.changeSetId, written)
    return written
  }

  /** The gate that every write passes: in turn, in one transaction, with one change set. */
  async #write<Result>(
    ...[command, work, { isBackedUp = true, ...options } = {}]: WriteArguments<Result>
  ): Promise<Written<Result>> {
    if (this.file.isReadOnly) throw new AppError('read-only', { file: this.file.path })
    const changes = new Changes(this.#database, { command, person: this.#options.person })
    const written = await this.#database.write(async () => {
      const result = await work({ ...this.#context(), changes })
      const changeSetId = await changes.finish()
      if (isBackedUp) await this.#backUpBefore(command, changes.count)
      return { result, changeSetId, undoes: changes.undoes, direction: changes.direction }
    }, options)
    if (written.changeSetId !== null) this.#options.emit('changed', { entities: [...changes.entities] })
    return written
  }

  /** Before a large change is completed: until then every other connection has the file without it. */
  #backUpBefore(command: string, recordCount: number): Promise<void> {
    const reason = command === 'imports.apply' ? 'before-import' : 'before-change'
    return backUpBefore(this.file.path, recordCount, { reason, at: now(this.#options) })
  }
}

type WriteArguments<Result> = [
  command: string,
  work: (context: CommandContext) => Promise<Result>,
  options?: WriteOptions & { isBackedUp?: boolean },
]

interface Written<Result> extends Pick<ChangeSet, 'undoes' | 'direction'> {
  result: Result
  /** Null where nothing was changed. */
  changeSetId: number | null
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
