// Electron's crashReporter is not started: what it writes of a process that crashed is its memory, with the names and marks of
// whoever was on the screen.
import { app } from 'electron'
import { words } from '../services/words'
import { askAboutFailure } from './askAboutFailure'
import { logEvent, logUncaught, openedLog, openLog } from './log'
import { PARSER_NAME } from './parser'

let isUnattended = false
let isShowing = false

/** From here on nothing that goes wrong unseen stays so: it is logged and shown. A run that nobody watches ends with 1. */
export function watchFailures(options: { logFile: string; isUnattended: boolean }): void {
  isUnattended = options.isUnattended
  openLog(options.logFile)
  const { platform, arch, versions } = process
  logEvent(`Rollbook ${app.getVersion()} began, on ${platform} ${arch}, Electron ${versions.electron}`)
  process.on('uncaughtException', reportFailure)
  process.on('unhandledRejection', reportFailure)
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    // The parser is ended with each file; where it ends by itself, forkParser logs it.
    if (reason !== 'clean-exit' && name !== PARSER_NAME)
      logEvent(`a process ended: ${type}, ${reason}, ${exitCode}`)
  })
  app.on('quit', (_event, exitCode) => logEvent(`Rollbook ended with ${exitCode}`))
}

/** Logs an error that nobody caught and tells the person of it. */
export function reportFailure(error: unknown): void {
  logUncaught(error)
  if (isUnattended) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    app.exit(1)
  } else void show()
}

async function show(): Promise<void> {
  if (isShowing) return
  isShowing = true
  try {
    await app.whenReady()
    const choice = await askAboutFailure({
      title: words('desktop.failure.title'),
      text: words('desktop.failure.text', { log: openedLog() }),
      choices: [words('desktop.failure.restart'), words('desktop.failure.continue')],
      closing: 1,
    })
    if (choice !== 0) return
    app.relaunch()
    app.quit()
  } finally {
    isShowing = false
  }
}
