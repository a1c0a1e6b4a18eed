// How the scripts of this folder start and fail.
import { realpathSync } from 'node:fs'
import { projectFolder } from '../places.mjs'
import { CommandError, say } from './command.mjs'

const parentPollMs = 500
// Of a long output the beginning says what went wrong, or the end.
const shownLines = { first: 15, last: 25 }

/**
 * Is this module the one that Node was started with?
 * @param {ImportMeta} meta
 */
export function isMain({ filename }) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === filename
}

/**
 * Runs a script's work, which returns its exit code (nothing is 0). An error ends it with code 1, in words for people.
 * @param {() => Promise<number | void>} work
 */
export async function runScript(work) {
  const stopWatching = endWithNpm()
  try {
    process.exitCode = (await work()) ?? 0
  } catch (error) {
    process.exitCode = 1
    if (error instanceof CommandError) say(shorten(error.output))
    say(explain(error))
  } finally {
    stopWatching()
  }
}

/**
 * The folder that the person was in: paths on the command line are meant from there. npm changes to the checkout.
 */
export function callersFolder() {
  // Only then npm ran this very script: INIT_CWD is handed down to whatever a script starts, too.
  const isByNpm =
    ['start', 'rollbook'].includes(process.env.npm_lifecycle_event ?? '') && process.cwd() === projectFolder
  return (isByNpm && process.env.INIT_CWD) || process.cwd()
}

/**
 * npm hands SIGTERM to the shell that it started us with, and that shell ends without telling us:
 * only our parent changes.
 */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return () => {}
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, parentPollMs).unref()
  return () => clearInterval(timer)
}

/**
 * The one line of an error that tells most: of a program's output the first that names an error.
 * @param {unknown} error
 */
export function summarize(error) {
  const message = error instanceof Error ? error.message : String(error)
  const lines = error instanceof CommandError ? error.output.split('\n') : []
  const told = lines.find((line) => /error: /i.test(line)) ?? lines.find((line) => /error/i.test(line))
  return (told ?? message).replace('gyp ERR! stack', '').trim().split('\n', 1)[0]
}

/**
 * Of an error that a script threw the message says all; of a defect in it the stack does.
 * @param {unknown} error
 */
function explain(error) {
  if (error instanceof TypeError || error instanceof ReferenceError) return String(error.stack)
  return error instanceof Error ? error.message : String(error)
}

/** @param {string} output */
function shorten(output) {
  const lines = output.trimEnd().split('\n')
  const { first, last } = shownLines
  if (lines.length <= first + last) return lines.join('\n')
  return [
    ...lines.slice(0, first),
    `... ${lines.length - first - last} lines ...`,
    ...lines.slice(-last),
  ].join('\n')
}
