import { z } from 'zod'
import { action, nothing, query } from './define'

const about = z.object({
  version: z.string(),
  electron: z.string(),
  sqlite: z.string(),
  /** False where the sqlite3 package came with its own SQLite, of a release that was withdrawn. */
  isSoundSqlite: z.boolean(),
})

export const aboutMethods = {
  get: query(z.strictObject({}), about),
  /** Opens the log in the system's own program for texts. */
  showLog: action(z.strictObject({}), nothing),
  /** Puts the newest lines of the log on the clipboard. */
  copyLog: action(z.strictObject({}), nothing),
  /** Logs an error of the page that nobody caught, from its name and stack: its kind and where it happened. */
  noteFailure: action(z.strictObject({ name: z.string(), stack: z.string().max(100_000) }), nothing),
}
