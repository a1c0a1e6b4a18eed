import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../contract/errors'
import type { ImportOptions } from '../contract/imports'
import { removeScratch, type SideConnection } from '../database/scratch'
import type { OpenedFile } from '../exchange/parseFile'
import type { Matching } from './importMatching'
import { createStaging } from './importStaging'
import { removeLeftOvers, scratchName } from './leftOvers'

/** An import between its preparation and its end, with a scratch file of its own. */
export interface PreparedFile {
  id: string
  /** The scratch file. */
  file: string
  staging: SideConnection
  fileName: string
  options: ImportOptions
  opened: OpenedFile
  matching: Matching
  /** Being written just now, or written. */
  state: 'prepared' | 'applying' | 'applied'
}

/** The imports that were prepared and not discarded. Their scratch files, which hold people's data, go with them; what
 *  a killed process left is removed by the next one. */
export class PreparedImports {
  readonly #folder: string
  readonly #imports = new Map<string, PreparedFile>()
  readonly #swept: Promise<void>

  constructor(folder: string) {
    this.#folder = folder
    this.#swept = removeLeftOvers(folder)
    // Told to whoever prepares an import; until then nobody listens.
    this.#swept.catch(() => undefined)
  }

  /** A scratch file with the school in sight. It is removed where `work` fails, else kept until it is discarded. */
  async create(
    schoolFile: string,
    work: (staging: SideConnection) => Promise<Omit<PreparedFile, 'id' | 'file' | 'staging' | 'state'>>,
  ): Promise<PreparedFile> {
    await this.#swept
    const id = randomUUID()
    const file = join(this.#folder, scratchName('import', id))
    const staging = await createStaging(file, schoolFile)
    try {
      const prepared: PreparedFile = { ...(await work(staging)), id, file, staging, state: 'prepared' }
      this.#imports.set(id, prepared)
      return prepared
    } catch (error) {
      await staging.close()
      await removeScratch(file)
      throw error
    }
  }

  /** Throws `not-found` for one that was discarded. */
  get(importId: string): PreparedFile {
    const prepared = this.#imports.get(importId)
    if (!prepared) throw new AppError('not-found', { entity: 'import' })
    return prepared
  }

  /** Forgets an import and removes its scratch file. */
  async discard(importId: string): Promise<void> {
    const prepared = this.get(importId)
    if (prepared.state === 'applying') throw new AppError('busy')
    this.#imports.delete(importId)
    await prepared.staging.close()
    await removeScratch(prepared.file)
  }

  /** Discards all. No job may be running. */
  async close(): Promise<void> {
    for (const importId of this.#imports.keys()) await this.discard(importId)
  }
}
