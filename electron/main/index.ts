import './security'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, session, type BrowserWindow } from 'electron'
import { readArguments, type LaunchArguments } from './arguments'
import { reportFailure, watchFailures, watchPage } from './failures'
import { prepareHome, type Home } from './home'
import { firstPaint } from './ipc'
import { PreferencesFile } from './preferencesFile'
import type { Program } from './program'
import { secureSession } from './security'
import { openWindow } from './window'

// Chromium's own words and dates, such as those of a date input, are to agree with the page's.
app.commandLine.appendSwitch('lang', 'en-GB')
const launch = argumentsOrEnd()
const trialFolder = isTrial(launch) ? mkdtempSync(join(tmpdir(), 'rollbook-trial-')) : undefined
const isUnattended = launch.run !== 'window'
const home = prepareHome(trialFolder)
watchFailures({ logFile: home.log, isUnattended })
begin(launch, home).catch(reportFailure)

async function begin({ file, run }: LaunchArguments, folders: Home): Promise<void> {
  if (trialFolder !== undefined) {
    const { runTrial } = await import('./trial')
    return app.exit(await runTrial(launch, folders))
  }
  if (!app.requestSingleInstanceLock({ file })) return endSecondStart(run)

  await app.whenReady()
  secureSession(session.defaultSession, join(app.getAppPath(), 'out/renderer'))
  const preferences = new PreferencesFile(folders.preferences)
  const window = openWindow(preferences, run === 'smoke' ? '/people' : '/')
  watchPage(window)
  const painted = firstPaint(window)
  // Only now, while the page's process starts: what is loaded here takes as long as that.
  const { serveWindow, fileAtLaunch } = await import('./program')
  const program = serveWindow(window, folders, preferences)
  followStarts(window, program, painted)
  closeBeforeQuit(program)

  const opened = run === 'demo' ? null : fileAtLaunch(file, preferences)
  if (opened !== null) await program.current.openAtLaunch(opened)
  if (run === 'window') return
  const { report } = await import('./unattended')
  const line = JSON.stringify(await report(run, window, program, painted))
  process.stdout.write(`${line}\n`, () => app.quit())
}

/** An unattended run leaves the person's own settings and schools alone: without ROLLBOOK_HOME, or with no file to show, it
 *  is tried on passing ones. */
function isTrial({ run, file }: LaunchArguments): boolean {
  return run !== 'window' && (!process.env.ROLLBOOK_HOME || (run === 'smoke' && file === null))
}

/** The window that is there comes to the front, and takes the file of a second start as one dropped on it: its page
 *  asks, opens it, and tells what goes wrong. */
function followStarts(window: BrowserWindow, { files, emit }: Program, painted: Promise<number>): void {
  app.on('second-instance', (_event, _argv, _folder, data) => {
    if (window.isMinimized()) window.restore()
    window.focus()
    const { file } = data as Pick<LaunchArguments, 'file'>
    if (file !== null) void painted.then(() => emit('dropped', { files: [files.give(file)] }))
  })
}

function endSecondStart(run: LaunchArguments['run']): void {
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
    return readArguments(process.argv)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}
