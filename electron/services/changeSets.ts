import { type ChangeSet, ORIGINS } from '../contract/history'
import type { Database } from '../database/open'
import { kindOf } from './changeKinds'
import { Standing } from './standing'
import { instantOf } from './values'

/** SQL: whether set `s` has let its values go, as all of its changes have then. */
export const IS_LET_GO = `(SELECT coalesce(c.before, c.after) FROM changes c WHERE c.change_set_id = s.change_set_id LIMIT 1) IS '[]'`

/** What a query of change sets is about: SQL on set `s`, with its parameters. */
export interface SetCondition {
  sql: string
  parameters: unknown[]
}

/** The newest change sets, at most `count` of them. */
export async function readChangeSets(
  database: Database,
  count: number,
  { sql, parameters }: SetCondition = { sql: 'true', parameters: [] },
): Promise<ChangeSet[]> {
  const rows = await database.query<StoredChangeSet>(
    `SELECT s.change_set_id AS changeSetId, s.command, s.person, s.created_at AS createdAt, s.summary, s.params,
        s.change_count AS changeCount, s.undoes, ${DEPTH} AS depth, ${IS_LET_GO} AS isLetGo,
        s.schema_version = (SELECT user_version FROM pragma_user_version) AS isOfSchema
      FROM change_sets s WHERE ${sql} ORDER BY s.change_set_id DESC LIMIT $${parameters.length + 1}`,
    [...parameters, count],
  )
  const oldest = rows.at(-1)
  if (!oldest) return []
  const standing = await Standing.read(database, oldest.changeSetId)
  return rows.map((row) => changeSetOf(row, standing))
}

/** One change set, or null. */
export async function findChangeSet(database: Database, changeSetId: number): Promise<ChangeSet | null> {
  const [set] = await readChangeSets(database, 1, { sql: 's.change_set_id = $1', parameters: [changeSetId] })
  return set ?? null
}

interface StoredChangeSet extends Pick<
  ChangeSet,
  'changeSetId' | 'command' | 'person' | 'createdAt' | 'summary' | 'changeCount' | 'undoes'
> {
  params: string
  /** How many sets it goes back through: it takes back what took back ... what was done. */
  depth: number
  isLetGo: number
  isOfSchema: number
}

const DEPTH = `(WITH RECURSIVE former(id) AS (SELECT s.undoes UNION ALL
    SELECT f.undoes FROM former JOIN change_sets f ON f.change_set_id = former.id) SELECT count(id) FROM former)`

function changeSetOf(row: StoredChangeSet, standing: Standing): ChangeSet {
  const { changeSetId, command, changeCount, depth, isOfSchema, isLetGo } = row
  const undoneBy = standing.takenBackBy(changeSetId)
  const isFinal = ORIGINS.includes(command) || changeCount === 0 || isOfSchema === 0 || isLetGo === 1
  return {
    ...row,
    kind: kindOf(command),
    createdAt: instantOf(row.createdAt) ?? '',
    ...(isLetGo === 1
      ? { summary: 'let-go', params: {} }
      : { params: JSON.parse(row.params) as ChangeSet['params'] }),
    direction: depth === 0 ? 'done' : depth % 2 === 1 ? 'undone' : 'redone',
    undoneBy,
    isUndoable: !isFinal && undoneBy === null && standing.lastOf(changeSetId) !== null,
  }
}
