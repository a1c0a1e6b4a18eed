import { AppError, type ErrorCode, invalidField, type Params } from '../contract/errors'
import { formatSize } from '../contract/sizes'
import { BrokenRowsError } from '../database/tables/brokenRows'
import { databaseFailure } from '../database/failures'
import { NoSpaceError } from '../database/freeSpace'
import { FileGoneError } from '../database/filePlace'
import { FileLockedError } from '../database/lock'
import { FileRefusedError } from '../database/recognise'

/** What an error of any layer means to a person. One that no one foresaw becomes `unexpected`, without its details. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof FileLockedError) return lockedError(error)
  if (error instanceof FileRefusedError) return refusedError(error)
  if (error instanceof FileGoneError) return new AppError('file-gone', { file: error.file })
  if (error instanceof NoSpaceError) return noSpaceError(error)
  return databaseError(error) ?? new AppError('unexpected', {}, undefined, { cause: error })
}

/** Whether a failure is one that only we can explain, and so belongs in the log. */
export const isToLog = ({ code }: AppError) => code === 'unexpected' || code === 'upgrade-failed'

/** What it means that an upgrade failed: nothing of it remains. What the disk or the file is to blame for stays as it is. */
export function upgradeError(error: unknown, file: string): unknown {
  if (OF_FILE_OR_DISK.has(toAppError(error).code)) return error
  return new AppError('upgrade-failed', { file, ...brokenRowsOf(error) }, undefined, { cause: error })
}

function brokenRowsOf(error: unknown): Params {
  if (!(error instanceof BrokenRowsError)) return {}
  const { table, constraint, count, rows } = error
  return { reason: 'broken-rows', table, constraint, count, rows: rows.join(', ') }
}

const OF_FILE_OR_DISK = new Set<ErrorCode>([
  ...(['locked', 'read-only', 'newer-file', 'foreign-file', 'damaged-file', 'disk-full'] as const),
  ...(['not-found', 'file-unreadable', 'file-unwritable'] as const),
])

function lockedError({ holder }: FileLockedError): AppError {
  return new AppError('locked', { holder: holder?.holder ?? '', since: holder?.since ?? '' })
}

function refusedError({ reason, file, more: { isAdoptable, version } }: FileRefusedError): AppError {
  const codes = {
    missing: 'not-found',
    unreadable: 'file-unreadable',
    foreign: 'foreign-file',
    newer: 'newer-file',
    damaged: 'damaged-file',
    'read-only': 'read-only',
  } as const
  if (reason === 'missing') return new AppError('not-found', { entity: 'file', file })
  if (version !== undefined) return new AppError('newer-file', { reason: 'newer-version', version, file })
  return new AppError(codes[reason], isAdoptable ? { reason: 'adoptable', file } : { file })
}

function noSpaceError({ folder, needed, free }: NoSpaceError): AppError {
  return new AppError('disk-full', {
    reason: 'no-space',
    folder,
    needed: formatSize(needed),
    free: formatSize(free),
  })
}

/** The services look before they write; these are for what changed in between, and for what they forgot. */
function databaseError(error: unknown): AppError | null {
  const failure = databaseFailure(error)
  switch (failure?.kind) {
    case 'unique':
      return uniqueError(failure.columns)
    case 'check':
      return new AppError('invalid', { rule: failure.constraint })
    case 'not-null':
      return new AppError('invalid', { rule: failure.columns })
    case 'foreign-key':
      return new AppError('conflict', { reason: 'in-use' })
    case 'disk-full':
      return new AppError('disk-full')
    case 'read-only':
      return new AppError('read-only')
    case 'locked':
      return new AppError('locked', { holder: '', since: '' })
    case 'damaged':
      return new AppError('damaged-file')
    case 'io':
      return new AppError(failure.isReading ? 'file-unreadable' : 'file-unwritable')
    default:
      return null
  }
}

function uniqueError(columns: string): AppError {
  if (columns === 'users.email') return invalidField('email', 'email-taken')
  if (columns === 'user_types.name') return invalidField('name', 'name-taken')
  if (columns.startsWith('enrollments.user_id'))
    return new AppError('conflict', { reason: 'already-enrolled' })
  return new AppError('conflict', { reason: 'in-use' })
}
