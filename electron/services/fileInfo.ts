import { findDamage } from '../database/atRest'
import { sqliteVersion } from '../database/connection'
import { appliedCount, requireRevisions } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import { SideConnection } from '../database/scratch'

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

/** How a file is read: `SideConnection.read`, or `readAtRest` for one that nobody writes. */
type ReadFile = <Result>(file: string, work: (side: SideConnection) => Promise<Result>) => Promise<Result>

/** Looks at a school's file of this or an earlier schema, whoever holds it, and alters nothing. Throws FileRefusedError
 *  for a later one, and for what is no file of ours. */
export async function readFileInfo(file: string, read: ReadFile = SideConnection.read): Promise<FileInfo> {
  const revisions = allRevisions()
  const applied = await appliedCount(file, revisions)
  return read(file, async (side) => {
    await side.run('PRAGMA busy_timeout=5000')
    await requireRevisions((sql) => side.query(sql), revisions.slice(0, applied), file)
    const schema = revisions[applied - 1]?.name ?? ''
    return {
      schema,
      pending: revisions.length - applied,
      version: await versionThatApplied(side, schema),
      // An encrypted file has no readable header, and was refused above.
      isEncrypted: false,
      counts: await countRecords(side),
      integrity: (await findDamage(side)) ?? 'ok',
      sqlite: sqliteVersion(),
    }
  })
}

async function versionThatApplied(side: SideConnection, revision: string): Promise<string> {
  const [row] = await side.query<{ version: string }>(
    'SELECT app_version AS version FROM revisions WHERE name = ?',
    [revision],
  )
  return row?.version ?? ''
}

async function countRecords(side: SideConnection): Promise<FileInfo['counts']> {
  const [counts] = await side.query<FileInfo['counts']>(
    `SELECT (SELECT count(*) FROM user_types) AS userTypes, (SELECT count(*) FROM users) AS users,
      (SELECT count(*) FROM courses) AS courses, (SELECT count(*) FROM enrollments) AS enrollments`,
  )
  if (!counts) throw new Error('the counts were not read')
  return counts
}
