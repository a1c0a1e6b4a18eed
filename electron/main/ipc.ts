// The only user of ipcMain, and of the window's way to the page.
import { isAbsolute } from 'node:path'
import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import type { Events, EventName } from '../contract'
import { AppError, type Reply } from '../contract/errors'
import type { ChosenFile } from '../contract/files'
import { isPageAddress } from './security'

export interface Answers {
  /** Every method that the page can call, `users.create`. */
  methods: readonly string[]
  call(method: string, input: unknown): Promise<Reply>
  giveToken(path: string): ChosenFile
}

const FORBIDDEN: Reply = { ok: false, error: new AppError('forbidden').toData() }
const DROPPED_MAX = 100

/** Answers the page of this window, and nobody else: one channel for each method. */
export function serveIpc(window: BrowserWindow, { methods, call, giveToken }: Answers): void {
  for (const method of methods)
    ipcMain.handle(`rollbook:${method}`, (event, input: unknown) =>
      isOurPage(window, event) ? call(method, input) : FORBIDDEN,
    )
  ipcMain.handle('rollbook:tokens', (event, paths: unknown) => {
    if (!isOurPage(window, event) || !Array.isArray(paths)) return []
    return paths.slice(0, DROPPED_MAX).filter(isPath).map(giveToken)
  })
}

/** Resolves when the page has its first list on the screen, with the time (milliseconds since 1970). */
export function firstPaint(window: BrowserWindow): Promise<number> {
  return new Promise((resolve) => {
    ipcMain.on('rollbook:painted', (event) => {
      if (isOurPage(window, event)) resolve(Date.now())
    })
  })
}

/** Tells the page something. Said to nobody where the window is gone. */
export function emitTo<Name extends EventName>(
  window: BrowserWindow,
  event: Name,
  payload: Events[Name],
): void {
  if (!window.isDestroyed()) window.webContents.send(`rollbook:${event}`, payload)
}

/** Security checklist 17: the main frame of our window, showing our page. */
function isOurPage(window: BrowserWindow, event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  if (window.isDestroyed() || frame === null) return false
  return frame === window.webContents.mainFrame && isPageAddress(frame.url)
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && isAbsolute(value)
}
