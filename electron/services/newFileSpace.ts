import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { requireFreeSpace } from '../database/freeSpace'
import { exists } from '../database/header'

/** Throws NoSpaceError where the disks of a file to be made and of the work folder, which may be one, have not so many bytes
 *  left. */
export async function requireSpaceFor(
  made: { file: string; bytes: number },
  work: { folder: string; bytes: number },
): Promise<void> {
  const folder = await nearestFolder(dirname(made.file))
  const isOneDisk = (await stat(folder)).dev === (await stat(work.folder)).dev
  await requireFreeSpace(folder, isOneDisk ? made.bytes + work.bytes : made.bytes)
  if (!isOneDisk) await requireFreeSpace(work.folder, work.bytes)
}

/** A folder that is yet to be made is on the disk of the one that it will be in. */
async function nearestFolder(path: string): Promise<string> {
  return (await exists(path)) ? path : nearestFolder(dirname(path))
}
