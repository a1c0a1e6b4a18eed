import { readHeader } from './header'
import type { Revision } from './operations'
import { SideConnection } from './scratch'
import { isSeedFile } from './seedFile'

export type RefusedBecause = 'missing' | 'unreadable' | 'foreign' | 'newer' | 'damaged' | 'read-only'

/** A file that was not touched, since it is not one that may be worked on. */
export class FileRefusedError extends Error {
  constructor(
    readonly reason: RefusedBecause,
    readonly file: string,
    readonly more: {
      /** A foreign file of which a school can be made. */
      isAdoptable?: boolean
      /** The version of the program that a newer file was last upgraded by. */
      version?: string
      /** A file that may only be read, and would have to be upgraded first. */
      isOlder?: boolean
    } = {},
  ) {
    super(`${file}: ${reason}`)
    this.name = 'FileRefusedError'
  }
}

/** What an error says of a copy, said of the file that it was made of: the one is as the other. */
export function refusalOf(file: string, error: unknown): unknown {
  return error instanceof FileRefusedError ? new FileRefusedError(error.reason, file, error.more) : error
}

/** How many of the revisions a file has had. Throws FileRefusedError for what is no file of ours, or of a later version;
 *  the file is byte for byte as it was. */
export async function appliedCount(file: string, revisions: Revision[]): Promise<number> {
  const header = await readHeader(file)
  if (header.kind === 'foreign' || header.kind === 'empty')
    throw new FileRefusedError('foreign', file, { isAdoptable: await isSeedFile(file) })
  if (header.kind !== 'rollbook') throw new FileRefusedError(header.kind, file)
  if (header.userVersion < 0) throw new FileRefusedError('damaged', file)
  if (header.userVersion > revisions.length)
    throw new FileRefusedError('newer', file, { version: await versionOf(file) })
  return header.userVersion
}

/** Throws FileRefusedError for a file whose recorded revisions are not those: it comes from another line of development. */
export async function requireRevisions(
  query: (sql: string) => Promise<{ name: string }[]>,
  expected: Revision[],
  file: string,
): Promise<void> {
  const tables = await query(`SELECT name FROM sqlite_schema WHERE name = 'revisions'`)
  const recorded = tables.length > 0 ? await query('SELECT name FROM revisions') : []
  const names = new Set(recorded.map(({ name }) => name))
  if (names.size !== expected.length || expected.some(({ name }) => !names.has(name)))
    throw new FileRefusedError('foreign', file)
}

/** Undefined where the file does not tell. Nothing is left beside it. */
async function versionOf(file: string): Promise<string | undefined> {
  const read = (side: SideConnection) =>
    side.query<{ version: string }>(
      'SELECT app_version AS version FROM revisions ORDER BY rowid DESC LIMIT 1',
    )
  try {
    const [row] = await SideConnection.readImmutable(file, read)
    return row?.version
  } catch {
    // It is refused either way; a later schema may keep its versions elsewhere.
    return undefined
  }
}
