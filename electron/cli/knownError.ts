import { AppError } from '../contract/errors'
import { FileRefusedError } from '../database/recognise'
import { toAppError } from '../services/failures'

/** What an error of any layer means. Apart from what every run needs: it loads the database. */
export function knownError(error: unknown): AppError {
  if (error instanceof FileRefusedError && error.reason === 'read-only') {
    // One of an earlier schema would have to be upgraded first, and of the other a part stands beside it.
    const reason = error.more.isOlder ? 'older-file' : 'beside-file'
    return new AppError('read-only', { file: error.file, reason })
  }
  return toAppError(error)
}
