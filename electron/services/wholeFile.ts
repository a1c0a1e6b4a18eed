import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../contract/errors'
import { flushFolder, removeTemporaries } from '../database/backup'
import { canBeReplaced } from '../database/filePlace'
import { requireFreeSpace } from '../database/freeSpace'
import { readHeader } from '../database/header'

/** Writes a file all or not at all: under another name first, on disk, and only then in its place. What a killed process
 *  has left of the same file goes. Throws `file-exists` rather than write over a school, `file-unwritable` where nothing can be
 *  written, or there is no file but a device, and NoSpaceError where there is no room for `needed` bytes. */
export async function writeWhole<Result>(
  path: string,
  work: (handle: FileHandle) => Promise<Result>,
  { needed = 0 } = {},
): Promise<Result> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    // A save dialog and a command line take any name.
    if (!(await canBeReplaced(path))) throw new AppError('file-unwritable', { file: path })
    if ((await readHeader(path)).kind === 'rollbook') throw new AppError('file-exists', { file: path })
    await removeTemporaries(dirname(path), path)
    await requireFreeSpace(dirname(path), needed)
    const handle = await open(temporary, 'w')
    let result: Result
    try {
      result = await work(handle)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await flushFolder(dirname(path))
    return result
  } catch (error) {
    await rm(temporary, { force: true })
    if (NO_PLACE.has((error as NodeJS.ErrnoException).code ?? ''))
      throw new AppError('file-unwritable', { file: path })
    throw error
  }
}

const NO_PLACE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EBUSY'])
