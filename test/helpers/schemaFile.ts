import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { connect } from '../../electron/database/connection'
import type { SchemaConnection } from '../../electron/database/operations'
import { schemaConnection } from '../../electron/database/schemaConnection'
import { temporaryFolder } from './school'

export interface SchemaFile extends SchemaConnection {
  path: string
  /** Runs `work` in a transaction that ends in COMMIT or, where it throws, in ROLLBACK. */
  change(work: () => Promise<void>): Promise<void>
}

/** A new database file as a migration sees it: foreign keys off, one connection. */
export async function newSchemaFile(...statements: string[]): Promise<SchemaFile> {
  const path = join(await temporaryFolder(), 'any.db')
  const connection = connect(path, { isNew: true, hasForeignKeys: false })
  onTestFinished(() => connection.close())
  const { run, query } = schemaConnection(connection)
  for (const statement of statements) await run(statement)
  return {
    path,
    run,
    query,
    async change(work) {
      await run('BEGIN IMMEDIATE')
      try {
        await work()
        await run('COMMIT')
      } catch (error) {
        await run('ROLLBACK')
        throw error
      }
    },
  }
}

/** All that the file says of itself and all rows of its tables, by table; to compare a file with itself. */
export async function contentOf(
  file: SchemaConnection,
): Promise<{ schema: object[]; rows: Record<string, object[]> }> {
  const schema = await file.query<{ type: string; name: string; sql: string | null }>(
    'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name',
  )
  const rows: Record<string, object[]> = {}
  for (const { type, name, sql } of schema)
    if (type === 'table' && !sql?.startsWith('CREATE VIRTUAL'))
      rows[name] = await file.query(`SELECT * FROM "${name}"`)
  return { schema, rows }
}
