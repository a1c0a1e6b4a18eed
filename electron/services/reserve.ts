import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NoSpaceError, requireFreeSpace, sizeOf } from '../database/freeSpace'

/** Enough for what one change writes beside the file and, at the closing, into it. */
const SIZE = 4 * 1_048_576
/** A disk with less room than this is not made fuller. */
const MOST_OF_DISK = 8 * SIZE

/** Room on the disk of an open school that nobody else takes: it is let go when the disk is full, so that what somebody has
 *  just entered can be saved all the same. */
export class Reserve {
  readonly #file: string
  #isSpent = false

  constructor(school: string) {
    this.#file = join(dirname(school), `.${basename(school)}.reserve`)
  }

  /** Sets the room aside if it is not. Where there is too little room for that, or no leave, there is none: a full disk is
   *  then told of at once. */
  async keep(): Promise<void> {
    if ((await sizeOf(this.#file)) === SIZE) return
    try {
      await requireFreeSpace(dirname(this.#file), MOST_OF_DISK)
      await this.#fill()
      this.#isSpent = false
    } catch (error) {
      // What stays of it is filled the next time.
      await this.release().catch(() => undefined)
      if (!(error instanceof NoSpaceError) && !OF_DISK.has((error as NodeJS.ErrnoException).code ?? ''))
        throw error
    }
  }

  /** Lets the room go for a change. Answers whether there was any. */
  async spend(): Promise<boolean> {
    if ((await sizeOf(this.#file)) === 0) return false
    await this.release()
    this.#isSpent = true
    return true
  }

  /** Sets the room aside again, once it was let go and there is some. */
  async renew(): Promise<void> {
    if (this.#isSpent) await this.keep()
  }

  /** Removes it: a school that is closed has no use for it. */
  release(): Promise<void> {
    return rm(this.#file, { force: true })
  }

  async #fill(): Promise<void> {
    const handle = await open(this.#file, 'w', 0o600)
    try {
      // Some disks keep no room for what is all alike.
      await handle.writeFile(randomBytes(SIZE))
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

const OF_DISK = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EPERM', 'EROFS', 'ENOENT'])
