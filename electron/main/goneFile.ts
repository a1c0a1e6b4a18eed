import type { School } from '../services/school'

/** What is still open of a file that is no longer where it was. Nobody else may have it any more, so it is kept as well as can
 *  be, and let go only once there is a file again. */
export class GoneFile {
  readonly #onFailure: (error: unknown) => void
  #school: School | null = null
  #kept: Promise<void> = Promise.resolve()

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure
  }

  /** The name under which nothing is any more; null where no file is gone. */
  get file(): string | null {
    return this.#school?.file.path ?? null
  }

  /** Resolves once what is open was copied to its backups. It never rejects. */
  get kept(): Promise<void> {
    return this.#kept
  }

  /** Keeps what is open of a school, while the page tells. */
  keep(school: School): void {
    this.#school = school
    this.#kept = school.keepGone().catch(this.#onFailure)
  }

  /** Writes a whole copy of it to another place. */
  async saveCopy(target: string): Promise<void> {
    await this.#school?.saveCopy(target)
  }

  /** Lets it go, once it is kept. */
  async close(): Promise<void> {
    const school = this.#school
    this.#school = null
    await this.#kept
    await school?.close()
  }
}
