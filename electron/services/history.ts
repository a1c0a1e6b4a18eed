import type { Handlers } from '../contract/define'
import { AppError } from '../contract/errors'
import type { ChangeSet, ChangeSummary, HistoryFilters, historyMethods } from '../contract/history'
import { UPGRADE } from '../contract/history'
import type { Database } from '../database/open'
import { COMMANDS_OF_KIND } from './changeKinds'
import { readChangedRecords } from './changedRecords'
import { findChangeSet, readChangeSets, type SetCondition } from './changeSets'
import type { CommandContext, SchoolContext, SchoolContexts } from './context'
import { letGoValues } from './letGo'
import { BEGINNINGS } from './recordLives'
import { countAfter, undoAfter, undoChangeSet } from './undo'
import { storedStartOf } from './values'

export const history: Handlers<typeof historyMethods, SchoolContexts> = {
  async list({ database }, { filters, before, count }) {
    const { sql, parameters } = conditionOf(filters)
    const rows = await readChangeSets(database, count, conditionOf(filters, before))
    const counts = await database.queryOne<{ total: number; all: number }>(
      `SELECT count(*) FILTER (WHERE ${sql}) AS total, count(*) AS "all" FROM change_sets s`,
      parameters,
    )
    const next = rows.length === count ? (rows.at(-1)?.changeSetId ?? null) : null
    return { rows, next, total: counts?.total ?? 0, all: counts?.all ?? 0 }
  },

  async get({ database }, { changeSetId, record, after, count }) {
    const changeSet = await findChangeSet(database, changeSetId)
    if (!changeSet) throw new AppError('not-found', { entity: 'changeSet', id: changeSetId })
    const rows = await readChangedRecords(database, { changeSetId, record, after: after ?? 0, count })
    return { changeSet, rows, next: rows.length === count ? (rows.at(-1)?.changeId ?? null) : null }
  },

  async people({ database }) {
    const rows = await database.query<{ person: string }>(
      'SELECT DISTINCT person FROM change_sets ORDER BY person LIMIT 1000',
    )
    return rows.map(({ person }) => person)
  },

  async undoable(context) {
    return { undo: await nextOf(context, 'toUndo'), redo: await nextOf(context, 'toRedo') }
  },

  undo: (context, { changeSetId }) => undoChangeSet(context, changeSetId),
  undoLast: (context) => takeBackNext(context, 'toUndo'),
  redoLast: (context) => takeBackNext(context, 'toRedo'),
  countAfter: (context, { changeSetId }) => countAfter(context, changeSetId),
  undoAfter: (context, { changeSetId }) => undoAfter(context, changeSetId),
  letGo: (context, { before }) => letGoValues(context, before),
}

/** What the revisions after a schema version changed in the records. */
export async function readUpgradeNotes(database: Database, schemaVersion: number): Promise<ChangeSummary[]> {
  const rows = await database.query<{ summary: string; params: string }>(
    'SELECT summary, params FROM change_sets WHERE command = $1 AND schema_version >= $2 ORDER BY change_set_id',
    [UPGRADE, schemaVersion],
  )
  return rows.map(({ summary, params }) => ({
    summary,
    params: JSON.parse(params) as ChangeSummary['params'],
  }))
}

/** The newest set of the session that can still be taken back: others may have been, from history. */
async function nextOf(
  { database, undoStack }: SchoolContext,
  side: 'toUndo' | 'toRedo',
): Promise<ChangeSet | null> {
  for (let id = undoStack[side]; id !== null; id = undoStack[side]) {
    const set = await findChangeSet(database, id)
    if (set?.isUndoable) return set
    undoStack.drop(id)
  }
  return null
}

async function takeBackNext(context: CommandContext, side: 'toUndo' | 'toRedo'): Promise<ChangeSet> {
  const next = await nextOf(context, side)
  if (!next) throw new AppError('not-found', { entity: side === 'toUndo' ? 'undo' : 'redo' })
  return undoChangeSet(context, next.changeSetId)
}

/** SQL of the filters on set `s`. */
function conditionOf(filters: HistoryFilters, before: number | null = null): SetCondition {
  const parameters: unknown[] = []
  const parameter = (value: unknown) => `$${parameters.push(value)}`
  const { person, kind, entity, record, from, until } = filters
  const parts = [
    before !== null && `s.change_set_id < ${parameter(before)}`,
    person !== undefined && `s.person = ${parameter(person)}`,
    kind !== undefined &&
      `s.command IN (SELECT value FROM json_each(${parameter(JSON.stringify(COMMANDS_OF_KIND[kind]))}))`,
    // A set lists the columns of each entity that it touched.
    entity !== undefined && `s.columns -> ${parameter(entity)} IS NOT NULL`,
    record !== undefined && `s.change_set_id IN (${setsOf(record, parameter)})`,
    from !== undefined && `s.created_at >= ${parameter(storedStartOf(from))}`,
    until !== undefined && `s.created_at < ${parameter(storedStartOf(until, 1))}`,
  ]
  return { sql: parts.filter((part) => part !== false).join(' AND ') || 'true', parameters }
}

/** The sets that touched a record, or an enrolment of it. */
function setsOf(
  { entity, id }: NonNullable<HistoryFilters['record']>,
  parameter: (value: unknown) => string,
): string {
  const touched = `SELECT c.change_set_id FROM changes c
    WHERE c.entity = ${parameter(entity)} AND c.record_id = ${parameter(id)} AND ${IS_OF_NOW}`
  const owner = entity === 'users' ? 'user_id' : entity === 'courses' ? 'course_id' : null
  if (owner === null) return touched
  return `${touched} UNION SELECT c.change_set_id FROM enrollments e
    JOIN changes c ON c.entity = 'enrollments' AND c.record_id = e.enrollment_id
    WHERE e.${owner} = ${parameter(id)} AND ${IS_OF_NOW}`
}

/** SQL: whether change `c` is of the record that has its number now. */
const IS_OF_NOW = `c.change_set_id >= coalesce((SELECT max(b.change_set_id) FROM ${BEGINNINGS} b
  WHERE b.entity = c.entity AND b.record_id = c.record_id), 0)`
