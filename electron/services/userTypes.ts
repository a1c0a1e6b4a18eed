import type { Handlers } from '../contract/define'
import { AppError, invalidField } from '../contract/errors'
import { userTypeNameKeys } from '../contract/nameKeys'
import type { UserTypeRecord, UserTypeRow, userTypeMethods } from '../contract/userTypes'
import type { SchoolContext, SchoolContexts } from './context'
import type { ListSource } from './lists'
import { searchConditions } from './search'
import { instantOf } from './values'

const COLUMNS = 't.user_type_id AS userTypeId, t.name, t.created_at AS createdAt, t.updated_at AS updatedAt'

const byColumn = (column: string) => ({
  walk: `FROM user_types t INDEXED BY ix_user_types_${column}`,
  order: [`t.${column}`, 't.user_type_id'],
})

const userTypeSource: ListSource = {
  entity: 'userTypes',
  table: 'user_types t',
  key: 't.user_type_id',
  joins: '',
  sorts: {
    name: byColumn('name_sort'),
    createdAt: byColumn('created_at'),
    updatedAt: byColumn('updated_at'),
  },
  defaultSort: 'name',
  select: (
    list,
  ) => `SELECT ${COLUMNS}, (SELECT count(*) FROM users u WHERE u.user_type_id = t.user_type_id) AS userCount
    FROM ${list} l CROSS JOIN user_types t ON t.user_type_id = l.id`,
}

const SEARCH = { key: 't.user_type_id', index: null, folded: ['t.name_folded'] }

export const userTypes: Handlers<typeof userTypeMethods, SchoolContexts> = {
  async openList({ lists }, { search, sort }) {
    const conditions = searchConditions(SEARCH, search)
    return lists.open(userTypeSource, { sort, conditions })
  },

  async list({ lists }, { listId, offset, count }) {
    return { rows: (await lists.page<UserTypeRow>('userTypes', listId, offset, count)).map(withInstants) }
  },

  async closeList({ lists }, { listId }) {
    await lists.close(listId)
    return null
  },

  get: (context, { userTypeId }) => getUserType(context, userTypeId),

  async create(context, { name }) {
    const { changes, language } = context
    await requireFreeName(context, name, null)
    const userTypeId = await changes.insert('userTypes', { name, ...userTypeNameKeys(name, language) })
    changes.summarize('user-type-created', { name })
    return getUserType(context, userTypeId)
  },

  async update(context, { userTypeId, name }) {
    const { changes, language } = context
    const { name: former } = await getUserType(context, userTypeId)
    await requireFreeName(context, name, userTypeId)
    await changes.update('userTypes', String(userTypeId), { name, ...userTypeNameKeys(name, language) })
    changes.summarize('user-type-renamed', { name, former })
    return getUserType(context, userTypeId)
  },

  async remove(context, { userTypeId }) {
    const { changes, database } = context
    const { name } = await getUserType(context, userTypeId)
    const users = await database.queryOne<{ count: number }>(
      'SELECT count(*) AS count FROM users WHERE user_type_id = $1',
      [userTypeId],
    )
    if (users?.count) throw new AppError('conflict', { reason: 'user-type-in-use', name, count: users.count })
    await changes.remove('userTypes', String(userTypeId))
    changes.summarize('user-type-removed', { name })
    return null
  },
}

/** Reads one user type. Throws `not-found`. */
async function getUserType({ database }: SchoolContext, userTypeId: number): Promise<UserTypeRecord> {
  const row = await database.queryOne<UserTypeRecord>(
    `SELECT ${COLUMNS} FROM user_types t WHERE t.user_type_id = $1`,
    [userTypeId],
  )
  if (!row) throw new AppError('not-found', { entity: 'userType', id: userTypeId })
  return withInstants(row)
}

function withInstants<Stored extends UserTypeRecord>(row: Stored): Stored {
  return { ...row, createdAt: instantOf(row.createdAt), updatedAt: instantOf(row.updatedAt) }
}

async function requireFreeName(
  { database }: SchoolContext,
  name: string,
  except: number | null,
): Promise<void> {
  const taken = await database.queryOne(
    'SELECT 1 FROM user_types WHERE name = $1 AND user_type_id IS NOT $2',
    [name, except],
  )
  if (taken) throw invalidField('name', 'name-taken')
}
