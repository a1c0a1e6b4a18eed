import { appendFile } from 'node:fs/promises'

/** How thoroughly promises are tried: with every test run, by `npm run promises`, or before a release. */
type Depth = 'few' | 'many' | 'full'

const depth = (['many', 'full'] as const).find((each) => each === process.env.ROLLBOOK_PROMISES) ?? 'few'

/** How often to try, by the depth of this run. */
export function trials<Count>(counts: Record<Depth, Count>): Count {
  return counts[depth]
}

/** One line of the table that `npm run promises` prints. */
export interface Kept {
  /** `P4`. */
  promise: string
  what: string
  trials: number
  failures: number
  /** What an unsafe setting did in the same test, so that we know the test can see. */
  control: string
}

/** Notes what a test found, for the table; elsewhere it is enough that the test passes. */
export async function note(kept: Kept): Promise<void> {
  const file = process.env.ROLLBOOK_PROMISES_NOTES
  if (file) await appendFile(file, `${JSON.stringify(kept)}\n`)
}

/** At most `count` of the items, spread evenly over them, the first and the last included. */
export function spread<Item>(items: Item[], count: number): Item[] {
  if (items.length <= count) return items
  const step = (items.length - 1) / Math.max(1, count - 1)
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as Item)
}

/** Numbers from 0 up to 1, the same for one seed, so that a failure can be seen again. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
