import type { AutomaticState as State } from '../contract/backups'
import { AppError } from '../contract/errors'
import type { Emit } from '../services/context'
import { isToLog, toAppError } from '../services/failures'
import type { CurrentSchool } from './currentSchool'
import type { PreferencesFile } from './preferencesFile'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Without a backup for longer, staff are told. */
const OVERDUE_AFTER = 7 * 24 * HOUR

export interface AutomaticBackupsOptions {
  current: CurrentSchool
  preferences: PreferencesFile
  emit: Emit
  onUnexpected: (error: unknown) => void
}

/** Backs the open school up once a day, beside its file and in a second place if one was chosen, and remembers how that
 *  went. It looks a minute after a school was opened, when nobody waits for a list any more, and then each hour. */
export class AutomaticBackups {
  readonly #options: AutomaticBackupsOptions
  #timer: NodeJS.Timeout | undefined
  /** Why the last try failed, by place. */
  readonly #failures: Record<'own' | 'second', State['failure']> = { own: null, second: null }

  constructor(options: AutomaticBackupsOptions) {
    this.#options = options
  }

  /** A school was opened. */
  begin(): void {
    this.#failures.own = this.#failures.second = null
    this.#lookIn(MINUTE)
  }

  /** Looks now, and says how it went. Never throws: a failure is part of the answer. */
  async run(at = new Date()): Promise<State> {
    const { current, preferences, emit } = this.#options
    await current.whileOpen(async (file) => {
      const { backUpDaily, secondFolder } = await import('../services/automaticBackups')
      const { backupFolder } = await import('../database/backup')
      const { exists } = await import('../database/header')
      await this.#try('own', () => backUpDaily(file, backupFolder(file), at))
      const folder = preferences.secondPlace
      if (folder === null) return
      const made = await this.#try('second', async () => {
        // A stick that is not there: its mount point would be filled instead.
        if (!(await exists(folder))) throw new AppError('not-found', { entity: 'folder', file: folder })
        return backUpDaily(file, secondFolder(folder, file), at)
      })
      if (made !== null) preferences.setSecondBackup(file, made.toISOString())
    })
    emit('backups', {})
    return this.describe(at)
  }

  /** Throws `no-school`. */
  async describe(at = new Date()): Promise<State> {
    const { current, preferences } = this.#options
    const file = current.backedUpFile
    const { newestOfTheFile } = await import('../services/automaticBackups')
    const { backupFolder } = await import('../database/backup')
    const own = (await newestOfTheFile(backupFolder(file)))?.toISOString() ?? null
    const folder = preferences.secondPlace
    const second = preferences.secondBackup(file)
    return {
      lastAt: own,
      failure: this.#failures.own,
      second: folder === null ? null : { folder, lastAt: second, failure: this.#failures.second },
      isOverdue: isOverdue(own, this.#failures.own, at) || isOverdue(second, this.#failures.second, at),
    }
  }

  /** Chooses the folder of a second place, or none, and backs up into it at once. */
  async setSecondPlace(folder: string | null): Promise<State> {
    this.#options.preferences.setSecondPlace(folder)
    this.#failures.second = null
    return this.run()
  }

  #lookIn(delay: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      void this.run().catch(this.#options.onUnexpected)
      this.#lookIn(HOUR)
    }, delay).unref()
  }

  async #try(place: 'own' | 'second', work: () => Promise<Date>): Promise<Date | null> {
    try {
      const made = await work()
      this.#failures[place] = null
      return made
    } catch (error) {
      const known = toAppError(error)
      // A stick that is not there is no failure of the program.
      if (isToLog(known)) this.#options.onUnexpected(error)
      this.#failures[place] = { code: known.code, params: known.params }
      return null
    }
  }
}

/** A first try that failed is not to be waited for. */
const isOverdue = (last: string | null, failure: State['failure'], at: Date) =>
  last === null ? failure !== null : at.getTime() - Date.parse(last) > OVERDUE_AFTER
