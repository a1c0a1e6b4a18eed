import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Where failures that no one foresaw are written down: their kind and where they happened, nothing of the records. */
export class FailureLog {
  readonly file: string
  readonly #notes: Promise<boolean>[] = []

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
      await mkdir(dirname(this.file), { recursive: true })
      await appendFile(this.file, `${new Date().toISOString()} ${what}\n${describeFailure(error)}\n`)
      return true
    } catch {
      return false
    }
  }
}
