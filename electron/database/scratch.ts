import { pathToFileURL } from 'node:url'
import { chmod, rm } from 'node:fs/promises'
import sqlite3 from 'sqlite3'
import { mustBeImmutable } from './header'
import type { Row } from './open'
import { stoppable } from './stoppable'

/** A connection of its own beside those of an open file: for scratch work, or for reading one moment of the file for long. */
export class SideConnection {
  readonly #connection: sqlite3.Database

  /** Makes a scratch file, its owner's alone, which outlives neither its use nor a power cut: it has no journal and is not
   *  synced. */
  static async createScratch(file: string): Promise<SideConnection> {
    const flags = sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE | sqlite3.OPEN_URI
    const side = new SideConnection(await openConnection(file, flags))
    if (file !== ':memory:') await chmod(file, 0o600)
    await side.run('PRAGMA journal_mode=OFF')
    await side.run('PRAGMA synchronous=OFF')
    await side.run('PRAGMA trusted_schema=OFF')
    await side.run('PRAGMA cache_size=-32768')
    return side
  }

  /** Reads a file as it is at this moment, whatever is written meanwhile, until `work` is done. */
  static async readMoment<Result>(
    file: string,
    work: (side: SideConnection) => Promise<Result>,
  ): Promise<Result> {
    return SideConnection.read(file, async (side) => {
      await side.run('PRAGMA busy_timeout=5000')
      await side.run('BEGIN')
      return work(side)
    })
  }

  /** Reads a file that others may write. */
  static async read<Result>(file: string, work: (side: SideConnection) => Promise<Result>): Promise<Result> {
    if (await mustBeImmutable(file)) return SideConnection.readImmutable(file, work)
    return SideConnection.#readAt(file, work)
  }

  /** Reads a file that nobody writes as it stands, without what waits in a `-wal`. Nothing is left beside it. */
  static readImmutable<Result>(
    file: string,
    work: (side: SideConnection) => Promise<Result>,
  ): Promise<Result> {
    return SideConnection.#readAt(`${pathToFileURL(file).href}?immutable=1`, work)
  }

  static async #readAt<Result>(
    address: string,
    work: (side: SideConnection) => Promise<Result>,
  ): Promise<Result> {
    const side = new SideConnection(await openConnection(address, sqlite3.OPEN_READONLY | sqlite3.OPEN_URI))
    try {
      await side.run('PRAGMA trusted_schema=OFF')
      return await work(side)
    } finally {
      await side.close()
    }
  }

  /** Opens a scratch file that is there. */
  static async open(file: string): Promise<SideConnection> {
    return new SideConnection(await openConnection(file, sqlite3.OPEN_READWRITE))
  }

  private constructor(connection: sqlite3.Database) {
    this.#connection = connection
  }

  /** Lets a school's file be read under a name beside the scratch file. */
  async attachReadOnly(file: string, name: string): Promise<void> {
    await this.run(`ATTACH ? AS ${name}`, [`${pathToFileURL(file).href}?mode=ro`])
  }

  run(sql: string, parameters: unknown[] = []): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.run(sql, parameters, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** Never more than 2,000 rows at once: they would block the process. */
  query<Result extends object = Row>(sql: string, parameters: unknown[] = []): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      this.#connection.all<Result>(sql, parameters, (error, rows) =>
        error ? reject(Object.assign(error, { sql })) : resolve(rows),
      )
    })
  }

  /** Runs `work` so that it fails soon after `signal` is aborted, whatever statement runs then. */
  stoppable<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    return stoppable(signal, () => this.#connection.interrupt(), work)
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#connection.close((error) => (error ? reject(error) : resolve())),
    )
  }
}

/** Removes a scratch file with what SQLite may have laid beside it. */
export async function removeScratch(file: string): Promise<void> {
  for (const end of ['', '-journal', '-wal', '-shm']) await rm(file + end, { force: true })
}

function openConnection(file: string, flags: number): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const connection = new sqlite3.Database(file, flags, (error) =>
      error ? reject(error) : resolve(connection),
    )
  })
}
