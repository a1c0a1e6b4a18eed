import { chmod, open, stat } from 'node:fs/promises'
import sqlite3 from 'sqlite3'
import { canWrite, exists } from './header'

export interface LockHolder {
  /** Who and what holds the file: `Ana at DESK-4 (Rollbook 0.1.0)`. */
  holder: string
  /** ISO 8601. */
  since: string
}

export interface FileLock {
  release: () => Promise<void>
}

/** Another program writes this file. `holder` is null where it has only just begun to. */
export class FileLockedError extends Error {
  constructor(readonly holder: LockHolder | null) {
    super(`the file is held by ${holder?.holder ?? 'another program'}`)
    this.name = 'FileLockedError'
  }
}

/** Makes this process the only writer of a file, or throws FileLockedError at once. The lock is a second small database,
 *  `<file>.lock`, in which a write transaction stays open: SQLite's own lock on the file itself would keep Sequelize out
 *  too, and the operating system frees this one when the process dies, however it dies. */
export async function lockFile(file: string, holder: string, now: Date): Promise<FileLock> {
  await makeAsOpenAs(file, `${file}.lock`)
  const connection = await openConnection(`${file}.lock`)
  try {
    await run(connection, 'BEGIN IMMEDIATE')
    // Committed first, so that a second program can read who holds it, and then held.
    await run(connection, 'CREATE TABLE IF NOT EXISTS holders (holder TEXT NOT NULL, since TEXT NOT NULL)')
    await run(connection, 'DELETE FROM holders')
    await run(connection, 'INSERT INTO holders VALUES (?, ?)', [holder, now.toISOString()])
    await run(connection, 'COMMIT')
    await run(connection, 'BEGIN IMMEDIATE')
  } catch (error) {
    const current = isBusy(error) ? await readHolder(connection) : null
    await close(connection)
    throw isBusy(error) ? new FileLockedError(current) : error
  }
  return { release: () => close(connection) }
}

/** Whoever may write the school's file must be able to hold it, too. */
async function makeAsOpenAs(file: string, lock: string): Promise<void> {
  const { mode } = await stat(file).catch(() => ({ mode: 0o600 }))
  // What keeps it from being made keeps SQLite from opening it, which tells.
  const handle = await open(lock, 'wx').catch(() => null)
  await handle?.close()
  // The file may have been opened to others since. Only the owner can do the same; others see to it that they may write.
  await chmod(lock, mode & 0o777).catch(() => undefined)
}

/** Whether this process could hold a file's lock, if nobody else did. */
export async function canLock(file: string): Promise<boolean> {
  return !(await exists(`${file}.lock`)) || (await canWrite(`${file}.lock`))
}

function readHolder(connection: sqlite3.Database): Promise<LockHolder | null> {
  return new Promise((resolve) => {
    connection.get<LockHolder>('SELECT holder, since FROM holders', (error, row) =>
      resolve(error ? null : (row ?? null)),
    )
  })
}

function openConnection(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const connection = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(connection)))
    // Who finds the file held is told at once, not after a wait.
    connection.configure('busyTimeout', 0)
  })
}

function run(connection: sqlite3.Database, sql: string, parameters: unknown[] = []): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.run(sql, parameters, (error) => (error ? reject(error) : resolve()))
  })
}

function close(connection: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => connection.close((error) => (error ? reject(error) : resolve())))
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code === 'SQLITE_BUSY'
}
