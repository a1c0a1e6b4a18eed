import { AppError } from '../contract/errors'
import type { ChangeSet } from '../contract/history'
import { databaseFailure } from '../database/failures'
import type { WriteOptions } from '../database/open'
import { backUpBefore } from './backups'
import { Changes } from './changes'
import type { CommandContext, SchoolContext, SchoolContexts } from './context'
import type { Gate } from './dispatch'
import { explainFailure, type Examined } from './examine'
import type { Reserve } from './reserve'
import type { SchoolOptions } from './school'
import { showWhile } from './shownWork'

/** What the gate needs of its school. */
export interface GateOptions extends Pick<SchoolOptions, 'person' | 'emit' | 'now'> {
  context: () => SchoolContext
  /** Looks through the file; null where it was closed meanwhile. */
  examine: () => Promise<Examined | null>
  reserve: Reserve | null
}

/** The gate that every call of a school passes, and every write: in turn, in one transaction, with one change set. */
export class SchoolGate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** How each kind of method is run. */
  get kinds(): Gate<SchoolContexts> {
    const { context, emit } = this.#options
    return {
      query: (_, work) => this.#explained(() => work(context())),
      action: (_, work) => this.#explained(() => work(context())),
      // Of one change, and yet of 100,000 records it may be.
      command: (method, work) =>
        showWhile(emit, method, 'working', () =>
          this.#explained(async () => (await this.#onFullDisk(() => this.#undoable(method, work))).result),
        ),
      job: async (method, work) =>
        context().jobs.start(method, (control) =>
          this.#explained(() =>
            work({
              ...context(),
              ...control,
              write: (writing, options) => this.#undoable(method, writing, options),
            }),
          ),
        ),
    }
  }

  /** Runs a write that Ctrl+Z does not go back to. `isBackedUp` has a backup made before a large one. */
  async write<Result>(
    ...[command, work, { isBackedUp = true, ...options } = {}]: WriteArguments<Result>
  ): Promise<Written<Result>> {
    const { context, emit, person } = this.#options
    const { database, openFile } = context()
    if (openFile.isReadOnly) throw new AppError('read-only', { file: openFile.path })
    const changes = new Changes(database, { command, person })
    const written = await database.write(async () => {
      const result = await work({ ...context(), changes })
      const changeSetId = await changes.finish()
      if (isBackedUp) await this.#backUpBefore(command, changes.count)
      return { result, changeSetId, undoes: changes.undoes, direction: changes.direction }
    }, options)
    if (written.changeSetId !== null) emit('changed', { entities: [...changes.entities] })
    return written
  }

  /** A write that Ctrl+Z takes back, or the taking back of one. */
  async #undoable<Result>(...write: WriteArguments<Result>): Promise<Written<Result>> {
    const written = await this.write(...write)
    if (written.changeSetId !== null) this.#options.context().undoStack.note(written.changeSetId, written)
    return written
  }

  /** What meets a full disk is done again in the room that was kept for it. Nothing has remained of the first time. */
  async #onFullDisk<Result>(write: () => Promise<Result>): Promise<Result> {
    const { reserve, emit } = this.#options
    try {
      const written = await write()
      await reserve?.renew()
      return written
    } catch (error) {
      if (databaseFailure(error)?.kind !== 'disk-full' || !(await reserve?.spend())) throw error
      const written = await write()
      emit('diskFull', {})
      return written
    }
  }

  /** What SQLite, or the disk, takes for a fault of the file is looked into before anybody is told. */
  async #explained<Result>(work: () => Promise<Result>): Promise<Result> {
    const { context, examine } = this.#options
    try {
      return await work()
    } catch (error) {
      throw await explainFailure(error, context().database, examine)
    }
  }

  /** Before a large change is completed: until then every other connection has the file without it. */
  #backUpBefore(command: string, recordCount: number): Promise<void> {
    const { context, now } = this.#options
    const reason = command === 'imports.apply' ? 'before-import' : 'before-change'
    return backUpBefore(context().openFile.path, recordCount, { reason, at: now?.() ?? new Date() })
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
