import { join } from 'node:path'
import { schoolContract } from '../contract'
import type { BackupReason } from '../contract/backups'
import type { Handlers } from '../contract/define'
import { AppError, type Reply } from '../contract/errors'
import type { ChangeSet } from '../contract/history'
import type { jobsMethods } from '../contract/jobs'
import type { Language } from '../contract/languages'
import type { OpenSchool } from '../contract/school'
import { damageRefused } from '../database/atRest'
import { backupFolder, writeCopyBy } from '../database/backup'
import { hasPendingWal } from '../database/header'
import { type FileLock, lockFile } from '../database/lock'
import { upgrade, type UpgradeStep } from '../database/migrate'
import { isOnNetwork, type ReadMounts } from '../database/mounts'
import { Database, type WriteOptions } from '../database/open'
import { appliedCount, FileRefusedError, requireRevisions } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import type { ForkParser } from '../exchange/parserProcess'
import { backupName } from './backupNames'
import { backUpBefore, backUpFile } from './backups'
import { Changes } from './changes'
import { Comparisons } from './comparisons'
import type { CommandContext, Emit, FillSchool, OpenFile, SchoolContext, SchoolContexts } from './context'
import { courses } from './courses'
import { days } from './days'
import { type Call, createDispatch, type Gate } from './dispatch'
import { completeEnded, enrollments, hasEnded } from './enrollments'
import { type Examined, examineFile, explainFailure, notForDamageOnce } from './examine'
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
  /** What the file is a copy of, and the day at whose end that was so. */
  asOf?: OpenFile['asOf']
  /** The disks of this computer, where it is not to be asked itself. */
  readMounts?: ReadMounts
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
  readonly #comparisons: Comparisons
  readonly #undoStack = new UndoStack()
  readonly #closing = new AbortController()
  #examination: Promise<Examined | null> | null = null
  #closed: Promise<void> | null = null

  /** Opens a school's file, upgraded to head. Throws AppError, FileRefusedError or FileLockedError; the file is then as it was. */
  static open(path: string, options: SchoolOptions): Promise<School> {
    return notForDamageOnce(() => damageRefused(path, () => School.#open(path, options)))
  }

  static async #open(path: string, options: SchoolOptions): Promise<School> {
    const revisions = allRevisions()
    const isRemote = await isOnNetwork(path, options.readMounts)
    // What waits there could be read only by writing beside it.
    if (isRemote && (await hasPendingWal(path))) throw new FileRefusedError('read-only', path)
    // Refused before a lock is laid beside it: what is not ours stays as it is, with its folder.
    const applied = await appliedCount(path, revisions)
    const readOnlyBecause = await findReadOnlyCause(path, isRemote, options)
    const isReadOnly = readOnlyBecause !== null
    const wasCutShort = !isReadOnly && (await hasPendingWal(path))
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
      const schema = revisions.at(-1)?.name ?? ''
      const { asOf = null } = options
      const about = { asOf, readOnlyBecause, wasCutShort, schema, restorePoint, upgradeNotes: [] }
      const file = { path, isReadOnly, ...about }
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
    const database = await Database.open(opened.path, {
      isReadOnly: opened.isReadOnly,
      isAtRest: opened.readOnlyBecause === 'network',
    })
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
    this.#comparisons = new Comparisons(options.workFolder)
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

  /** Looks through the file while others work on it. Null where the file was closed meanwhile. */
  examine(): Promise<Examined | null> {
    return (this.#examination ??= examineFile(this.#database, this.#closing.signal).finally(() => {
      this.#examination = null
    }))
  }

  /** Throws FileGoneError where the file is no longer where it was opened. */
  requireInPlace(): Promise<void> {
    return this.#database.requireInPlace()
  }

  /** Writes a whole copy of what is open to another place, wherever its own file is by now. */
  saveCopy(target: string): Promise<void> {
    return writeCopyBy((copy) => this.#database.copyInto(copy), target, { file: this.file.path })
  }

  /** Keeps what is open of a file that lost its name: all of it goes into that file, and a copy among the backups where their
   *  disk is still there. */
  async keepGone(): Promise<void> {
    await this.#database.foldWal()
    if (!(await this.#database.isDiskInPlace())) return
    await this.saveCopy(
      join(backupFolder(this.file.path), backupName(this.file.path, 'file-gone', now(this.#options))),
    )
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
    // Its connection would keep the file from being folded into one.
    this.#closing.abort()
    await this.#examination
    await this.#imports.close()
    await this.#comparisons.close()
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
      comparisons: this.#comparisons,
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
      query: (_, work) => this.#explained(() => work(this.#context())),
      action: (_, work) => this.#explained(() => work(this.#context())),
      // Of one change, and yet of 100,000 records it may be.
      command: async (method, work) =>
        (
          await showWhile(this.#options.emit, method, 'working', () =>
            this.#explained(() => this.#undoable(method, work)),
          )
        ).result,
      job: async (method, work) =>
        this.#jobs.start(method, (control) =>
          this.#explained(() =>
            work({
              ...this.#context(),
              ...control,
              write: (writing, options) => this.#undoable(method, writing, options),
            }),
          ),
        ),
    }
  }

  /** What SQLite, or the disk, takes for a fault of the file is looked into before anybody is told. */
  async #explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw await explainFailure(error, this.#database, () => this.examine())
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
  days,
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

/** Why a file is opened for reading only; null where it is not. */
async function findReadOnlyCause(
  path: string,
  isRemote: boolean,
  { isReadOnly }: SchoolOptions,
): Promise<OpenFile['readOnlyBecause']> {
  if (isRemote) return 'network'
  if (isReadOnly) return 'asked'
  return (await isWritable(path)) ? null : 'unwritable'
}

const now = (options: SchoolOptions) => options.now?.() ?? new Date()
