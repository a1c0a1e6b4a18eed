// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), 11 to 15: the
// ways out of the page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endRollbook, startRollbook, type StartedRollbook } from '../../helpers/electron'
import { noteChecklist } from './checklist'

noteChecklist('11 to 15', 'the same is seen where it is allowed')

let started: StartedRollbook

beforeAll(async () => {
  started = await startRollbook()
})
afterAll(() => endRollbook(started))

describe('11, 12: webviews', () => {
  it('11: are none, so that none may open windows', async () => {
    await appendWebview(started)
    expect(await contentsCount(started)).toBe(1)
  })

  it('12: are refused by main too, in a window that would have them', async () => {
    expect(await webviewIn(started, 'refuse')).toBe('refused')
    expect(await webviewIn(started, 'allow')).toBe('attached')
  })
})

describe('14, 15: the page opens nothing', () => {
  beforeAll(() =>
    started.electron.evaluate(({ shell }) => {
      const seen = globalThis as { opened?: string[] }
      seen.opened = []
      shell.openExternal = async (address) => void seen.opened?.push(address)
    }),
  )
  const opened = () => started.electron.evaluate(() => (globalThis as { opened?: string[] }).opened)

  it('14: no window, by script or by link', async () => {
    const made = await started.page.evaluate(() => {
      const link = document.createElement('a')
      Object.assign(link, { href: 'https://example.com/', target: '_blank' })
      document.body.append(link)
      link.click()
      return window.open('https://example.com/')
    })
    expect(made).toBeNull()
    expect(await contentsCount(started)).toBe(1)
  })

  it.each(['https://example.com/', 'mailto:a@example.com', 'file:///etc/hostname', 'smb://example.com/x'])(
    '15: hands %s to no other program, by any way out of the page',
    async (address) => {
      await started.page.evaluate((to) => {
        window.open(to)
        for (const target of ['_blank', '_top', '_self']) {
          const link = Object.assign(document.createElement('a'), { href: to, target })
          document.body.append(link)
          link.click()
          link.remove()
        }
      }, address)
      expect(await contentsCount(started)).toBe(1)
      expect(await opened()).toEqual([])
    },
  )

  it('15: and that is seen where it happens', async () => {
    await started.electron.evaluate(({ shell }) => shell.openExternal('https://example.com/'))
    expect(await opened()).toEqual(['https://example.com/'])
  })
})

// The last one: Playwright goes on waiting for the navigations that never come.
describe('13: the page stays where it is', () => {
  it.each(['https://example.com/', 'file:///etc/hostname', 'app://elsewhere/', 'data:text/html,elsewhere'])(
    'and does not go to %s',
    async (address) => {
      const place = await started.electron.evaluate(async ({ BrowserWindow }, to) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        // Chromium itself refuses some, and says so on the console; of the others main is asked.
        const refused = new Promise((settle) => {
          contents?.once('will-frame-navigate', () => settle(null))
          contents?.once('console-message', () => settle(null))
        })
        await contents?.mainFrame.executeJavaScript(
          `setTimeout(() => { location.href = '${to}' }); undefined`,
        )
        await refused
        // A round trip to the page, which would be gone.
        const isThere: unknown = await contents?.mainFrame.executeJavaScript("'rollbook' in window")
        return { isThere, url: contents?.getURL() }
      }, address)
      expect(place).toEqual({ isThere: true, url: expect.stringMatching(/^app:\/\/rollbook\//) })
    },
  )
})

function contentsCount({ electron }: StartedRollbook): Promise<number> {
  return electron.evaluate(({ webContents }) => webContents.getAllWebContents().length)
}

function appendWebview({ page }: StartedRollbook): Promise<void> {
  return page.evaluate(() => {
    const webview = document.createElement('webview')
    webview.setAttribute('src', 'app://rollbook/')
    document.body.append(webview)
  })
}

/** What becomes of a webview in a window that may have them, with main's refusal in place or taken away. */
function webviewIn({ electron }: StartedRollbook, main: 'refuse' | 'allow'): Promise<string> {
  return electron.evaluate(async ({ BrowserWindow }, mode) => {
    const window = new BrowserWindow({ show: false, webPreferences: { webviewTag: true, sandbox: true } })
    const contents = window.webContents
    if (mode === 'allow') contents.removeAllListeners('will-attach-webview')
    const outcome = new Promise<string>((settle) => {
      contents.once('did-attach-webview', () => settle('attached'))
      // After main's own listener.
      contents.once('will-attach-webview', ({ defaultPrevented }) => {
        if (defaultPrevented) settle('refused')
      })
    })
    await contents.loadURL('data:text/html,<webview src="about:blank"></webview>')
    const what = await outcome
    window.destroy()
    return what
  }, main)
}
