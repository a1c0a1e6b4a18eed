import { chmod, constants, copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { damageRefused, foldWal, readAtRest, refuseDamage, requireSound, settleJournal } from './atRest'
import { databaseFailure } from './failures'
import { databaseSize, requireFreeSpace } from './freeSpace'
import { exists, hasPendingJournal } from './header'
import type { Revision } from './operations'
import { appliedCount, refusalOf } from './recognise'
import { SideConnection } from './scratch'

/** Where the backups of a file lie. Frozen for ever. */
export const backupFolder = (file: string) => `${file}.backups`

/** Writes a whole, verified copy of a school's file to `target`: all of it or, on any failure, nothing. Others may write
 *  the file meanwhile: the copy has one moment of it, without what no transaction has completed. Throws NoSpaceError, or
 *  FileRefusedError where the file is damaged. */
export async function backUp(file: string, target: string, revisions: Revision[]): Promise<void> {
  // What is not ours has not so much as a folder made beside it.
  await appliedCount(file, revisions)
  await writeCopy(file, target, { isAtRest: false }, (copy) => requireSound(copy, revisions))
}

/** Writes a whole copy of a database of any kind or version to `target`, as `backUp` does. */
export async function writeCopy(
  file: string,
  target: string,
  source: { isAtRest: boolean },
  verify: (copy: string) => Promise<unknown> = requireUndamaged,
): Promise<void> {
  await writeCopyBy((temporary) => copyInto(file, temporary, { ...source, mode: 0o600 }), target, {
    file,
    verify,
  })
}

/** Writes the copy that `fill` makes of a file to `target`, once it is found whole: all of it or nothing. */
export async function writeCopyBy(
  fill: (temporary: string) => Promise<void>,
  target: string,
  { file, verify = requireUndamaged }: { file: string; verify?: (copy: string) => Promise<unknown> },
): Promise<void> {
  const folder = dirname(target)
  // The records are nobody else's to read.
  await makeFolder(folder, 0o700)
  await removeTemporaries(folder)
  await withTemporary(target, async (temporary) => {
    await fill(temporary)
    await verify(temporary).catch((error: unknown) => {
      throw refusalOf(file, error)
    })
    await flush(temporary)
    await rename(temporary, target)
  })
  await flushFolder(folder)
}

/** Copies a database into a new file, folded into one: copying its bytes would leave out what still stands in its `-wal`.
 *  Throws NoSpaceError, or FileRefusedError where it is damaged, and fails soon after `signal` is aborted. */
export async function copyInto(
  file: string,
  copy: string,
  { isAtRest, mode, signal }: { isAtRest: boolean; mode: number; signal?: AbortSignal },
): Promise<void> {
  await requireFreeSpace(dirname(copy), await databaseSize(file))
  const hasJournal = await hasPendingJournal(file)
  const read = isAtRest && !hasJournal ? readAtRest : SideConnection.read
  await damageRefused(file, async () => {
    // SQLite fills an empty file, and leaves it its owner's alone.
    await (await open(copy, 'wx', mode)).close()
    try {
      await read(file, async (side) => {
        await side.run('PRAGMA busy_timeout=5000')
        const copyAll = () => side.run('VACUUM INTO ?', [copy])
        await (signal ? side.stoppable(signal, copyAll) : copyAll())
      })
    } catch (error) {
      if (!hasJournal || databaseFailure(error)?.kind !== 'read-only') throw error
      await rm(copy)
      await copyTakenBack(file, copy)
    }
    await chmod(copy, mode)
  })
}

/** Copies a file as it was before what a killed program has left half written. Nobody can read that without writing it. */
async function copyTakenBack(file: string, copy: string): Promise<void> {
  await copyBytes(file, copy)
  await settleJournal(copy)
  await foldWal(copy)
}

/** Files beside a database that SQLite would put back into whatever stands under its name. */
export const JOURNALS = ['-wal', '-journal']

/** Copies the file's bytes, and those of its journals, to `target`: what a copy that SQLite writes cannot be had of. */
export async function copyBytes(file: string, target: string): Promise<void> {
  await makeFolder(dirname(target), 0o700)
  await requireFreeSpace(dirname(target), await databaseSize(file))
  // The file itself comes last: once it is there, all of it is.
  for (const end of [...JOURNALS, '']) {
    if (!(await exists(file + end))) continue
    await copyFile(file + end, target + end, constants.COPYFILE_EXCL)
    await chmod(target + end, 0o600)
    await flush(target + end)
  }
  await flushFolder(dirname(target))
}

/** Runs `work` with a name beside `target` that no other process uses, and removes what is left under it. */
export async function withTemporary<Result>(
  target: string,
  work: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const name = `.${basename(target)}.${process.pid}.tmp`
  const temporary = join(dirname(target), name)
  const remove = () => removeFrom(dirname(target), (each) => each === name || each.startsWith(`${name}-`))
  await remove()
  try {
    return await work(temporary)
  } finally {
    await remove()
  }
}

/** Removes the copies from a folder that killed processes left unfinished there, of `file` or of any: they hold people's
 *  data. */
export async function removeTemporaries(folder: string, file?: string): Promise<void> {
  await removeFrom(folder, (name) => {
    const [, of, pid] = TEMPORARY.exec(name) ?? []
    const isMeant = file === undefined ? of?.endsWith('.rollbook') === true : of === basename(file)
    return isMeant && !isRunning(Number(pid))
  })
}

/** A temporary file, or what SQLite lays beside it (`-mj…` where a transaction is of several files). */
const TEMPORARY = /^\.(.+)\.(\d+)\.tmp(?:-journal|-wal|-shm|-mj[0-9A-F]+)?$/

async function removeFrom(folder: string, isMeant: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) if (isMeant(name)) await rm(join(folder, name), { force: true })
}

/** Brings a file's bytes to the disk itself, so that a power cut cannot take them. */
export async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder, and those above it, where they are not there, and brings their names to the disk: a file in a folder that
 *  a power cut can take is not safe. */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode })
  if (first === undefined) return
  for (let made = resolve(folder); made.length >= first.length; made = dirname(made))
    await flushFolder(dirname(made))
}

/** Brings a folder's names to the disk. Windows has no such call and needs none, nor have some disks of other computers. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!NO_SUCH_CALL.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}

const NO_SUCH_CALL = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])

async function requireUndamaged(copy: string): Promise<void> {
  await damageRefused(copy, () => readAtRest(copy, (side) => refuseDamage(side, copy)))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
