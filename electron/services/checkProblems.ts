import type { Params } from '../contract/errors'
import type { Database } from '../database/open'

/** What is wrong with a file. Words for `code` stand in the catalogs under `cli.check`. */
export interface CheckProblem {
  code: string
  params: Params
}

/** How many rows a query of ids gives, and the lowest of them; nothing for none. */
export async function firstOf(
  database: Database,
  code: string,
  ids: string,
  params: Params = {},
): Promise<CheckProblem[]> {
  const row = await database.queryOne<{ count: number; id: number | null }>(
    `SELECT count(*) AS count, min(id) AS id FROM (${ids})`,
  )
  if (!row || row.id === null) return []
  return [{ code, params: { ...params, count: row.count, id: row.id } }]
}
