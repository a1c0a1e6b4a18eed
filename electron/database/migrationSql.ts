import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFile } from './migrate'
import { stepsBetween, takeStep, withMigrator } from './migrator'
import type { Revision } from './operations'

/** The statements that take a file from `from` revisions to `to`, up or down, as they would run; but rows are copied by one
 *  statement where a run of it takes slices, and the questions in between are left out. They are seen running on a new
 *  file without rows. */
export async function migrationSql(
  revisions: Revision[],
  from: number,
  to: number,
  options: { appVersion: string },
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-sql-'))
  const file = join(folder, 'scratch.rollbook')
  // Inside a transaction it would do nothing.
  const statements = ['PRAGMA foreign_keys=OFF']
  try {
    await createFile(file, revisions.slice(0, from), options)
    await withMigrator(file, false, async (connection) => {
      const run = async (statement: string) => {
        await connection.run(statement)
        statements.push(statement)
      }
      for (const step of stepsBetween(revisions, from, to))
        await takeStep({ ...connection, run }, step, options)
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return statements
}
