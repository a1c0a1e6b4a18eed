import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { AppError } from '../contract/errors'
import type { ChosenFile } from '../contract/files'

/** The files that a person chose, by tokens that cannot be guessed: whoever calls a method names files by these alone. */
export class FileTokens {
  readonly #paths = new Map<string, string>()
  readonly #targets = new Set<string>()

  /** A token for a path; the same path gets a new one each time. */
  give(path: string): ChosenFile {
    const file = randomBytes(16).toString('hex')
    this.#paths.set(file, path)
    return { file, name: basename(path) }
  }

  /** A token for a path that was chosen to be written to. */
  giveTarget(path: string): ChosenFile {
    const chosen = this.give(path)
    this.#targets.add(chosen.file)
    return chosen
  }

  /** The path behind a token. Throws `not-found` for a made-up one. */
  path(file: string): string {
    const path = this.#paths.get(file)
    if (path === undefined) throw new AppError('not-found', { entity: 'file' })
    return path
  }

  /** The path to write to. Throws `not-found` for what was chosen to be read, a school that was open lately among it. */
  target(file: string): string {
    if (!this.#targets.has(file)) throw new AppError('not-found', { entity: 'file' })
    return this.path(file)
  }
}
