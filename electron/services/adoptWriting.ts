import type { AdoptReport } from '../contract/adopt'
import type { Database } from '../database/open'
import { isAltered, IS_ADDED_TYPE } from './adoptRows'
import { rawValue, valueOf, type AdoptedTable } from './adoptTables'
import { SEED_COLUMNS } from '../database/seedFile'
import type { Changes } from './changes'
import { columnsOf, RECORD_TABLES } from './records'

/** The source's copy and the scratch file, as the new file's connection sees them. */
export interface Attached extends Record<string, string> {
  seed: string
  scratch: string
}

interface Writing {
  database: Database
  changes: Changes
  attach: Attached
  stopIfCancelled: () => void
  progress: (done: number) => void
}

/** Rows that are written at a time, each time in a transaction of its own: nobody sees the file before it is whole. */
const SLICE = 10_000

/** Writes all rows of a table into the new file, under the numbers that they had, and notes in history where they came from. */
export async function writeTable(writing: Writing, table: AdoptedTable): Promise<void> {
  const { database, changes, attach } = writing
  const { entity, key } = table
  if (entity === 'userTypes') await database.write(() => addTypes(database, changes), { attach })
  for (let last: number | null = 0, done = 0; last !== null; done += SLICE) {
    writing.stopIfCancelled()
    writing.progress(done)
    const from: number = last
    last = await database.write(
      async () => {
        const end = await sliceEnd(database, table, from)
        const slice = `r.${key} > ${from}${end === null ? '' : ` AND r.${key} <= ${end}`}`
        await database.run(insertSql(table, slice))
        await changes.recordAdopted(entity, originsSql(database, table, slice))
        return end
      },
      { attach },
    )
  }
  await database.write(() => numberOn(database, table), { attach })
}

/** How many rows there are of each entity, there and here. */
export async function countAdopted(database: Database, tables: AdoptedTable[], attach: Attached) {
  const counts = await database.write(
    () =>
      Promise.all(
        tables.map(async ({ entity, table, key }) => {
          const row = await database.queryOne<{ found: number; adopted: number }>(
            `SELECT count(*) AS found, count(n.${key}) AS adopted FROM seed.${table} r
              LEFT JOIN main.${table} n ON n.${key} = r.${key}`,
          )
          return [entity, row ?? { found: 0, adopted: 0 }] as const
        }),
      ),
    { attach },
  )
  return Object.fromEntries(counts) as AdoptReport['counts']
}

/** The last key of the slice that begins after `from`, or null where it is the last one. */
async function sliceEnd(
  database: Database,
  { table, key }: AdoptedTable,
  from: number,
): Promise<number | null> {
  const end = await database.queryOne<{ id: number }>(
    `SELECT ${key} AS id FROM seed.${table} WHERE ${key} > ${from} ORDER BY ${key} LIMIT 1 OFFSET ${SLICE - 1}`,
  )
  return end?.id ?? null
}

function insertSql({ table, from, where, columns }: AdoptedTable, slice: string): string {
  const values = Object.values(columns).map(valueOf)
  return `INSERT INTO main.${table} (${Object.keys(columns).join(', ')})
    SELECT ${values.join(', ')} FROM ${from} WHERE ${where} AND ${slice}`
}

/** Every row of the source: as it was, where the new file has it otherwise or not at all. */
function originsSql(database: Database, table: AdoptedTable, slice: string): string {
  const { key, entity } = table
  const known = Object.keys(SEED_COLUMNS[table.table])
  const values = columnsOf(database, entity).map((column) =>
    known.includes(column) ? rawValue(column) : 'NULL',
  )
  return `SELECT r.${key} AS id, iif(${isAltered(table)}, json_array(${values.join(', ')}), NULL) AS before
    FROM seed.${table.table} r WHERE ${slice}`
}

async function addTypes(database: Database, changes: Changes): Promise<void> {
  const { table } = RECORD_TABLES.userTypes
  const added = `SELECT t.user_type_id FROM adopted_user_types t WHERE ${IS_ADDED_TYPE}`
  await database.run(
    `INSERT INTO main.${table} (user_type_id, name, name_sort, name_folded)
      SELECT user_type_id, name, name_sort, name_folded FROM adopted_user_types WHERE user_type_id IN (${added})`,
  )
  await changes.recordInserted('userTypes', added)
}

/** The next record gets a number after all that the source has used, those that were left out among them. */
async function numberOn(database: Database, { table, key }: AdoptedTable): Promise<void> {
  const last = `(SELECT max(${key}) FROM seed.${table})`
  await database.run(
    `UPDATE sqlite_sequence SET seq = max(seq, ${last}) WHERE name = $1 AND ${last} IS NOT NULL`,
    [table],
  )
  await database.run(
    `INSERT INTO sqlite_sequence (name, seq) SELECT $1, ${last} WHERE ${last} IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)`,
    [table],
  )
}
