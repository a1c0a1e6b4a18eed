import { open, rm } from 'node:fs/promises'
import { settleJournal } from '../database/atRest'
import { copyBytes } from '../database/backup'
import { APPLICATION_ID, exists } from '../database/header'
import { damageOnly } from './salvageDamage'

/** Copies a damaged file with what waits beside it, and gives the copy a header by which SQLite reads as far as there are
 *  pages. The file itself is only read, byte by byte: a disk that fails at that is never taken for damage. */
export async function copyReadable(file: string, copy: string): Promise<void> {
  await copyBytes(file, copy)
  // What a killed program left half-written goes back to what it was. A copy with a journal could not be read.
  await settleJournal(copy).catch(damageOnly)
  await rm(`${copy}-journal`, { force: true })
  await mendHeader(copy)
}

/** Gives a copy a header by which SQLite reads it, and as many pages as it should have. */
export async function mendHeader(copy: string): Promise<void> {
  const handle = await open(copy, 'r+')
  try {
    const { size } = await handle.stat()
    const { buffer } = await handle.read(Buffer.alloc(HEADER), 0, HEADER, 0)
    const length = mend(buffer, size, await exists(`${copy}-wal`))
    await handle.write(buffer, 0, HEADER, 0)
    // What was cut off is there as pages of nothing: SQLite gives up all of a file that misses the first page of a table.
    await handle.truncate(length)
  } finally {
    await handle.close()
  }
}

const HEADER = 100
const OUR_PAGE = 4_096

/** How many pages may have been cut off. What is to be salvaged is there, and some disks have room only for what is. */
const mostPages = (there: number) => 10 * there + 1_000

/** All of the header is known beforehand, but for how long the file is and how often it was written. Answers how many bytes
 *  there have to be. */
function mend(header: Buffer, size: number, hasWal: boolean): number {
  const said = header.readUInt16BE(16)
  const isPage = said >= 512 && (said & (said - 1)) === 0 && size % said === 0
  const pageSize = isPage ? said : OUR_PAGE
  header.write('SQLite format 3\0', 0, 'latin1')
  header.writeUInt16BE(pageSize, 16)
  // 1 reads the file as it stands, 2 with its -wal. Then: no reserved bytes, and three fixed numbers.
  header.set([...(hasWal ? [2, 2] : [1, 1]), 0, 64, 32, 32], 18)
  // SQLite believes the count of pages where the change counter stands in both places.
  header.copy(header, 92, 24, 28)
  const there = Math.ceil(size / pageSize)
  const told = header.readUInt32BE(28)
  const pages = told > there && told <= mostPages(there) ? told : there
  header.writeUInt32BE(pages, 28)
  // No free pages: their list may lead anywhere. They are not read.
  header.fill(0, 32, 40)
  header.writeUInt32BE(4, 44)
  header.fill(0, 52, 56)
  header.writeUInt32BE(1, 56)
  header.fill(0, 64, 68)
  header.writeUInt32BE(APPLICATION_ID, 68)
  header.fill(0, 72, 92)
  return pages * pageSize
}
