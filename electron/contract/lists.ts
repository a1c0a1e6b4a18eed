import { z } from 'zod'
import { action, query } from './define'
import { recordId } from './fields'

/** Rows that a page of a list may hold at most. */
export const PAGE_MAX = 200

const listId = z.int().min(1)

/** The records that bulk work is about: some by id, or all of an opened list but some. It stays small at any size. */
export const selection = z.union([
  z.strictObject({ ids: z.array(recordId).min(1).max(10_000) }),
  z.strictObject({ listId, except: z.array(recordId).max(10_000) }),
])
export type Selection = z.output<typeof selection>

/** What a list shows: words to search for, filters, order. Ties are broken by id, so the order is always total. */
export function listRequest<Sorts extends readonly [string, ...string[]], Filters extends z.ZodType>(
  sorts: Sorts,
  filters: Filters,
) {
  return z.strictObject({
    search: z.string().max(200).default(''),
    sort: z.strictObject({ field: z.enum(sorts), isDescending: z.boolean().default(false) }).optional(),
    filters,
  })
}

/** The three methods of a list: opened once (its order is fixed then), read by position, closed.
 *  `total` counts what matches, `all` what there is without search and filters. */
export function listMethods<Request extends z.ZodType, Row extends z.ZodType>(request: Request, row: Row) {
  return {
    openList: query(request, z.object({ listId, total: z.int(), all: z.int() })),
    list: query(
      z.strictObject({ listId, offset: z.int().min(0), count: z.int().min(1).max(PAGE_MAX) }),
      z.object({ rows: z.array(row) }),
    ),
    closeList: action(z.strictObject({ listId }), z.null()),
  }
}

/** What bulk work answers. */
export const affected = z.object({ count: z.int() })
