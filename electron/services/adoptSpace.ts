import { requireSpaceFor } from '../database/freeSpace'
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
  const { school, work } = NEEDED[kind]
  await requireSpaceFor({ file, bytes: bytes * school }, { folder: workFolder, bytes: bytes * work })
}
