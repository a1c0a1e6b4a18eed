import type { AutomaticState as State } from '../contract/backups'
import type { Emit } from '../services/context'
import { isToLog, toAppError } from '../services/failures'
import type { CurrentSchool } from './currentSchool'
import type { PreferencesFile } from './preferencesFile'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

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

  #isOverdue = false

  constructor(options: AutomaticBackupsOptions) {
    this.#options = options
  }

  /** A school was opened. */
  begin(): void {
    this.#failures.own = this.#failures.second = null
    this.#isOverdue = false
    this.#lookIn(MINUTE)
  }

  /** Looks now, and says how it went: a failure to back up is part of the answer. Throws `no-school`. */
  async run(at = new Date()): Promise<State> {
    const { current, preferences, emit } = this.#options
    await current.whileOpen(async (file) => {
      const { backUpDaily, backUpElsewhere } = await import('../services/automaticBackups')
      const { backupFolder } = await import('../database/backup')
      await this.#try('own', () => backUpDaily(file, backupFolder(file), at))
      const folder = preferences.secondPlace
      if (folder === null) return
      const made = await this.#try('second', () => backUpElsewhere(file, folder, at))
      // It may have been given up meanwhile.
      if (made !== null && preferences.secondPlace === folder)
        preferences.setSecondBackup(file, made.toISOString())
    })
    const state = await this.describe(at)
    this.#isOverdue = state.isOverdue
    emit('backups', {})
    return state
  }

  /** What the last look found, and false before it: a launch reads no backup. */
  get isOverdue(): boolean {
    return this.#isOverdue
  }

  /** Reads the newest backup, if that was not done yet. Throws `no-school`. */
  async describe(at = new Date()): Promise<State> {
    const { current, preferences } = this.#options
    const file = current.backedUpFile
    const { isOverdue } = await import('../services/automaticBackups')
    const { newestOfTheFile } = await import('../services/backups')
    const { backupFolder } = await import('../database/backup')
    const own = (await newestOfTheFile(backupFolder(file), at))?.toISOString() ?? null
    const { areOnOneDisk } = await import('../database/filePlace')
    const folder = preferences.secondPlace
    const places = [{ lastAt: own, failure: this.#failures.own }]
    const second = { lastAt: preferences.secondBackup(file), failure: this.#failures.second }
    if (folder !== null) places.push(second)
    // A first try that failed is not waited for.
    const overdue = places.map(({ lastAt, failure }) =>
      lastAt === null ? failure !== null : isOverdue(file, new Date(lastAt), at),
    )
    return {
      lastAt: own,
      failure: this.#failures.own,
      second: folder === null ? null : { folder, ...second, isOnSameDisk: await areOnOneDisk(file, folder) },
      isOverdue: (await Promise.all(overdue)).includes(true),
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
