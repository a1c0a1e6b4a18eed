import './security'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, session, type BrowserWindow } from 'electron'
import { readArguments, typedArguments, type LaunchArguments, type WindowArguments } from './arguments'
import { runCommandLine } from './commandLine'
import { reportFailure, watchFailures } from './failures'
import { prepareHome, type Home } from './home'
import { firstPaint } from './ipc'
import { Openings, toFirst } from './openings'
import { watchPage } from './pageFailures'
import { PreferencesFile } from './preferencesFile'
import type { Program } from './program'
import { secureSession } from './security'
import { endUnstarted } from './unstarted'
import { openWindow } from './window'

// Whatever is written holds people's data: it is for its owner alone.
process.umask(0o077)
// Chromium's own words and dates, such as those of a date input, are to agree with the page's.
app.commandLine.appendSwitch('lang', 'en-GB')
const openings = new Openings()
const launch = argumentsOrEnd()
if (launch.run === 'command') runCommandLine(launch.argv).catch((error) => endWith(1, error))
else start(launch)

function start(args: WindowArguments): void {
  const isUnattended = args.run !== 'window'
  const trialFolder = isTrial(args) ? mkdtempSync(join(tmpdir(), 'rollbook-trial-')) : undefined
  try {
    const home = prepareHome(trialFolder)
    watchFailures({ logFile: home.log, isUnattended })
    begin(args, home, trialFolder !== undefined).catch(reportFailure)
  } catch (error) {
    void endUnstarted(error, { isUnattended })
  }
}

async function begin(args: WindowArguments, home: Home, isOnTrial: boolean): Promise<void> {
  const { file, run } = args
  if (isOnTrial) {
    const { runTrial } = await import('./trial')
    return app.exit(await runTrial(args, home))
  }
  if (!app.requestSingleInstanceLock(toFirst(file))) return endSecondStart(run)

  await app.whenReady()
  secureSession(session.defaultSession, join(app.getAppPath(), 'out/renderer'))
  const preferences = new PreferencesFile(home.preferences)
  const window = openWindow(preferences, run === 'smoke' ? '/people' : '/')
  watchPage(window, { isUnattended: run !== 'window' })
  const painted = firstPaint(window)
  // Only now, while the page's process starts: what is loaded here takes as long as that.
  const { serveWindow, fileAtLaunch } = await import('./program')
  const program = serveWindow(window, home, preferences)
  const asked = openings.follow((other) => comeForward(window, program, painted, other)) ?? file
  closeBeforeQuit(program)

  const opened = run === 'demo' ? null : fileAtLaunch(asked, preferences)
  if (opened !== null) await program.current.openAtLaunch(opened)
  if (run === 'window') return
  const { report } = await import('./unattended')
  const line = JSON.stringify(await report(run, window, program, painted))
  process.stdout.write(`${line}\n`, () => app.quit())
}

/** An unattended run leaves the person's own settings and schools alone: without ROLLBOOK_HOME, or with no file to show, it
 *  is tried on passing ones. */
function isTrial({ run, file }: WindowArguments): boolean {
  return run !== 'window' && (!process.env.ROLLBOOK_HOME || (run === 'smoke' && file === null))
}

/** The window that is there comes to the front, and its page is given the file: it asks, opens it, and tells what goes
 *  wrong. */
function comeForward(
  window: BrowserWindow,
  { files, emit }: Program,
  painted: Promise<number>,
  file: string | null,
): void {
  if (window.isMinimized()) window.restore()
  window.focus()
  if (file !== null) void painted.then(() => emit('given', { file: files.give(file) }))
}

function endSecondStart(run: WindowArguments['run']): void {
  if (run === 'window') return app.exit(0)
  process.stderr.write('Rollbook is running already, with the same ROLLBOOK_HOME.\n')
  app.exit(1)
}

/** The file is closed, its journal folded in and its lock let go, before the process ends. */
function closeBeforeQuit({ current }: Program): void {
  let isClosed = false
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    void current
      .close()
      .catch(reportFailure)
      .finally(() => {
        isClosed = true
        app.quit()
      })
  })
}

function argumentsOrEnd(): LaunchArguments {
  try {
    return readArguments(typedArguments(process.argv, app.isPackaged))
  } catch (error) {
    return endWith(2, error)
  }
}

function endWith(exitCode: number, error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(exitCode)
}
