import type { EntityName } from '../contract'
import type { Language } from '../contract/languages'
import { courseNameKeys, userNameKeys, userTypeNameKeys } from '../contract/nameKeys'
import { KEY_VERSION } from '../contract/sortKey'
import type { Database } from '../database/open'
import type { IdQuery } from './changes'

/** Rows whose keys are computed at a time; a thousand take some 10 ms. */
const BATCH = 1_000

interface NamedTable {
  /** As history names it. */
  entity: EntityName
  table: string
  key: string
  names: string[]
  /** Column by column, what follows from the names of a row. */
  keysOf: (names: string[], language: Language) => Record<string, string>
}

const NAMED_TABLES: NamedTable[] = [
  {
    entity: 'users',
    table: 'users',
    key: 'user_id',
    names: ['first_name', 'last_name'],
    keysOf: ([firstName = '', lastName = ''], language) =>
      snakeCased(userNameKeys({ firstName, lastName }, language)),
  },
  {
    entity: 'courses',
    table: 'courses',
    key: 'course_id',
    names: ['name'],
    keysOf: ([name = ''], language) => snakeCased(courseNameKeys(name, language)),
  },
  {
    entity: 'userTypes',
    table: 'user_types',
    key: 'user_type_id',
    names: ['name'],
    keysOf: ([name = ''], language) => snakeCased(userTypeNameKeys(name, language)),
  },
]

/** Writes the sort keys and folded names of all records anew where an earlier version of the algorithms wrote them, or
 *  none. They are no content: history does not note them. A run that is cut off is done again at the next start. */
export async function refillNameKeys(database: Database, language: Language): Promise<void> {
  const school = await database.queryOne<{ version: number }>('SELECT key_version AS version FROM schools')
  if (school?.version === KEY_VERSION) return
  await writeNameKeys(database, language)
}

/** Writes the sort keys and folded names of all records anew. */
export async function writeNameKeys(database: Database, language: Language): Promise<void> {
  for (const table of NAMED_TABLES) await refill(database, table, language)
  await database.write(() => database.run('UPDATE schools SET key_version = $1', [KEY_VERSION]))
}

/** Writes the keys of records anew where they are wrong, within the transaction under way. `idsOf` answers the query that
 *  gives those of an entity. */
export async function mendNameKeys(
  database: Database,
  language: Language,
  idsOf: (entity: EntityName) => IdQuery,
): Promise<void> {
  for (const table of NAMED_TABLES) {
    const restored = idsOf(table.entity)
    for (let last = 0; ;) {
      // Only as many ids as a batch takes: all of them would be gathered anew for each.
      const ids = `WITH ids(id) AS (${restored}) SELECT id FROM ids WHERE id > ${last} ORDER BY id LIMIT ${BATCH}`
      const rows = await namesOf(database, table, `${table.key} IN (${ids})`)
      const lastRow = rows.at(-1)
      if (!lastRow) break
      last = lastRow.id
      await storeKeys(database, table, language, rows)
    }
  }
}

export interface WrongNameKeys {
  table: string
  count: number
  /** The first record that has them. */
  id: number
}

/** The records, by table, whose keys are not what follows from their names, so that they sort or are found wrongly. */
export async function findWrongNameKeys(database: Database, language: Language): Promise<WrongNameKeys[]> {
  const found: WrongNameKeys[] = []
  for (const table of NAMED_TABLES) {
    const wrong = await wrongIn(database, table, language)
    if (wrong) found.push(wrong)
  }
  return found
}

async function wrongIn(
  database: Database,
  { table, key, names, keysOf }: NamedTable,
  language: Language,
): Promise<WrongNameKeys | null> {
  const columns = Object.keys(keysOf([], language))
  let wrong: WrongNameKeys | null = null
  for (let last = 0; ;) {
    const rows = await database.query<{ id: number; names: string; keys: string }>(
      `SELECT ${key} AS id, json_array(${names.join(', ')}) AS names, json_array(${columns.join(', ')}) AS keys
        FROM ${table} WHERE ${key} > $1 ORDER BY ${key} LIMIT ${BATCH}`,
      [last],
    )
    const lastRow = rows.at(-1)
    if (!lastRow) return wrong
    last = lastRow.id
    for (const row of rows) {
      const expected = Object.values(keysOf(JSON.parse(row.names) as string[], language))
      if (isEqual(JSON.parse(row.keys) as unknown[], expected)) continue
      wrong ??= { table, count: 0, id: row.id }
      wrong.count++
    }
  }
}

function isEqual(one: unknown[], other: unknown[]): boolean {
  return one.every((value, index) => value === other[index])
}

async function refill(database: Database, table: NamedTable, language: Language): Promise<void> {
  for (let last = 0; ;) {
    const rows = await namesOf(database, table, `${table.key} > ${last}`)
    const lastRow = rows.at(-1)
    if (!lastRow) return
    last = lastRow.id
    await database.write(() => storeKeys(database, table, language, rows))
  }
}

interface Names {
  id: number
  /** As a JSON array. */
  names: string
}

/** The names of the next rows that meet a condition, in the order of their keys. */
function namesOf(database: Database, { table, key, names }: NamedTable, condition: string): Promise<Names[]> {
  return database.query<Names>(
    `SELECT ${key} AS id, json_array(${names.join(', ')}) AS names FROM ${table} WHERE ${condition} ORDER BY ${key} LIMIT ${BATCH}`,
  )
}

async function storeKeys(
  database: Database,
  { table, key, keysOf }: NamedTable,
  language: Language,
  rows: Names[],
): Promise<void> {
  const filled = rows.map(({ id, names }) => ({ id, ...keysOf(JSON.parse(names) as string[], language) }))
  const columns = Object.keys(keysOf([], language))
  const assignments = columns.map((column) => `${column} = j.value ->> '${column}'`).join(', ')
  const differs = columns.map((column) => `${table}.${column} <> j.value ->> '${column}'`).join(' OR ')
  await database.run(
    `UPDATE ${table} SET ${assignments} FROM json_each($1) j WHERE ${table}.${key} = j.value ->> 'id' AND (${differs})`,
    [JSON.stringify(filled)],
  )
}

function snakeCased(values: Record<string, string>): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]) => [snakeCase(name), value] as const)
  return Object.fromEntries(entries)
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
