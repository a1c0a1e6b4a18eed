import type { Selection } from '../contract/lists'
import type { CommandContext, SchoolContext } from './context'
import { nameOf, RECORD_TABLES } from './records'
import { selectRecords } from './selected'

/** Entities whose records have enrolments. */
type Enrolled = 'users' | 'courses'

interface Removal {
  count: number
  enrollments: number
}

/** Counts the records of a selection and the enrolments that would go with them. */
export async function previewRemoval(
  { database, lists }: SchoolContext,
  entity: Enrolled,
  selection: Selection,
): Promise<Removal> {
  const { table, key } = RECORD_TABLES[entity]
  const removal = { count: 0, enrollments: 0 }
  for await (const ids of lists.ids(entity, selection)) {
    const row = await database.queryOne<Removal>(
      `SELECT (SELECT count(*) FROM ${table} WHERE ${key} IN (SELECT value FROM json_each($1))) AS count,
        (SELECT count(*) FROM enrollments WHERE ${key} IN (SELECT value FROM json_each($1))) AS enrollments`,
      [JSON.stringify(ids)],
    )
    removal.count += row?.count ?? 0
    removal.enrollments += row?.enrollments ?? 0
  }
  return removal
}

/** Deletes the records of a selection with their enrolments. `kind` is the word for one of them in the summary. */
export async function remove(
  context: CommandContext,
  entity: Enrolled,
  kind: 'user' | 'course',
  selection: Selection,
): Promise<Removal> {
  const { changes, database } = context
  const { key } = RECORD_TABLES[entity]
  const selected = await selectRecords(context, entity, selection)
  const [only, second] = await database.query<{ id: number }>(`${selected} LIMIT 2`)
  const name = only && !second ? await nameOf(database, entity, only.id) : ''
  const enrollments = await changes.remove(
    'enrollments',
    `SELECT enrollment_id FROM enrollments WHERE ${key} IN (${selected})`,
  )
  const count = await changes.remove(entity, selected)
  changes.summarize(name ? `${kind}-removed` : `${entity}-removed`, { count, enrollments, name })
  return { count, enrollments }
}
