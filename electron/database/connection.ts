import { pathToFileURL } from 'node:url'
import { Sequelize } from 'sequelize'
import sqlite3 from 'sqlite3'

export interface ConnectionOptions {
  isReadOnly?: boolean
  /** Nothing is laid beside the file, not even for the time of reading. Only for a file that nobody writes meanwhile. */
  isImmutable?: boolean
  /** Off for migrations alone: a table with children cannot be rebuilt while foreign keys are on. */
  hasForeignKeys?: boolean
  /** The file is made if it is not there. */
  isNew?: boolean
}

/** A Sequelize instance on one file whose every connection gets the same PRAGMAs before its first use. */
export function connect(file: string, options: ConnectionOptions = {}): Sequelize {
  const { isReadOnly = false, isImmutable = false, hasForeignKeys = true, isNew = false } = options
  const opened = new Set<sqlite3.Database>()
  const access = isReadOnly ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE
  const settings = {
    dialect: 'sqlite' as const,
    storage: file,
    logging: false,
    // Known to Sequelize, if not to its types: by itself it turns them on for every connection.
    foreignKeys: hasForeignKeys,
    dialectModule: moduleWithPragmas(pragmas(isReadOnly, hasForeignKeys), isImmutable, opened),
    dialectOptions: { mode: isNew ? access | sqlite3.OPEN_CREATE : access },
    // Sequelize would otherwise try a query again by itself, and a write might happen twice.
    retry: { max: 0 },
  }
  const connection = new Sequelize(settings)
  OPENED.set(connection, opened)
  return connection
}

/** Ends what runs at this moment: it fails. */
export function interrupt(connection: Sequelize): void {
  for (const each of OPENED.get(connection) ?? []) each.interrupt()
}

/** SQLite's own connections, which Sequelize has no name for. */
const OPENED = new WeakMap<Sequelize, Set<sqlite3.Database>>()

/** SQLite's version, and whether it is the build that set-up makes (sqlite-hazards: the bundled one was withdrawn). */
export function sqliteVersion(): { version: string; isSound: boolean } {
  const [major = 0, minor = 0, patch = 0] = sqlite3.VERSION.split('.').map(Number)
  return { version: sqlite3.VERSION, isSound: major * 1e6 + minor * 1e3 + patch >= 3_053_000 }
}

/** Milliseconds for which a statement waits for another program's. */
export const BUSY_MS = 5_000

/** 64 MB of pages: the default of 2 MB makes an import of 1,000,000 rows 17 times as slow as one of 100,000. */
const CACHE_KIB = 65_536

function pragmas(isReadOnly: boolean, hasForeignKeys: boolean): string {
  return [
    `PRAGMA busy_timeout=${BUSY_MS}`,
    `PRAGMA foreign_keys=${hasForeignKeys ? 'ON' : 'OFF'}`,
    'PRAGMA synchronous=FULL',
    'PRAGMA trusted_schema=OFF',
    'PRAGMA cell_size_check=ON',
    `PRAGMA cache_size=-${CACHE_KIB}`,
    // A reader keeps its opened lists in memory; a writer's staging must be able to spill to disk.
    ...(isReadOnly ? ['PRAGMA temp_store=MEMORY'] : ['PRAGMA secure_delete=FAST']),
  ].join(';')
}

type Done = (this: unknown, error: Error | null) => void

/** Sequelize opens connections as it likes and has no hook for it that fires on SQLite: so the class that it opens runs
 *  the PRAGMAs itself, before it says that it is open. */
function moduleWithPragmas(sql: string, isImmutable: boolean, opened: Set<sqlite3.Database>): object {
  class Database extends sqlite3.Database {
    #hasFailed = false

    constructor(file: string, mode: number, done: Done) {
      const address = isImmutable ? `${pathToFileURL(file).href}?immutable=1` : file
      super(address, isImmutable ? mode | sqlite3.OPEN_URI : mode, (error) => {
        this.#hasFailed = error !== null
        if (error) return done.call(this, error)
        this.exec(sql, (failure) => {
          this.#hasFailed = failure !== null
          if (!failure) {
            opened.add(this)
            return done.call(this, null)
          }
          // Sequelize forgets it, and what it holds of the file would be held as long as the program runs.
          super.close(() => done.call(this, failure))
        })
      })
    }

    /** One that could not be opened would wait for that for ever. */
    override close(done?: Done): void {
      opened.delete(this)
      if (this.#hasFailed) done?.call(this, null)
      else super.close(done)
    }
  }
  return Object.assign(Object.create(sqlite3) as object, { Database })
}
