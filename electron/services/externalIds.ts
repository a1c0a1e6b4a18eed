import { invalidField } from '../contract/errors'
import type { SchoolContext } from './context'
import { nameOf, RECORD_TABLES } from './records'

/** Throws where another record of the kind has this external id. */
export async function requireFreeExternalId(
  { database }: SchoolContext,
  entity: 'users' | 'courses' | 'enrollments',
  externalId: string | null,
  except: number | null,
): Promise<void> {
  if (externalId === null) return
  const { table, key } = RECORD_TABLES[entity]
  const taken = await database.queryOne<{ id: number }>(
    `SELECT ${key} AS id FROM ${table} WHERE external_id = $1 AND ${key} IS NOT $2`,
    [externalId, except],
  )
  if (!taken) return
  throw invalidField('externalId', 'external-id-taken', { name: await nameOf(database, entity, taken.id) })
}
