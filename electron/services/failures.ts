import { AppError, invalidField } from '../contract/errors'
import { databaseFailure } from '../database/failures'
import { FileLockedError } from '../database/lock'
import { FileRefusedError } from '../database/migrate'

/** What an error of any layer means to a person. One that no one foresaw becomes `unexpected`, without its details. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof FileLockedError) return lockedError(error)
  if (error instanceof FileRefusedError) return refusedError(error)
  return databaseError(error) ?? new AppError('unexpected', {}, undefined, { cause: error })
}

function lockedError({ holder }: FileLockedError): AppError {
  return new AppError('locked', { holder: holder?.holder ?? '', since: holder?.since ?? '' })
}

function refusedError({ reason, file }: FileRefusedError): AppError {
  const codes = {
    missing: 'not-found',
    unreadable: 'file-unreadable',
    foreign: 'foreign-file',
    newer: 'newer-file',
    'read-only': 'read-only',
  } as const
  return new AppError(codes[reason], reason === 'missing' ? { entity: 'file', file } : { file })
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
      return new AppError('file-unwritable')
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
