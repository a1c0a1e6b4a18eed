import { databaseFailure } from '../database/failures'

/** What SQLite cannot make sense of. A declaration that was damaged names what is not there, or is no SQL. */
export function isDamage(error: unknown): boolean {
  if (databaseFailure(error)?.kind === 'damaged') return true
  return /malformed|no such (table|column|index)|no query solution|syntax error/.test(String(error))
}

/** No rows, where a file is damaged. Any other failure, one of the disk too, is thrown. */
export function damageOnly<Row>(error: unknown): Row[] {
  if (isDamage(error)) return []
  throw error
}
