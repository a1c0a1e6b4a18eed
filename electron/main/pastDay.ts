import type { PastSchool } from '../services/pastSchool'
import type { School } from '../services/school'

/** The school as it was on a day, while somebody looks at that instead of the school itself. */
export class PastDay {
  #past: PastSchool | null = null

  /** What answers instead of the school; null where nobody looks at another day. */
  get school(): School | null {
    return this.#past?.school ?? null
  }

  /** Shows a day, instead of the one before. */
  async show(past: PastSchool): Promise<void> {
    const before = this.#past
    this.#past = past
    await before?.close()
  }

  /** Leaves the day; its copy is gone then. Answers whether there was one. */
  async leave(): Promise<boolean> {
    const past = this.#past
    this.#past = null
    await past?.close()
    return past !== null
  }
}
