import type { EntityName } from '../contract'
import type { Database } from '../database/open'
import { BEGINNINGS } from './recordLives'
import { NAMES, RECORD_TABLES } from './records'

/** What a record is called. */
export interface Names {
  of(entity: EntityName, id: string | number | null | undefined): string
}

/** What the records of a change set are called; those that are deleted by now, and those whose number is another's, what history
 *  last knew them as. */
export class RecordNames implements Names {
  readonly #changeSetId: number
  readonly #names = new Map<string, string>()

  /** Reads the names of the records that had these numbers in a change set, each of them once. */
  static async read(
    database: Database,
    references: readonly { entity: EntityName; id: number }[],
    changeSetId: number,
  ): Promise<RecordNames> {
    const names = new RecordNames(changeSetId)
    for (const entity of new Set(references.map((each) => each.entity))) {
      const ids = new Set(references.filter((each) => each.entity === entity).map(({ id }) => id))
      await names.#read(database, entity, [...ids])
    }
    return names
  }

  private constructor(changeSetId: number) {
    this.#changeSetId = changeSetId
  }

  /** The name of a record, or its number where nothing knows it any more. */
  of(entity: EntityName, id: string | number | null | undefined): string {
    return this.#names.get(`${entity} ${id}`) ?? `#${id}`
  }

  async #read(database: Database, entity: EntityName, ids: number[]): Promise<void> {
    const { table, key } = RECORD_TABLES[entity]
    const known = await database.query<{ id: number; name: string | null; next: number | null }>(
      `SELECT wanted.value AS id, (SELECT ${NAMES[entity]} FROM ${table} WHERE ${key} = wanted.value) AS name,
          (SELECT min(b.change_set_id) FROM ${BEGINNINGS} b
            WHERE b.entity = $2 AND b.record_id = wanted.value AND b.change_set_id > $3) AS next
        FROM json_each($1) wanted`,
      [JSON.stringify(ids), entity, this.#changeSetId],
    )
    for (const { id, name, next } of known) {
      const found = next === null && name !== null ? name : await formerName(database, entity, id, next)
      if (found !== null) this.#names.set(`${entity} ${id}`, found)
    }
  }
}

/** The name in the values that the newest change of a record has before a change set, if any; null where they were let go. */
async function formerName(
  database: Database,
  entity: EntityName,
  id: number,
  before: number | null,
): Promise<string | null> {
  const row = await database.queryOne<{ columns: string; row: string | null }>(
    `SELECT s.columns -> c.entity AS columns, coalesce(c.after, c.before) AS row
      FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.entity = $1 AND c.record_id = $2 AND c.change_set_id < $3 ORDER BY c.change_id DESC LIMIT 1`,
    [entity, id, before ?? Number.MAX_SAFE_INTEGER],
  )
  const columns = JSON.parse(row?.columns ?? '[]') as string[]
  const values = JSON.parse(row?.row ?? '[]') as unknown[]
  const parts = (entity === 'users' ? ['first_name', 'last_name'] : ['name']).map(
    (column) => values[columns.indexOf(column)],
  )
  return parts.every((part) => typeof part === 'string') ? parts.join(' ') : null
}
