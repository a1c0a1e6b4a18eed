import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

// As for the log of the window: from here on it is the former one.
const BYTES_MAX = 1024 * 1024

/** Where failures that no one foresaw are written down: their kind and where they happened, nothing of the records. */
export class FailureLog {
  readonly file: string
  readonly #notes: Promise<boolean>[] = []
  #isReady: Promise<void> | null = null

  constructor(file: string) {
    this.file = file
  }

  add(what: string, error: unknown): void {
    this.#notes.push(this.#write(what, error))
  }

  /** Waits until all is written. False where it could not be: that must not hide the failure itself. */
  async settle(): Promise<boolean> {
    return (await Promise.all(this.#notes)).every((isWritten) => isWritten)
  }

  async #write(what: string, error: unknown): Promise<boolean> {
    try {
      const { describeFailure } = await import('../services/describeFailure')
      await (this.#isReady ??= this.#prepare())
      await appendFile(this.file, `${new Date().toISOString()} ${what}\n${describeFailure(error)}\n`)
      return true
    } catch {
      return false
    }
  }

  async #prepare(): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true })
    const { size } = await stat(this.file).catch(() => ({ size: 0 }))
    if (size > BYTES_MAX) await rename(this.file, this.file.replace(/\.log$/, '.old.log'))
  }
}
