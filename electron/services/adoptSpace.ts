import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { requireFreeSpace } from '../database/freeSpace'
import { exists } from '../database/header'
import type { FoundSource } from './adoptSource'

/** Bytes that are written at most for each byte of a source, as they were seen with one of 1.1 GB. The school has every row
 *  with its indexes, and in history every row as it was; the work folder has the source once more, and what is found out of
 *  it. What is not in CSV files, indexes above all, makes a database larger to begin with. */
const NEEDED = {
  sqlite: { school: 8, work: 1.5 },
  csv: { school: 9.5, work: 1.6 },
}

/** Throws NoSpaceError where the disks of the new file and of the work folder have not the room for an adoption. */
export async function requireSpace(
  { kind, bytes }: FoundSource,
  { file, workFolder }: { file: string; workFolder: string },
): Promise<void> {
  const folder = await nearestFolder(dirname(file))
  const [school, work] = [bytes * NEEDED[kind].school, bytes * NEEDED[kind].work]
  const isOneDisk = (await stat(folder)).dev === (await stat(workFolder)).dev
  await requireFreeSpace(folder, isOneDisk ? school + work : school)
  if (!isOneDisk) await requireFreeSpace(workFolder, work)
}

/** A folder that is yet to be made is on the disk of the one that it will be in. */
async function nearestFolder(path: string): Promise<string> {
  return (await exists(path)) ? path : nearestFolder(dirname(path))
}
