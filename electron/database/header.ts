import { constants, type Stats } from 'node:fs'
import { access, open, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { QueryTypes } from 'sequelize'
import { connect } from './connection'
import { databaseFailure } from './failures'

/** "Roll", in the header of every file of ours. Frozen for ever. */
export const APPLICATION_ID = 0x526f6c6c

/** What a file says of itself before anything of it is believed. `empty` has no byte in it, `unreadable` is not ours to
 *  read, and of `read-only` a part waits in a `-wal`, which cannot be read without writing beside it. */
export type FileKind =
  | { kind: 'rollbook'; userVersion: number }
  | { kind: 'foreign' | 'empty' | 'missing' | 'unreadable' | 'damaged' | 'read-only' }

/** Reads a file's header without opening it as a database, or, where a `-wal` lies beside it (the header is then not the
 *  whole truth), through a read-only connection. Alters nothing. */
export async function readHeader(file: string): Promise<FileKind> {
  const found = await statOf(file)
  if (found === null) return { kind: 'missing' }
  // A folder, or what a read would wait for.
  if (!found.isFile()) return { kind: 'foreign' }
  if (found.size === 0) return { kind: 'empty' }
  const header = await firstBytes(file, 100)
  if (header === null) return { kind: 'unreadable' }
  if (header.length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    return { kind: 'foreign' }
  // How the file is to be written and read: with a rollback journal or a `-wal`. There is no third way.
  if ((header[18] ?? 0) > 2 || (header[19] ?? 0) > 2) return { kind: 'damaged' }
  const said = (await hasPendingWal(file))
    ? await readThroughConnection(file)
    : { applicationId: header.readInt32BE(68), userVersion: header.readInt32BE(60) }
  if (said === null) return { kind: 'read-only' }
  return said.applicationId === APPLICATION_ID
    ? { kind: 'rollbook', userVersion: said.userVersion }
    : { kind: 'foreign' }
}

/** Whether a file is to be read as it stands: nothing can be laid beside it, and nothing waits there. */
export async function mustBeImmutable(file: string): Promise<boolean> {
  return (
    !(await canWrite(dirname(file))) && !(await exists(`${file}-wal`)) && !(await hasPendingJournal(file))
  )
}

/** Whether something waits in a `-wal` beside a file: who wrote it last is at it still, or did not end well. */
export async function hasPendingWal(file: string): Promise<boolean> {
  return ((await statOf(`${file}-wal`))?.size ?? 0) > 0
}

/** Whether a `-journal` beside a file says what stood there before a change that may be half written. One that is done with
 *  may lie there too: SQLite then overwrites its beginning. */
export async function hasPendingJournal(file: string): Promise<boolean> {
  const journal = `${file}-journal`
  if (((await statOf(journal))?.size ?? 0) === 0) return false
  const first = await firstBytes(journal, 1)
  return first === null || first[0] !== 0
}

/** Removes the `-wal` that reading has made, as only SQLite can tell whether somebody else has the file open. It stays where
 *  this may not write, or somebody is writing: it has nothing in it. */
export async function removeEmptyWal(file: string): Promise<void> {
  if ((await statOf(`${file}-wal`))?.size !== 0 || !(await canWrite(file))) return
  const connection = connect(file)
  try {
    await connection.query('PRAGMA schema_version', { type: QueryTypes.SELECT })
  } catch (error) {
    if (!databaseFailure(error)) throw error
  } finally {
    await connection.close()
  }
}

/** Whether anything has this name. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

/** Whether this process may write to a file or a folder. */
export async function canWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

async function statOf(file: string): Promise<Stats | null> {
  try {
    return await stat(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Null where the file may not be read. */
async function firstBytes(file: string, count: number): Promise<Buffer | null> {
  const handle = await openReadable(file)
  if (!handle) return null
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function openReadable(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM') return null
    throw error
  }
}

/** Null where that would have to write beside the file, and cannot. */
async function readThroughConnection(file: string) {
  const connection = connect(file, { isReadOnly: true })
  try {
    const [id] = await connection.query<{ application_id: number }>('PRAGMA application_id', {
      type: QueryTypes.SELECT,
    })
    const [version] = await connection.query<{ user_version: number }>('PRAGMA user_version', {
      type: QueryTypes.SELECT,
    })
    return { applicationId: id?.application_id ?? 0, userVersion: version?.user_version ?? 0 }
  } catch (error) {
    if (databaseFailure(error)?.kind === 'io' && !(await canWrite(dirname(file)))) return null
    throw error
  } finally {
    await connection.close()
  }
}
