import { sqliteVersion } from '../database/connection'
import { appliedCount, requireRevisions } from '../database/migrate'
import { Database } from '../database/open'
import { allRevisions } from '../database/revisions'

export interface FileInfo {
  /** The last revision that the file has had, and how many of ours it has not. */
  schema: string
  pending: number
  /** The Rollbook that brought the file to its schema. */
  version: string
  isEncrypted: boolean
  counts: Record<'userTypes' | 'users' | 'courses' | 'enrollments', number>
  /** `ok`, or what SQLite complains of first. */
  integrity: string
  sqlite: { version: string; isSound: boolean }
}

/** Looks at a school's file of this or an earlier schema, whoever holds it, and alters nothing. Throws FileRefusedError
 *  for a later one, and for what is no file of ours. */
export async function readFileInfo(file: string): Promise<FileInfo> {
  const revisions = allRevisions()
  const applied = await appliedCount(file, revisions)
  const database = await Database.open(file, { isReadOnly: true })
  try {
    await requireRevisions((sql) => database.query(sql), revisions.slice(0, applied), file)
    const schema = revisions[applied - 1]?.name ?? ''
    return {
      schema,
      pending: revisions.length - applied,
      version: await versionThatApplied(database, schema),
      // An encrypted file has no readable header, and was refused above.
      isEncrypted: false,
      counts: await countRecords(database),
      integrity: await quickCheck(database),
      sqlite: sqliteVersion(),
    }
  } finally {
    await database.close()
  }
}

async function versionThatApplied(database: Database, revision: string): Promise<string> {
  const row = await database.queryOne<{ version: string }>(
    'SELECT app_version AS version FROM revisions WHERE name = $1',
    [revision],
  )
  return row?.version ?? ''
}

async function countRecords(database: Database): Promise<FileInfo['counts']> {
  const counts = await database.queryOne<FileInfo['counts']>(
    `SELECT (SELECT count(*) FROM user_types) AS userTypes, (SELECT count(*) FROM users) AS users,
      (SELECT count(*) FROM courses) AS courses, (SELECT count(*) FROM enrollments) AS enrollments`,
  )
  if (!counts) throw new Error('the counts were not read')
  return counts
}

async function quickCheck(database: Database): Promise<string> {
  const row = await database.queryOne<{ quick_check: string }>('PRAGMA quick_check(1)')
  return row?.quick_check ?? ''
}
