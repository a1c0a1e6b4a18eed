import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../contract/errors'
import { removeScratch, SideConnection } from '../database/scratch'
import { scratchName } from './leftOvers'

/** What two states of a school differ in, in a scratch file of its own. */
export interface KeptComparison<About> {
  about: About
  /** Where the scratch file has the table `differences`. */
  side: SideConnection
}

/** The comparisons that were made and not put away. Their scratch files, which hold people's data, go with them. */
export class Comparisons<About extends object> {
  readonly #folder: string
  readonly #kept = new Map<string, KeptFile<About>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes a scratch file. It is removed where `work` fails, else kept until it is put away. */
  async create(work: (side: SideConnection) => Promise<About>): Promise<About & { comparisonId: string }> {
    const comparisonId = randomUUID()
    const file = join(this.#folder, scratchName('compare', comparisonId))
    const side = await SideConnection.createScratch(file)
    try {
      const about = await work(side)
      this.#kept.set(comparisonId, { about, side, file, uses: new Set() })
      return { comparisonId, ...about }
    } catch (error) {
      await side.close()
      await removeScratch(file)
      throw error
    }
  }

  /** Runs `work` on one, which is there until that is done. Throws `not-found` for one that was put away. */
  async use<Result>(
    comparisonId: string,
    work: (kept: KeptComparison<About>) => Promise<Result>,
  ): Promise<Result> {
    const kept = this.#get(comparisonId)
    const use = work(kept)
    kept.uses.add(use)
    try {
      return await use
    } finally {
      kept.uses.delete(use)
    }
  }

  /** Puts one away as soon as nobody uses it. Throws `not-found` for one that was put away. */
  async discard(comparisonId: string): Promise<void> {
    const { side, file, uses } = this.#get(comparisonId)
    this.#kept.delete(comparisonId)
    await Promise.allSettled(uses)
    await side.close()
    await removeScratch(file)
  }

  /** Puts all away. */
  async close(): Promise<void> {
    for (const comparisonId of this.#kept.keys()) await this.discard(comparisonId)
  }

  #get(comparisonId: string): KeptFile<About> {
    const kept = this.#kept.get(comparisonId)
    if (!kept) throw new AppError('not-found', { entity: 'comparison' })
    return kept
  }
}

interface KeptFile<About> extends KeptComparison<About> {
  file: string
  uses: Set<Promise<unknown>>
}
