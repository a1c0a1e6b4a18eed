import type { Database } from './open'

/** Indexes and triggers of tables, that were taken away and can be made again as they were. */
export interface SetAside {
  /** One statement for each, in the order in which they were made. */
  statements: string[]
}

/** Takes the indexes and triggers of tables away before very many rows are loaded into a new file: an index that is made
 *  of all rows at once is sorted once, and costs a fraction of one that every row is sorted into. */
export async function setIndexesAside(database: Database, tables: readonly string[]): Promise<SetAside> {
  return database.write(async () => {
    const found = await database.query<{ type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
        AND tbl_name IN (${tables.map((table) => `'${table}'`).join(', ')}) ORDER BY rowid`,
    )
    for (const { type, name } of found) await database.run(`DROP ${type} "${name}"`)
    return { statements: found.map(({ sql }) => sql) }
  })
}

/** Makes them again, each in a transaction of its own. */
export async function makeIndexes(
  database: Database,
  { statements }: SetAside,
  beforeEach: (done: number) => void,
): Promise<void> {
  for (const [done, statement] of statements.entries()) {
    beforeEach(done)
    await database.write(() => database.run(statement))
  }
}
