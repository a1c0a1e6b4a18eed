import { AppError, type ErrorData, type Reply } from '../contract/errors'
import { isToLog, toAppError } from '../services/failures'

/** The file that could not be opened last, and why, until one is. */
export class FailedFile {
  readonly #onUnexpected: (error: unknown) => void
  #file: string | null = null
  #error: ErrorData | null = null

  constructor(onUnexpected: (error: unknown) => void) {
    this.#onUnexpected = onUnexpected
  }

  get file(): string | null {
    return this.#file
  }

  /** Notes which file is being opened: trying again means that one. */
  begin(file: string): void {
    this.#file = file
  }

  /** Keeps why, for the page, which asks by `school.find` and shows it. */
  fail(file: string, error: unknown): void {
    const known = toAppError(error)
    if (isToLog(known)) this.#onUnexpected(error)
    this.#error = known.toData()
    this.#file = file
  }

  /** One was opened. */
  forget(): void {
    this.#error = null
    this.#file = null
  }

  /** Answers a method of a school while none is open. */
  answer(method: string): Reply {
    if (method === 'jobs.cancel') return { ok: true, value: false }
    if (method !== 'school.find') return { ok: false, error: new AppError('no-school').toData() }
    return this.#error ? { ok: false, error: this.#error } : { ok: true, value: null }
  }
}
