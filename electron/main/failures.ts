import { app, dialog, type BrowserWindow } from 'electron'
import { create } from 'electron-log/node'
import { describeFailure } from '../services/describeFailure'
import { words } from '../services/words'

let logFile = ''
let isUnattended = false
let isShowing = false
const log = create({ logId: 'rollbook' })
log.transports.console.level = false

/** From here on nothing that goes wrong unseen stays so: it is logged and shown. A run that nobody watches ends with 1. */
export function watchFailures(options: { logFile: string; isUnattended: boolean }): void {
  logFile = options.logFile
  isUnattended = options.isUnattended
  log.transports.file.resolvePathFn = () => logFile
  process.on('uncaughtException', reportFailure)
  process.on('unhandledRejection', reportFailure)
}

/** A page whose process ended is loaded again when the person has read what happened. */
export function watchPage(window: BrowserWindow): void {
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    log.error(`the page's process ended: ${reason}`)
    if (isUnattended) return reportFailure(new Error(`the page's process ended: ${reason}`))
    void reload(window)
  })
}

/** Logs an error and tells the person of it. */
export function reportFailure(error: unknown): void {
  logFailure(error)
  if (isUnattended) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    app.exit(1)
  } else void show()
}

/** Logs an error: its kind and where it happened. */
export function logFailure(error: unknown): void {
  log.error(describeFailure(error))
}

async function reload(window: BrowserWindow): Promise<void> {
  await dialog.showMessageBox(window, {
    type: 'error',
    message: words('desktop.pageGone.title'),
    detail: words('desktop.pageGone.text'),
    buttons: [words('desktop.pageGone.reload')],
  })
  window.reload()
}

async function show(): Promise<void> {
  if (isShowing) return
  isShowing = true
  try {
    await app.whenReady()
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: words('desktop.failure.title'),
      detail: words('desktop.failure.text', { log: logFile }),
      buttons: [words('desktop.failure.restart'), words('desktop.failure.continue')],
      defaultId: 0,
      cancelId: 1,
    })
    if (response !== 0) return
    app.relaunch()
    app.quit()
  } finally {
    isShowing = false
  }
}
