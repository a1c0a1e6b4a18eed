import { AsyncLocalStorage } from 'node:async_hooks'
import { dirname } from 'node:path'
import { QueryTypes, type Sequelize } from 'sequelize'
import { BUSY_MS, connect, interrupt } from './connection'
import { databaseFailure } from './failures'
import { databaseSize, requireFreeSpace } from './freeSpace'
import { FileGoneError, identify, isDiskInPlace, isInPlace, type FileIdentity } from './filePlace'
import { APPLICATION_ID, exists, mustBeImmutable, removeEmptyWal } from './header'
import { defineModels, type Models } from './models'
import { stoppable } from './stoppable'

export type Row = Record<string, unknown>

export interface WriteOptions {
  /** Other files to see in the transaction, by the name to see them under. They are attached before it begins. */
  attach?: Record<string, string>
}

interface HowOpen {
  identity: FileIdentity
  isReadOnly: boolean
  isImmutable: boolean
  leavesWal: boolean
}

/** One open file: a writer, used by one transaction at a time, and a reader of its own for what the page looks at. */
export class Database {
  readonly file: string
  readonly isReadOnly: boolean
  readonly #writer: Sequelize | null
  readonly #reader: Sequelize
  readonly #models: Models | null
  readonly #identity: FileIdentity
  /** Whether reading has made a `-wal`, with nothing in it. */
  readonly #leavesWal: boolean
  readonly #scope = new AsyncLocalStorage<true>()
  #queue: Promise<unknown> = Promise.resolve()

  /** Opens a file that is at head. The caller holds the lock unless `isReadOnly`. One `isAtRest` is read as it stands,
   *  without so much as a lock. */
  static async open(file: string, { isReadOnly = false, isAtRest = false } = {}): Promise<Database> {
    const isImmutable = isReadOnly && (isAtRest || (await mustBeImmutable(file)))
    const identity = await identify(file)
    if (identity === null) throw new FileGoneError(file)
    const leavesWal = isReadOnly && !isImmutable && !(await exists(`${file}-wal`))
    const database = new Database(file, { identity, isReadOnly, isImmutable, leavesWal })
    try {
      if (!isReadOnly) await database.alone(prepareForWriting)
      await database.query('SELECT 1')
      return database
    } catch (error) {
      // A connection that is left open would keep everybody from restoring a backup.
      await database.close()
      throw error
    }
  }

