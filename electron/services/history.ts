import type { Handlers } from '../contract/define'
import { AppError } from '../contract/errors'
import {
  type ChangeSet,
  type ChangeSummary,
  type historyMethods,
  ORIGINS,
  UPGRADE,
} from '../contract/history'
import type { Database } from '../database/open'
import type { CommandContext, SchoolContexts } from './context'
import { undoChangeSet } from './undo'
import { instantOf } from './values'

export const history: Handlers<typeof historyMethods, SchoolContexts> = {
  async list({ database }, { offset, count }) {
    const total = await database.queryOne<{ total: number }>('SELECT count(*) AS total FROM change_sets')
    return { rows: await readHistory(database, offset, count), total: total?.total ?? 0 }
  },

  undo: (context, { changeSetId }) => undo(context, changeSetId),

  async undoLast(context) {
    const last = context.undoStack.last
    if (last === null) throw new AppError('not-found', { entity: 'undo' })
    return undo(context, last)
  },
}

const COLUMNS = `s.change_set_id AS changeSetId, s.command, s.person, s.created_at AS createdAt, s.summary, s.params,
  s.change_count AS changeCount, s.undoes, (SELECT o.change_set_id FROM change_sets o WHERE o.undoes = s.change_set_id) AS undoneBy,
  s.schema_version = (SELECT user_version FROM pragma_user_version) AS isOfSchema`

/** Change sets, the newest first. */
export async function readHistory(database: Database, offset: number, count: number): Promise<ChangeSet[]> {
  const rows = await database.query<StoredChangeSet>(
    `SELECT ${COLUMNS} FROM change_sets s ORDER BY s.change_set_id DESC LIMIT $1 OFFSET $2`,
    [count, offset],
  )
  return rows.map(changeSetOf)
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

/** Undoes a set and answers the undone one. */
async function undo(context: CommandContext, changeSetId: number): Promise<ChangeSet> {
  const { changes, database } = context
  const row = await database.queryOne<StoredChangeSet & { schemaVersion: number }>(
    `SELECT ${COLUMNS}, s.schema_version AS schemaVersion FROM change_sets s WHERE s.change_set_id = $1`,
    [changeSetId],
  )
  if (!row) throw new AppError('not-found', { entity: 'changeSet', id: changeSetId })
  if (row.undoneBy !== null) throw new AppError('conflict', { reason: 'undone-already', id: changeSetId })
  if (ORIGINS.includes(row.command)) throw new AppError('conflict', { reason: 'adopted', id: changeSetId })
  await undoChangeSet(context, changeSetId, row.schemaVersion)
  changes.markUndo(changeSetId)
  changes.summarize(row.summary, JSON.parse(row.params) as ChangeSet['params'])
  return { ...changeSetOf(row), undoneBy: await changes.changeSetId(), isUndoable: false }
}

type StoredChangeSet = Omit<ChangeSet, 'params' | 'isUndoable'> & { params: string; isOfSchema: number }

function changeSetOf(row: StoredChangeSet): ChangeSet {
  const { command, undoes, undoneBy, isOfSchema } = row
  return {
    ...row,
    isUndoable: isOfSchema === 1 && !ORIGINS.includes(command) && undoes === null && undoneBy === null,
    createdAt: instantOf(row.createdAt) ?? '',
    params: JSON.parse(row.params) as ChangeSet['params'],
  }
}
