import type { EntityName } from '../contract'
import { AppError } from '../contract/errors'
import type { Selection } from '../contract/lists'
import type { Database, Row } from '../database/open'

/** A condition on the rows of a list, with its parameters. `?` stands for each of them in turn. */
export interface Condition {
  sql: string
  parameters: unknown[]
}

/** How a list may be ordered: the tables to walk, by index, so that the rows come in the order wanted without sorting. */
interface SortPlan {
  /** `FROM ...` with the index named. A join says `= +t.key`: without the plus, a filter on the key is carried over to
   *  both tables, and SQLite no longer sees that the rows come in order. */
  walk: string
  /** Each ascending, or written with DESC; the last is the key, so that the order is total. */
  order: string[]
}

/** What a service says of its records so that they can be listed. */
export interface ListSource {
  entity: EntityName
  /** The table with its alias: `users u`. */
  table: string
  /** The key with the alias: `u.user_id`. */
  key: string
  /** Joins that the orders need, for ordering a few hits. */
  joins: string
  sorts: Record<string, SortPlan>
  defaultSort: string
  /** Selects the columns of the rows, from the opened list `l` joined to the records. */
  select: (list: string) => string
}

export interface ListRequest {
  sort?: { field: string; isDescending: boolean } | undefined
  conditions: Condition[]
}

/** Up to here, or up to this share of all records, the hits of a search or filter are gathered and sorted; beyond, the
 *  order's index is walked and each row tested. Each is quick where the other would need a second at 1,000,000 rows. */
const FEW_HITS = 20_000
const FEW_SHARE = 1 / 8

/** Lists that stay open at once. The oldest is dropped for a new one; who still pages it opens it anew. */
const OPEN_LISTS_MAX = 12

/** Of all schools of this process, the one on another day among them: whoever still names a list of the one before must not be
 *  answered from, or write to, another list in this one. */
let lastListId = 0

/** Opened lists: the ids in their order, kept in a temporary table of the reader, so that any page of a list of any size
 *  is one look-up by position, and stays the same while records change. */
export class Lists {
  readonly #database: Database
  readonly #fewHits: (all: number) => number
  readonly #sources = new Map<number, ListSource>()

  /** `fewHits` says how many hits of how many records count as few. */
  constructor(database: Database, fewHits = (all: number) => Math.max(FEW_HITS, all * FEW_SHARE)) {
    this.#database = database
    this.#fewHits = fewHits
  }

  async open(
    source: ListSource,
    request: ListRequest,
  ): Promise<{ listId: number; total: number; all: number }> {
    const listId = ++lastListId
    await this.#dropOldest()
    const all = await this.#count(`SELECT count(*) AS count FROM ${source.table}`)
    const { sql, parameters } = await this.#plan(source, request, all)
    await this.#database.runOnReader(
      `CREATE TEMP TABLE list_${listId} (pos INTEGER PRIMARY KEY, id INTEGER NOT NULL)`,
    )
    this.#sources.set(listId, source)
    await this.#database.runOnReader(`INSERT INTO temp.list_${listId} (id) ${sql}`, parameters)
    const total = await this.#count(`SELECT coalesce(max(pos), 0) AS count FROM temp.list_${listId}`)
    return { listId, total, all }
  }

  /** Rows by position. One that was deleted meanwhile is left out. */
  async page<Result extends object = Row>(
    entity: EntityName,
    listId: number,
    offset: number,
    count: number,
  ): Promise<Result[]> {
    const source = this.#opened(entity, listId)
    return this.#database.read<Result>(
      `${source.select(`temp.list_${listId}`)} WHERE l.pos > $1 AND l.pos <= $2 ORDER BY l.pos`,
      [offset, offset + count],
    )
  }

  async close(listId: number): Promise<void> {
    if (this.#sources.delete(listId)) await this.#database.runOnReader(`DROP TABLE temp.list_${listId}`)
  }

  /** The ids of a selection, a batch of at most 2,000 at a time. */
  async *ids(entity: EntityName, selection: Selection): AsyncGenerator<number[]> {
    if ('ids' in selection) {
      for (let from = 0; from < selection.ids.length; from += 2_000)
        yield selection.ids.slice(from, from + 2_000)
      return
    }
    this.#opened(entity, selection.listId)
    const except = new Set(selection.except)
    for (let from = 0; ; from += 2_000) {
      const rows = await this.#database.read<{ id: number }>(
        `SELECT id FROM temp.list_${selection.listId} WHERE pos > $1 AND pos <= $2 ORDER BY pos`,
        [from, from + 2_000],
      )
      if (rows.length === 0) return
      yield rows.map(({ id }) => id).filter((id) => !except.has(id))
    }
  }

  /** The number of another entity's list is none of this one's: its ids would stand for other records here. */
  #opened(entity: EntityName, listId: number): ListSource {
    const source = this.#sources.get(listId)
    if (source?.entity !== entity) throw new AppError('list-expired')
    return source
  }

  /** The SQL that gives the ids in order. */
  async #plan(source: ListSource, { sort, conditions }: ListRequest, all: number): Promise<Condition> {
    const plan = source.sorts[sort?.field ?? source.defaultSort]
    if (!plan) throw new AppError('invalid', {}, { sort: { code: 'not-accepted', params: {} } })
    const order = plan.order.map((column) => directed(column, sort?.isDescending ?? false)).join(', ')
    if (conditions.length === 0)
      return { sql: `SELECT ${source.key} ${plan.walk} ORDER BY ${order}`, parameters: [] }
    const where = together(conditions)
    const few = Math.floor(this.#fewHits(all))
    const hits = await this.#count(
      numbered(
        `SELECT count(*) AS count FROM (SELECT 1 FROM ${source.table} WHERE ${where.sql} LIMIT ${few + 1})`,
      ),
      where.parameters,
    )
    const sql =
      hits > few
        ? `SELECT ${source.key} ${plan.walk} WHERE ${where.sql} ORDER BY ${order}`
        : `SELECT ${source.key} FROM ${source.table} ${source.joins} WHERE ${where.sql} ORDER BY ${order}`
    return { sql: numbered(sql), parameters: where.parameters }
  }

  async #count(sql: string, parameters: unknown[] = []): Promise<number> {
    const [row] = await this.#database.read<{ count: number }>(sql, parameters)
    return row?.count ?? 0
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#sources.keys()
    if (this.#sources.size >= OPEN_LISTS_MAX && oldest !== undefined) await this.close(oldest)
  }
}

/** A part of an order, or, for the whole order backwards, its opposite. */
function directed(part: string, isBackwards: boolean): string {
  if (!isBackwards) return part
  return part.endsWith(' DESC') ? part.slice(0, -' DESC'.length) : `${part} DESC`
}

function together(conditions: Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
}

/** `?` to `$1`, `$2` ... in the order in which they stand. */
function numbered(sql: string): string {
  let count = 0
  return sql.replace(/\?/g, () => `$${++count}`)
}
