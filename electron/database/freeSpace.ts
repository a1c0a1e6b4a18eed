import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { areOnOneDisk } from './filePlace'
import { exists } from './header'

/** The disk of a folder has not the room for what is to be written there. In bytes. */
export class NoSpaceError extends Error {
  constructor(
    readonly folder: string,
    readonly needed: number,
    readonly free: number,
  ) {
    super(`${needed} bytes are needed, ${free} are free`)
    this.name = 'NoSpaceError'
  }
}

/** Throws NoSpaceError where the disk that `folder` is on has fewer bytes left. Asked before a large file is written: a
 *  disk that fills up meanwhile would stop other programs too. */
export async function requireFreeSpace(folder: string, needed: number): Promise<void> {
  const free = await freeSpace(folder)
  if (free !== null && free < needed) throw new NoSpaceError(folder, needed, free)
}

/** Throws NoSpaceError where the disks of a file to be made and of the work folder, which may be one, have not so many bytes
 *  left. */
export async function requireSpaceFor(
  made: { file: string; bytes: number },
  work: { folder: string; bytes: number },
): Promise<void> {
  const folder = await nearestFolder(dirname(made.file))
  const isOneDisk = await areOnOneDisk(folder, work.folder)
  await requireFreeSpace(folder, isOneDisk ? made.bytes + work.bytes : made.bytes)
  if (!isOneDisk) await requireFreeSpace(work.folder, work.bytes)
}

/** Null where the disk does not say: some, of other computers above all, answer that they have no size, others not at all. One
 *  that fails says so when it is written to. */
async function freeSpace(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder)
    return blocks === 0 ? null : bavail * bsize
  } catch {
    return null
  }
}

/** A folder that is yet to be made is on the disk of the one that it will be in. */
async function nearestFolder(path: string): Promise<string> {
  return (await exists(path)) ? path : nearestFolder(dirname(path))
}

/** The bytes of a file and of the `-wal` beside it; 0 for what is not there. */
export async function databaseSize(file: string): Promise<number> {
  const sizes = await Promise.all([file, `${file}-wal`].map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** The bytes of a file; 0 for what is not there. */
export async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
