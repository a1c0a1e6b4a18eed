import { AppError } from '../contract/errors'
import { FileRefusedError } from '../database/recognise'
import { toAppError } from '../services/failures'

/** What an error of any layer means. Apart from what every run needs: it loads the database. */
export function knownError(error: unknown): AppError {
  // A file of an earlier schema is refused to who only reads: it would have to be upgraded first.
  if (error instanceof FileRefusedError && error.reason === 'read-only') {
    return new AppError('read-only', { file: error.file, reason: 'older-file' })
  }
  return toAppError(error)
}
