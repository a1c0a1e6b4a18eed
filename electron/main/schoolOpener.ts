import { mkdir } from 'node:fs/promises'
import type { UpgradeStep } from '../database/migrate'
import type { Emit, FillSchool } from '../services/context'
import type { JobControl } from '../services/jobs'
import type { PastSchool } from '../services/pastSchool'
import type { School, SchoolOptions } from '../services/school'
import type { NewSchool } from '../services/schoolFile'
import { showProgress } from '../services/shownWork'

/** Opens schools with what the program gives to each, and shows how far it is. */
export class SchoolOpener {
  readonly #options: SchoolOptions
  readonly #emit: Emit

  /** `emit` is told what the schools tell. */
  constructor(options: SchoolOptions, emit: Emit) {
    this.#options = options
    this.#emit = emit
  }

  /** Opens a file, which is upgraded first where it is older. */
  async open(path: string, isReadOnly = false): Promise<School> {
    // Loaded here, since a launch with no file to open has no use for it.
    const { School } = await import('../services/school')
    const opening = showProgress(this.#options.emit, 'schools.open')
    const onUpgrade = ({ done, total, rows }: UpgradeStep) => {
      if (rows) opening.show(`copying-${rows.table}`, rows.done, rows.total)
      else opening.show('upgrading', done, total)
    }
    try {
      return await School.open(path, { ...(await this.#prepare()), onUpgrade, isReadOnly })
    } finally {
      opening.end()
    }
  }

  /** Makes a file, with what `fill` puts into it, and opens it. */
  async create(file: string, school: NewSchool, fill?: FillSchool): Promise<School> {
    const { School } = await import('../services/school')
    return School.create(file, school, await this.#prepare(), fill)
  }

  /** Opens the school in a file as it was at the end of a day. */
  async openDay(file: string, day: string, control: JobControl): Promise<PastSchool> {
    const { openPastSchool } = await import('../services/pastSchool')
    // What is wrong with its copy is not of the file.
    const options = { ...(await this.#prepare()), emit: this.#options.emit }
    return openPastSchool(file, day, options, control)
  }

  async #prepare(): Promise<SchoolOptions> {
    await mkdir(this.#options.workFolder, { recursive: true })
    return { ...this.#options, hasReserve: true, emit: this.#emit }
  }
}
