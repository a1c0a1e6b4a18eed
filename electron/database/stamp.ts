import { record, withMigrator } from './migrator'
import type { Revision } from './operations'

/** Notes a file as having had these revisions, whatever it had, and runs none of them: for who has changed its schema by
 *  other means. */
export async function stampFile(
  file: string,
  revisions: readonly Revision[],
  { appVersion }: { appVersion: string },
): Promise<void> {
  await withMigrator(file, false, async (connection) => {
    await connection.run('BEGIN IMMEDIATE')
    try {
      await connection.run('DELETE FROM revisions')
      for (const revision of revisions) await connection.run(record(revision, appVersion))
      await connection.run(`PRAGMA user_version=${revisions.length}`)
      await connection.run('COMMIT')
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
  })
}
