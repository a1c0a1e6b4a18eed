import type { EntityName } from '../contract'
import type { Database } from '../database/open'
import { NAMES, RECORD_TABLES } from './records'

/** What a record is called. */
export interface Names {
  of(entity: EntityName, id: string | number | null | undefined): string
}

/** What records are called; those that are deleted by now, what history last knew them as. */
export class RecordNames implements Names {
  readonly #names = new Map<string, string>()

  /** Reads the names of records, each of them once. */
  static async read(
    database: Database,
    references: readonly { entity: EntityName; id: number }[],
  ): Promise<RecordNames> {
    const names = new RecordNames()
    for (const entity of new Set(references.map((each) => each.entity))) {
      const ids = new Set(references.filter((each) => each.entity === entity).map(({ id }) => id))
      await names.#read(database, entity, [...ids])
    }
    return names
  }

  /** The name of a record, or its number where nothing knows it any more. */
  of(entity: EntityName, id: string | number | null | undefined): string {
    return this.#names.get(`${entity} ${id}`) ?? `#${id}`
  }

  async #read(database: Database, entity: EntityName, ids: number[]): Promise<void> {
    const { table, key } = RECORD_TABLES[entity]
    const known = await database.query<{ id: number; name: string | null }>(
      `SELECT wanted.value AS id, (SELECT ${NAMES[entity]} FROM ${table} WHERE ${key} = wanted.value) AS name
        FROM json_each($1) wanted`,
      [JSON.stringify(ids)],
    )
    for (const { id, name } of known) {
      const found = name ?? (await formerName(database, entity, id))
      if (found !== null) this.#names.set(`${entity} ${id}`, found)
    }
  }
}

/** The name in the values that the newest change of a record has; null where they were let go. */
async function formerName(database: Database, entity: EntityName, id: number): Promise<string | null> {
  const row = await database.queryOne<{ columns: string; row: string | null }>(
    `SELECT s.columns -> c.entity AS columns, coalesce(c.after, c.before) AS row
      FROM changes c JOIN change_sets s ON s.change_set_id = c.change_set_id
      WHERE c.entity = $1 AND c.record_id = $2 ORDER BY c.change_id DESC LIMIT 1`,
    [entity, id],
  )
  const columns = JSON.parse(row?.columns ?? '[]') as string[]
  const values = JSON.parse(row?.row ?? '[]') as unknown[]
  const parts = (entity === 'users' ? ['first_name', 'last_name'] : ['name']).map(
    (column) => values[columns.indexOf(column)],
  )
  return parts.every((part) => typeof part === 'string') ? parts.join(' ') : null
}
