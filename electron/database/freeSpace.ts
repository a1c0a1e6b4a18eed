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
  const { bavail, bsize, blocks } = await statfs(folder)
  // Some disks, of other computers above all, do not say how large they are.
  if (blocks === 0) return
  const free = bavail * bsize
  if (free < needed) throw new NoSpaceError(folder, needed, free)
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
