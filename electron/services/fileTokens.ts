import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { AppError } from '../contract/errors'
import type { ChosenFile } from '../contract/files'

/** The files that a person chose, by tokens that cannot be guessed: whoever calls a method names files by these alone. */
export class FileTokens {
  readonly #paths = new Map<string, string>()

  /** A token for a path; the same path gets a new one each time. */
  give(path: string): ChosenFile {
    const file = randomBytes(16).toString('hex')
    this.#paths.set(file, path)
    return { file, name: basename(path) }
  }

  /** The path behind a token. Throws `not-found` for a made-up one. */
  path(file: string): string {
    const path = this.#paths.get(file)
    if (path === undefined) throw new AppError('not-found', { entity: 'file' })
    return path
  }
}
