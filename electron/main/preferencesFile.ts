import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Preferences } from '../contract/preferences'

export interface WindowPlace {
  x: number
  y: number
  width: number
  height: number
  isMaximized: boolean
}

interface Stored extends Preferences {
  /** Absolute paths of school files, the one opened last first. */
  recent: string[]
  window: WindowPlace | null
  /** The folder of a second place for backups. */
  secondPlace: string | null
  /** When a school's file was last backed up there, by its path. */
  secondBackups: Record<string, string>
  /** Files of which the person knows that they are in a synchronised folder. */
  knownSyncs: string[]
}

const RECENT_MAX = 10

/** What this computer's user likes, in one JSON file. A file that is missing or damaged counts as one with nothing in
 *  it: the program must start all the same. Checked by hand, since the window waits for it and zod takes its time. */
export class PreferencesFile {
  readonly #path: string
  #stored: Stored

  constructor(path: string) {
    this.#path = path
    this.#stored = read(path)
  }

  get theme(): Preferences['theme'] {
    return this.#stored.theme
  }

  get recent(): readonly string[] {
    return this.#stored.recent
  }

  get window(): WindowPlace | null {
    return this.#stored.window
  }

  get secondPlace(): string | null {
    return this.#stored.secondPlace
  }

  /** When this file was last backed up in the second place, as an ISO instant. */
  secondBackup(file: string): string | null {
    return this.#stored.secondBackups[file] ?? null
  }

  /** Whether the person was warned of this file's synchronised folder. */
  isSyncKnown(file: string): boolean {
    return this.#stored.knownSyncs.includes(file)
  }

  addKnownSync(file: string): void {
    this.#write({ knownSyncs: [...new Set([...this.#stored.knownSyncs, file])] })
  }

  setTheme(theme: Preferences['theme']): void {
    this.#write({ theme })
  }

  setWindow(window: WindowPlace): void {
    this.#write({ window })
  }

  /** What was backed up in another place tells nothing of this one. */
  setSecondPlace(folder: string | null): void {
    this.#write({ secondPlace: folder, secondBackups: {} })
  }

  setSecondBackup(file: string, at: string): void {
    this.#write({ secondBackups: { ...this.#stored.secondBackups, [file]: at } })
  }

  /** Puts a school file first among those opened lately. */
  addRecent(file: string): void {
    const others = this.#stored.recent.filter((each) => each !== file)
    this.#write({ recent: [file, ...others].slice(0, RECENT_MAX) })
  }

  /** Written beside and renamed, so that a killed process leaves the old file or the new one. */
  #write(change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change }
    mkdirSync(dirname(this.#path), { recursive: true })
    const beside = `${this.#path}.new`
    const file = openSync(beside, 'w', 0o600)
    try {
      writeSync(file, `${JSON.stringify(this.#stored, null, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, this.#path)
  }
}

function read(path: string): Stored {
  const value = parse(path)
  const { theme, recent, window, secondPlace, secondBackups, knownSyncs } = value
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    recent: textsIn(recent),
    window: isPlace(window) ? window : null,
    secondPlace: typeof secondPlace === 'string' ? secondPlace : null,
    secondBackups: isObject(secondBackups) ? textsOf(secondBackups) : {},
    knownSyncs: textsIn(knownSyncs),
  }
}

function parse(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function textsOf(value: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}

function isPlace(value: unknown): value is WindowPlace {
  if (!isObject(value)) return false
  return (
    ['x', 'y', 'width', 'height'].every((each) => Number.isInteger(value[each])) &&
    typeof value.isMaximized === 'boolean'
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
