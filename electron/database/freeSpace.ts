import { stat, statfs } from 'node:fs/promises'

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
