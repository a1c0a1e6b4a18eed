import { BACK_TO_MOMENT } from '../contract/history'
import type { Database } from '../database/open'

/** One change set, or all that came after one. */
export type Span = { only: number } | { after: number }

/** Which change sets stand, and what took back those that do not. What took one back can be taken back itself. */
export class Standing {
  /** What took one set back, by that set. */
  readonly #takenBackBy = new Map<number, number>()
  readonly #standing = new Set<number>()
  /** Those that went back to a moment, and stand. */
  readonly #returns: { id: number; after: number }[] = []

  /** Reads what took back sets later than `after`. */
  static async read(database: Database, after = 0): Promise<Standing> {
    return new Standing(await readTakings(database, after))
  }

  /** What stands once a span is taken back. */
  static async readWithout(database: Database, span: Span): Promise<Standing> {
    const takings = await readTakings(database, 0)
    const [undoes, after] = 'only' in span ? [span.only, null] : [null, span.after]
    return new Standing([...takings, { id: Number.MAX_SAFE_INTEGER, undoes, after }])
  }

  /** The newest first: whether a set stands depends on later ones alone. */
  private constructor(takings: Taking[]) {
    for (const { id, undoes, after } of [...takings].reverse()) {
      const stands = this.takenBackBy(id) === null
      if (stands) this.#standing.add(id)
      if (undoes !== null) this.#takenBackBy.set(undoes, id)
      if (stands && after !== null) this.#returns.push({ id, after })
    }
  }

  /** The set that took this one back and stands; null where it stands itself. */
  takenBackBy(id: number): number | null {
    const by = this.#takenBackBy.get(id)
    // It may have been done again and taken back again since, which is when it was taken back last.
    if (by !== undefined && this.#standing.has(by)) return this.lastOf(by) ?? by
    return this.#returns.find((each) => each.after < id && id < each.id)?.id ?? null
  }

  /** What is to be taken back in order to take back a set that stands: itself, or what did it again last. Null where going
   *  back to a moment stands between. */
  lastOf(id: number): number | null {
    let last = id
    for (let by = this.#takenBackBy.get(last); by !== undefined; by = this.#takenBackBy.get(last)) last = by
    return this.takenBackBy(last) === null ? last : null
  }
}

/** A set that took another back, or all after another. */
interface Taking {
  id: number
  undoes: number | null
  after: number | null
}

async function readTakings(database: Database, after: number): Promise<Taking[]> {
  const takings: Taking[] = []
  for (let last = after; ;) {
    const page = await database.query<Taking>(TAKINGS_SQL, [last])
    takings.push(...page)
    const next = page.at(-1)
    if (!next || page.length < PAGE) return takings
    last = next.id
  }
}

const PAGE = 2_000

const TAKINGS_SQL = `SELECT change_set_id AS id, undoes, iif(command = '${BACK_TO_MOMENT}', params ->> 'after', NULL) AS after
  FROM change_sets WHERE change_set_id > $1 AND (undoes IS NOT NULL OR command = '${BACK_TO_MOMENT}')
  ORDER BY change_set_id LIMIT ${PAGE}`
