import { stat } from 'node:fs/promises'
import { AppError } from '../contract/errors'

/** Throws where there is no such file, or where it is a folder, or a device or a pipe, for which one might wait for ever. */
export async function requireFile(file: string): Promise<void> {
  if (await isFile(file)) return
  throw new AppError('file-unreadable', { file })
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('not-found', { entity: 'file', file })
    throw new AppError('file-unreadable', { file }, undefined, { cause: error })
  }
}
