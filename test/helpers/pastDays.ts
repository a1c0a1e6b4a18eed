import { Database, type Row } from '../../electron/database/open'
import { removeScratch } from '../../electron/database/scratch'
import { copyAsOf } from '../../electron/services/pastCopy'
import { dumpOf, withoutNumbers } from './dump'
import { temporaryFolder } from './school'

const noon = (day: string) => `${day} 12:00:00.000 +00:00`

/** Has history say that what was written after change set `after` was written on a day: SQLite knows one clock alone. */
export async function dateHistory(database: Database, after: number, day: string): Promise<number> {
  await database.write(() =>
    database.run('UPDATE change_sets SET created_at = $1 WHERE change_set_id > $2', [noon(day), after]),
  )
  const last = await database.queryOne<{ id: number }>(
    'SELECT coalesce(max(change_set_id), 0) AS id FROM change_sets',
  )
  return last?.id ?? 0
}

/** Has the file say that its school was made on a day, by a program of today. */
export async function dateSchool(database: Database, day: string): Promise<void> {
  await database.write(async () => {
    await database.run('UPDATE schools SET created_at = $1', [noon(day)])
    await database.run('UPDATE revisions SET applied_at = $1', [`${day}T12:00:00.000Z`])
  })
}

/** Every row of a school's file as it was at the end of a day. */
export async function dumpAsOf(
  file: string,
  day: string,
  today = '2026-12-31',
): Promise<Record<string, Row[]>> {
  const control = { signal: new AbortController().signal, progress: () => undefined }
  const copy = await copyAsOf(file, day, { workFolder: await temporaryFolder(), today }, control)
  const database = await Database.open(copy, { isReadOnly: true })
  try {
    return withoutNumbers(await dumpOf(database))
  } finally {
    await database.close()
    await removeScratch(copy)
  }
}
