// Main's first import: some of this must hold before Electron is ready. The numbers are those of Electron's own
// checklist, https://www.electronjs.org/docs/latest/tutorial/security
import { app, protocol, type Session, type WebContents } from 'electron'
import { PAGE_ORIGIN, answerRequest, listPageFiles } from './pageFiles'

// Set by `electron-vite dev` alone; a packaged program does not look at it.
const developmentServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL

/** The address that the window loads. */
export const pageUrl = developmentServer ?? `${PAGE_ORIGIN}/`

// 18: a protocol of our own instead of file://
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
])

// 4: every process that shows a page is sandboxed. Root on Linux cannot start one and says so with --no-sandbox, which
// enableSandbox would take back.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

// 1: no part of Chromium itself finds another computer, by name or by number, whatever session it is for.
if (developmentServer === undefined) app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')

app.on('web-contents-created', (_event, contents) => confine(contents))

/** Serves the built page from `folder` to a session, and leaves it nothing else to reach. */
export function secureSession(session: Session, folder: string): void {
  // 1, 18: local content only, from a fixed map of files
  if (developmentServer === undefined) {
    const files = listPageFiles(folder)
    session.protocol.handle('app', (request) => answerRequest(files, request))
  }
  // 1: no request leaves the computer, nor reaches into it
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOfPage(url) }))
  // Chromium fetches a dictionary for each of these, past onBeforeRequest and whatever a window says of `spellcheck`.
  session.setSpellCheckerLanguages([])
  // 5: no permission is asked for or given
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  // Files are written by services, after a dialog; a page has nothing to download.
  session.on('will-download', (event) => event.preventDefault())
}

/** Is this the address of our page? */
export function isPageAddress(url: string): boolean {
  return url.startsWith(`${new URL(pageUrl).protocol}//${new URL(pageUrl).host}/`)
}

function confine(contents: WebContents): void {
  // 13: the page and what is in it stay where they are; this comes before will-navigate and for every frame
  contents.on('will-frame-navigate', (event) => {
    if (!isReloadInDevelopment(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  // 14: no new windows
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // 11, 12: no webviews
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

function isReloadInDevelopment(url: string): boolean {
  return developmentServer !== undefined && isPageAddress(url)
}

const LOCAL = new Set(['app:', 'blob:', 'data:'])

function isOfPage(url: string): boolean {
  const { protocol: scheme, host } = new URL(url)
  if (LOCAL.has(scheme)) return true
  if (app.isPackaged) return false
  if (scheme === 'devtools:') return true
  return developmentServer !== undefined && host === new URL(developmentServer).host
}
