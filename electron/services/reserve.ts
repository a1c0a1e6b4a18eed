import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NoSpaceError, requireFreeSpace, sizeOf } from '../database/freeSpace'

/** Enough for what one change writes beside the file and, at the closing, into it. */
const SIZE = 4 * 1_048_576
/** A disk with less room than this is not made fuller. */
const LEAST_ROOM = 8 * SIZE

/** Room on the disk of an open school that nobody else takes: it is let go when the disk is full, so that what somebody has
 *  just entered can be saved all the same. Nothing fails for want of it: what nobody foresaw is told to `onUnexpected`. */
export class Reserve {
  readonly #file: string
  readonly #onUnexpected: (what: string, error: unknown) => void
  #isSpent = false

  constructor(school: string, onUnexpected: (what: string, error: unknown) => void) {
    this.#file = join(dirname(school), `.${basename(school)}.reserve`)
    this.#onUnexpected = onUnexpected
  }

  /** Sets the room aside if it is not. Where there is too little room for that, or no leave, there is none: a full disk is
   *  then told of at once. */
  async keep(): Promise<void> {
    const isKept = await this.#succeeds(async () => {
      if ((await sizeOf(this.#file)) === SIZE) return
      await requireFreeSpace(dirname(this.#file), LEAST_ROOM)
      await this.#fill()
    })
    if (isKept) this.#isSpent = false
    else await this.release()
  }

  /** Makes the room free. Answers whether there was any. */
  async spend(): Promise<boolean> {
    const hasAny = await this.#succeeds(async () => {
      await rm(this.#file)
    })
    this.#isSpent ||= hasAny
    return hasAny
  }

  /** Sets the room aside again, once it was let go and there is some. */
  async renew(): Promise<void> {
    if (this.#isSpent) await this.keep()
  }

  /** Removes the file: a school that is closed has no use for it. What cannot be removed is filled the next time. */
  async release(): Promise<void> {
    await this.#succeeds(() => rm(this.#file, { force: true }))
  }

  async #succeeds(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!(error instanceof NoSpaceError) && !OF_DISK.has(code)) this.#onUnexpected('reserve', error)
      return false
    }
  }

  async #fill(): Promise<void> {
    // Whatever lies there is not written into: it may be the name of another file.
    await rm(this.#file, { force: true })
    const handle = await open(this.#file, 'wx', 0o600)
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
