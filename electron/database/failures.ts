/** What SQLite, or the disk under it, said. `constraint` names the table's columns or the constraint that refused. */
export type DatabaseFailure =
  | { kind: 'unique'; columns: string }
  | { kind: 'check'; constraint: string }
  | { kind: 'foreign-key' }
  | { kind: 'not-null'; columns: string }
  | { kind: 'disk-full' | 'read-only' | 'locked' | 'damaged' }
  | { kind: 'io'; isReading: boolean }

/** Reads a failure of a query, or of the disk, as what it means. Null for an error of another kind. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  const { code, message, isReading } = causeOf(error)
  switch (code) {
    case 'SQLITE_CONSTRAINT':
      return constraintFailure(message)
    case 'SQLITE_FULL':
    case 'ENOSPC':
      return { kind: 'disk-full' }
    case 'SQLITE_READONLY':
    case 'EROFS':
      return { kind: 'read-only' }
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return { kind: 'locked' }
    case 'SQLITE_ERROR':
      // A header that says of the schema what no SQLite has ever written.
      return message.includes('unsupported file format') ? { kind: 'damaged' } : null
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return { kind: 'damaged' }
    case 'SQLITE_IOERR':
    case 'SQLITE_CANTOPEN':
    case 'EIO':
    case 'EACCES':
    case 'EPERM':
    // Something else stands in a folder's place, or its disk has gone.
    case 'EEXIST':
    case 'ENOTDIR':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
      return { kind: 'io', isReading }
    default:
      return null
  }
}

function constraintFailure(message: string): DatabaseFailure | null {
  const [, kind, subject = ''] =
    /(UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: (.*))?/.exec(message) ?? []
  if (kind === 'UNIQUE') return { kind: 'unique', columns: subject }
  if (kind === 'CHECK') return { kind: 'check', constraint: subject }
  if (kind === 'NOT NULL') return { kind: 'not-null', columns: subject }
  if (kind === 'FOREIGN KEY') return { kind: 'foreign-key' }
  return null
}

const READING_CALLS = new Set(['read', 'stat', 'lstat', 'access', 'scandir', 'opendir', 'realpath'])
const READING_SQL = /^(SELECT|WITH|PRAGMA (quick_check|integrity_check|application_id|user_version))\b/

/** Sequelize wraps SQLite's error; only the innermost one has the code. */
function causeOf(error: unknown): { code: string; message: string; isReading: boolean } {
  let cause = error
  while (cause instanceof Error) {
    const inner = (cause as { original?: unknown }).original
    if (!(inner instanceof Error)) break
    cause = inner
  }
  if (!(cause instanceof Error)) return { code: '', message: '', isReading: false }
  const { code = '', sql = '', syscall = '' } = cause as { code?: unknown; sql?: unknown; syscall?: unknown }
  const isReading = READING_SQL.test(String(sql)) || READING_CALLS.has(String(syscall))
  return { code: String(code), message: cause.message, isReading }
}
