import { readFile } from 'node:fs/promises'
import { create } from 'electron-log/node'
import { describeFailure } from '../services/describeFailure'

/** A log of this size in bytes becomes the former one, `rollbook.old.log`, in whose place it comes. */
export const LOG_BYTES_MAX = 1024 * 1024

// As much as an e-mail takes.
const COPIED_LENGTH_MAX = 64 * 1024

const log = create({ logId: 'rollbook' })
log.transports.console.level = false
log.transports.file.level = false
log.transports.file.maxSize = LOG_BYTES_MAX
log.transports.file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' }

let logFile = ''

/** Says where the log is. What is logged before that is not written. */
export function openLog(file: string): void {
  logFile = file
  log.transports.file.resolvePathFn = () => logFile
  log.transports.file.level = 'info'
}

/** The file of the log. */
export function openedLog(): string {
  return logFile
}

/** Logs a failure: its kind and where it happened, nothing of the records. */
export function logFailure(error: unknown): void {
  log.error(describeFailure(error))
}

/** Logs a failure that nobody caught. */
export function logUncaught(error: unknown): void {
  log.error(`${UNCAUGHT} ${describeFailure(error)}`)
}

/** What the log says before a failure that nobody caught. */
export const UNCAUGHT = 'nobody caught:'

/** Logs what happened, in words of our own: nothing of the records belongs into them. */
export function logEvent(words: string): void {
  log.info(words)
}

/** The newest lines of the log. */
export async function readLog(): Promise<string> {
  const text = await readFile(logFile, 'utf8')
  if (text.length <= COPIED_LENGTH_MAX) return text
  const newest = text.slice(-COPIED_LENGTH_MAX)
  return newest.slice(newest.indexOf('\n') + 1)
}
