import { app, type BrowserWindow } from 'electron'
import { words } from '../services/words'
import { askAboutFailure } from './askAboutFailure'
import { reportFailure } from './failures'
import { logEvent } from './log'
import { pageUrl } from './security'

/** A page that ends again so soon after it was loaded ends because of what it shows. */
const TOO_SOON_MS = 10_000

/** Tells of a page whose process ended, or that answers no more, and loads it again where the person wants that: in the same
 *  place, or Home where it ended there at once. What runs in main goes on meanwhile. */
export function watchPage(window: BrowserWindow, { isUnattended }: { isUnattended: boolean }): void {
  const contents = window.webContents
  let loadedAt = Number.NEGATIVE_INFINITY
  let isBeingEnded = false

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    if (isBeingEnded) return reload()
    logEvent(`the page's process ended: ${reason}, ${exitCode}`)
    if (isUnattended) return reportFailure(new Error(`the page's process ended: ${reason}`))
    askWhenGone().catch(reportFailure)
  })
  contents.on('unresponsive', () => {
    logEvent('the page does not answer')
    if (!isUnattended) askWhenHung().catch(reportFailure)
  })

  async function askWhenGone(): Promise<void> {
    const isAgain = performance.now() - loadedAt < TOO_SOON_MS
    const choice = await askAboutFailure({
      title: words('desktop.pageGone.title'),
      text: words(isAgain ? 'desktop.pageGone.again' : 'desktop.pageGone.text'),
      choices: [words('desktop.pageGone.reload'), words('desktop.pageGone.quit')],
      closing: 0,
      window,
    })
    if (choice !== 0) return app.quit()
    if (isAgain) await window.loadURL(`${pageUrl}#/`)
    else reload()
  }

  function reload(): void {
    isBeingEnded = false
    loadedAt = performance.now()
    contents.reload()
  }

  async function askWhenHung(): Promise<void> {
    const answered = new AbortController()
    const answer = () => answered.abort()
    contents.once('responsive', answer)
    contents.once('render-process-gone', answer)
    const choice = await askAboutFailure({
      title: words('desktop.pageHung.title'),
      text: words('desktop.pageHung.text'),
      choices: [words('desktop.pageHung.wait'), words('desktop.pageHung.reload')],
      closing: 0,
      window,
      signal: answered.signal,
    })
    contents.off('responsive', answer)
    contents.off('render-process-gone', answer)
    if (choice === 0 || window.isDestroyed()) return
    isBeingEnded = true
    contents.forcefullyCrashRenderer()
  }
}
