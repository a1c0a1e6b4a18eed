import type { ImportEntity } from '../contract/imports'
import type { Database } from '../database/open'
import { rawValue } from './adoptTables'
import type { Changes } from './changes'
import { columnsOf, isDerived, RECORD_TABLES, REFERENCES } from './records'
import { words } from './words'

interface Writing {
  database: Database
  changes: Changes
  /** The scratch file of what was read, to attach. */
  attach: { scratch: string }
  stopIfCancelled: () => void
  progress: (done: number) => void
}

/** Rows that are written at a time. */
const SLICE = 5_000

/** Writes what was read of an entity into the new file, under the same numbers, and notes in `findings` what was left out,
 *  cannot be read, or is not what history says of it. */
export async function writeSalvaged(writing: Writing, entity: ImportEntity): Promise<void> {
  const { database, attach, stopIfCancelled, progress } = writing
  if (entity === 'users') await addMissingTypes(writing)
  const { table, key } = RECORD_TABLES[entity]
  for (let from: number | null = 0, done = 0; from !== null; done += SLICE) {
    stopIfCancelled()
    progress(done)
    const start: number = from
    from = await database.write(
      async () => {
        const [end] = await database.query<{ id: number }>(
          `SELECT ${key} AS id FROM scratch.${table} WHERE ${key} > ${start} ORDER BY ${key} LIMIT 1 OFFSET ${SLICE - 1}`,
        )
        await writeSlice(writing, entity, `r.${key} > ${start}${end ? ` AND r.${key} <= ${end.id}` : ''}`)
        return end?.id ?? null
      },
      { attach },
    )
  }
  await database.write(() => noteUnread(database, entity), { attach })
}

/** Own fields are settings: they have no history and belong to nobody. */
export async function writeOwnFields({ database, attach }: Writing, columns: string[]): Promise<void> {
  const names = columns.join(', ')
  await database.write(
    () =>
      database.run(
        `INSERT OR IGNORE INTO main.own_fields (${names}) SELECT ${names} FROM scratch.own_fields`,
      ),
    { attach },
  )
}

async function writeSlice(
  { database, changes }: Writing,
  entity: ImportEntity,
  slice: string,
): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const columns = columnsOf(database, entity)
  const names = columns.join(', ')
  const parents = REFERENCES.filter((reference) => reference.entity === entity).map(({ column, parent }) => {
    const { table: other, key: otherKey } = RECORD_TABLES[parent]
    return `EXISTS (SELECT 1 FROM main.${other} p WHERE p.${otherKey} = r.${column})`
  })
  const hasParents = ['1', ...parents].join(' AND ')
  // No column of ours holds such bytes, and history could not note them.
  const isNoBlob = columns.map((column) => `typeof(r.${column}) <> 'blob'`).join(' AND ')
  await database.run(
    `INSERT OR IGNORE INTO main.${table} (${names})
      SELECT ${names} FROM scratch.${table} r WHERE ${slice} AND ${hasParents} AND ${isNoBlob}`,
  )
  const isLeftOut = `NOT EXISTS (SELECT 1 FROM main.${table} n WHERE n.${key} = r.${key})`
  await database.run(
    `INSERT INTO scratch.findings SELECT '${entity}', r.${key}, iif(${hasParents}, 'rule-broken', 'parent-missing'), ${asObject(columns)}
      FROM scratch.${table} r WHERE ${slice} AND ${isLeftOut}`,
  )
  const values = columns.map(rawValue).join(', ')
  await changes.recordAdopted(
    entity,
    `SELECT r.${key} AS id, iif(${isLeftOut}, json_array(${values}), NULL) AS before FROM scratch.${table} r WHERE ${slice}`,
  )
  await noteUnconfirmed(database, entity, slice)
}

const asObject = (columns: string[]) =>
  `json_object(${columns.map((column) => `'${column}', ${rawValue(column)}`).join(', ')})`

/** A damaged byte within a value shows in nothing but that history has another one. */
async function noteUnconfirmed(database: Database, entity: ImportEntity, slice: string): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const columns = columnsOf(database, entity)
  const lists = await database.query<{ columns: string }>(
    'SELECT DISTINCT columns FROM scratch.last_values WHERE entity = $1 LIMIT 200',
    [entity],
  )
  const usable = lists.filter((list) => isOfOurs(list.columns, key, columns))
  const cases = usable.map(({ columns: list }, at) => {
    const names = JSON.parse(list) as string[]
    const equal = names.flatMap((name, index) =>
      isDerived(name) ? [] : [`r.${name} IS (v.after ->> '$[${index}]')`],
    )
    return `WHEN v.columns = $${at + 1} THEN ${equal.join(' AND ')}`
  })
  const isConfirmed = `CASE ${cases.join(' ')} WHEN 0 THEN 0 ELSE 0 END`
  await database.run(
    `INSERT INTO scratch.findings
      SELECT '${entity}', r.${key}, iif(v.record_id IS NULL, 'not-in-history', 'differs-from-history'), ${asObject(columns)}
      FROM main.${table} r LEFT JOIN scratch.last_values v ON v.entity = '${entity}' AND v.record_id = r.${key}
      WHERE ${slice} AND NOT ${isConfirmed}`,
    usable.map((list) => list.columns),
  )
}

/** Whether a list of columns that history has is one of ours, of whatever revision: it may be damaged itself. */
function isOfOurs(list: string, key: string, columns: string[]): boolean {
  const names: unknown = JSON.parse(list)
  return Array.isArray(names) && names.includes(key) && names.every((name) => columns.includes(String(name)))
}

async function noteUnread(database: Database, entity: ImportEntity): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  await database.run(
    `INSERT INTO scratch.findings SELECT '${entity}', k.id, 'unreadable', v.after
      FROM scratch.known k LEFT JOIN scratch.last_values v ON v.entity = '${entity}' AND v.record_id = k.id
      WHERE k.name = '${table}' AND NOT EXISTS (SELECT 1 FROM scratch.${table} r WHERE r.${key} = k.id)`,
  )
  // A new record never gets the number of one that was lost.
  const last = `(SELECT max(id) FROM scratch.known WHERE name = '${table}')`
  await database.run(`DELETE FROM sqlite_sequence WHERE name = $1 AND seq < ${last}`, [table])
  await database.run(
    `INSERT INTO sqlite_sequence (name, seq) SELECT $1, ${last} WHERE ${last} IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)`,
    [table],
  )
}

/** People are not left out for a user type that cannot be read: they get one that says so, under its number. */
async function addMissingTypes({ database, changes, attach }: Writing): Promise<void> {
  const missing = `SELECT DISTINCT user_type_id FROM scratch.users WHERE typeof(user_type_id) = 'integer' AND user_type_id > 0
    AND user_type_id NOT IN (SELECT user_type_id FROM main.user_types)`
  await database.write(
    async () => {
      await database.run(`CREATE TEMP TABLE added_types AS ${missing}`)
      await database.run(
        `INSERT OR IGNORE INTO main.user_types (user_type_id, name)
          SELECT user_type_id, replace($1, '{id}', user_type_id) FROM temp.added_types`,
        [words('adopt.missingType', { id: '{id}' })],
      )
      await changes.recordInserted('userTypes', 'SELECT user_type_id FROM temp.added_types')
      await database.run('DROP TABLE temp.added_types')
    },
    { attach },
  )
}