  private constructor(file: string, { identity, isReadOnly, isImmutable, leavesWal }: HowOpen) {
    this.file = file
    this.#identity = identity
    this.#leavesWal = leavesWal
    this.isReadOnly = isReadOnly
    this.#reader = connect(file, { isReadOnly: true, isImmutable })
    this.#writer = isReadOnly ? null : connect(file)
    this.#models = this.#writer && defineModels(this.#writer)
    if (this.#writer) this.#guard(this.#writer)
  }

  /** The models, for use inside `write`. */
  get models(): Models {
    if (!this.#models) throw new Error('the file is open for reading only')
    return this.#models
  }

  /** Reads rows, with `$1`-style parameters: in the transaction of the `write` around it, else on the reader. Never more
   *  than 2,000 rows at once: they would block the process. */
  query<Result extends object = Row>(sql: string, parameters: unknown[] = []): Promise<Result[]> {
    const connection = this.#scope.getStore() ? this.#writer : this.#reader
    if (!connection) throw new Error('the file is open for reading only')
    return connection.query<Result>(sql, { bind: parameters, type: QueryTypes.SELECT })
  }

  /** Runs a statement that answers no rows, in the transaction of the `write` around it. */
  async run(sql: string, parameters: unknown[] = []): Promise<void> {
    if (!this.#writer) throw new Error('the file is open for reading only')
    await this.#writer.query(sql, { bind: parameters })
  }

  /** Runs a statement on the reader, which may write temporary tables alone: opened lists live there. */
  async runOnReader(sql: string, parameters: unknown[] = []): Promise<void> {
    await this.#reader.query(sql, { bind: parameters })
  }

  /** Reads rows on the reader even inside a `write`. */
  read<Result extends object = Row>(sql: string, parameters: unknown[] = []): Promise<Result[]> {
    return this.#reader.query<Result>(sql, { bind: parameters, type: QueryTypes.SELECT })
  }

  /** The first row of a query, or null. */
  async queryOne<Result extends object = Row>(
    sql: string,
    parameters: unknown[] = [],
  ): Promise<Result | null> {
    const [row] = await this.query<Result>(sql, parameters)
    return row ?? null
  }

  /** Runs `work` alone, in one transaction that takes the write lock at its beginning: all of it is kept, on disk, when
   *  this resolves, and none of it when it throws. Writes wait for one another in the order of their calls. Throws
   *  FileGoneError where the file is no longer where it was: SQLite would go on writing into what nobody finds again. */
  write<Result>(work: () => Promise<Result>, { attach = {} }: WriteOptions = {}): Promise<Result> {
    if (this.#scope.getStore()) throw new Error('a write inside a write')
    return this.alone(async (run) => {
      await this.requireInPlace()
      const attached: string[] = []
      try {
        for (const [name, file] of Object.entries(attach)) {
          await run(`ATTACH $1 AS ${name}`, [file])
          attached.push(name)
        }
        const result = await this.#transact(run, work)
        // Nothing counts as saved that went into a file which lost its name meanwhile.
        await this.requireInPlace()
        return result
      } finally {
        for (const name of attached) await run(`DETACH ${name}`)
      }
    })
  }

  /** Runs `work` in the write queue but outside a transaction, for what SQLite refuses inside one (`VACUUM INTO`). */
  alone<Result>(work: (run: RunSql) => Promise<Result>): Promise<Result> {
    const writer = this.#writer
    if (!writer) throw new Error('the file is open for reading only')
    const run: RunSql = async (sql, parameters = []) => {
      await this.#scope.run(true, () => writer.query(sql, { bind: parameters }))
    }
    const turn = this.#queue.then(() => work(run))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Runs `work` so that it fails soon after `signal` is aborted, whatever statement runs then. */
  async stoppable<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const writer = this.#writer
    if (!writer) throw new Error('the file is open for reading only')
    return stoppable(signal, () => interrupt(writer), work)
  }

  /** Throws FileGoneError where the file's name stands for another file, or for none. */
  async requireInPlace(): Promise<void> {
    if (!(await isInPlace(this.file, this.#identity))) throw new FileGoneError(this.file)
  }

  /** Whether the folder of the file is where it was, on the same disk. */
  isDiskInPlace(): Promise<boolean> {
    return isDiskInPlace(this.file, this.#identity)
  }

  /** Copies what is open, wherever its file is by now, into a new file. Throws NoSpaceError. */
  async copyInto(copy: string): Promise<void> {
    await requireFreeSpace(dirname(copy), await databaseSize(this.file))
    const sql = 'VACUUM INTO $1'
    if (this.#writer) await this.alone((run) => run(sql, [copy]))
    else await this.runOnReader(sql, [copy])
  }

  /** Brings all that was written into the file itself. Throws where that fails, which closing does not: whoever gives the
   *  file another name loses what is still in the `-wal`. */
  async foldWal(): Promise<void> {
    if (this.#writer) await this.alone((run) => run('PRAGMA wal_checkpoint(TRUNCATE)'))
  }

  /** Waits for the writes under way, folds the `-wal` into the file and closes it. */
  async close(): Promise<void> {
    await this.#queue
    // Where the disk is gone, what is in the `-wal` is on it.
    if (!(await isInPlace(this.file, this.#identity))) await this.foldWal().catch(() => undefined)
    await this.#reader.close()
    await this.#writer?.close()
    if (this.#leavesWal) await removeEmptyWal(this.file)
    // Or Node would carry it through every later step of the program, for ever.
    this.#scope.disable()
  }

  async #transact<Result>(run: RunSql, work: () => Promise<Result>): Promise<Result> {
    await run('BEGIN IMMEDIATE')
    try {
      const result = await this.#scope.run(true, work)
      await run('COMMIT')
      return result
    } catch (error) {
      await this.#rollBack(run)
      throw error
    }
  }

  /** On a full or failing disk SQLite has rolled back by itself already, and says so. */
  async #rollBack(run: RunSql): Promise<void> {
    try {
      await run('ROLLBACK')
    } catch (error) {
      if (!String(error).includes('no transaction is active')) throw error
    }
  }

  /** A model used outside `write` would wait for a transaction that never ends, or write without a change set. */
  #guard(writer: Sequelize): void {
    const query = writer.query.bind(writer) as (...all: unknown[]) => Promise<unknown>
    const guarded = (...all: unknown[]) => {
      if (!this.#scope.getStore()) return Promise.reject(new Error('the writer was used outside write()'))
      return query(...all)
    }
    Object.assign(writer, { query: guarded })
  }
}

export type RunSql = (sql: string, parameters?: unknown[]) => Promise<void>

async function prepareForWriting(run: RunSql): Promise<void> {
  // WAL is a property of the file, kept in it; a file restored by other means may have lost it.
  await run('PRAGMA journal_mode=WAL')
  await requireWritable(run)
}

/** What SQLite cannot open for writing, if only for a moment, it opens for reading, and says nothing, nor does it at the
 *  beginning of a transaction for writing: a statement that would write does. Whoever else writes just now is not waited
 *  for: then it is open for writing, too. */
async function requireWritable(run: RunSql): Promise<void> {
  await run('PRAGMA busy_timeout=0')
  try {
    await run('BEGIN IMMEDIATE')
    await run(`PRAGMA application_id=${APPLICATION_ID}`)
    await run('ROLLBACK')
  } catch (error) {
    if (databaseFailure(error)?.kind !== 'locked') throw error
  } finally {
    await run(`PRAGMA busy_timeout=${BUSY_MS}`)
  }
}
