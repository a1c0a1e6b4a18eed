// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), point by point, in the built
// program. What must fail is also done once where it succeeds, so that each test is seen to be able to see.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserWindow } from 'electron'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endRollbook, listenTo, startRollbook, type StartedRollbook } from '../helpers/electron'

let started: StartedRollbook
/** The same with the page's policy switched off: what is refused there is refused by more than the policy. */
let withoutPolicy: StartedRollbook

beforeAll(async () => {
  started = await startRollbook()
  withoutPolicy = await startRollbook({ bypassCSP: true })
})

afterAll(async () => {
  await endRollbook(started)
  await endRollbook(withoutPolicy)
})

describe('1 and 18: only local content, over a protocol of its own', () => {
  it('shows app:// and nothing else', () => {
    expect(started.page.url()).toMatch(/^app:\/\/rollbook\//)
  })

  it.each(['http', 'https', 'ws', 'file'])(
    'reaches nothing by %s, with or without the policy',
    async (scheme) => {
      const address = {
        http: 'http://127.0.0.1:9/',
        https: 'https://127.0.0.1:9/',
        ws: 'ws://127.0.0.1:9/',
        file: 'file:///etc/hostname',
      }[scheme]
      for (const { page } of [started, withoutPolicy])
        expect(await reach(page, address ?? '')).toBe('refused')
    },
  )

  it('sends not one request to a server that listens', async () => {
    const server = await countingServer()
    try {
      for (const { page } of [started, withoutPolicy]) await tryEveryWayOut(page, server.port)
      expect(server.hits()).toBe(0)
      await fetch(`http://127.0.0.1:${server.port}/`)
      expect(server.hits()).toBe(1)
    } finally {
      server.close()
    }
  })

  it.each([
    '/../package.json',
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/..%5c..%5cpackage.json',
    '//etc/hostname',
    '/index.html%2f..%2f..%2fpackage.json',
    '/no-such-file.js',
  ])('serves no file of %s', async (path) => {
    expect(await statusOf(started.page, path)).toBe(404)
    expect(await statusOf(started.page, '/index.html')).toBe(200)
  })

  it('answers no other host, and no other method than GET', async () => {
    const { page } = withoutPolicy
    expect(
      await page.evaluate(() =>
        fetch('app://elsewhere/index.html').then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    ).not.toBe(200)
    expect(
      await page.evaluate(() => fetch('/index.html', { method: 'POST' }).then(({ status }) => status)),
    ).toBe(403)
  })
})

describe('2, 3, 6, 8, 9, 10: the page has no more than a page has', () => {
  it('has contextIsolation, sandbox and web security on, and nothing of Node', async () => {
    expect(await preferences(started)).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
    // What was not set is not there, or empty.
    const { nodeIntegrationInWorker, enableBlinkFeatures } = await preferences(started)
    expect([nodeIntegrationInWorker, enableBlinkFeatures].filter(Boolean)).toEqual([])
  })

  it('knows no require, process, module, global or Buffer', async () => {
    const known = await started.page.evaluate(() =>
      ['require', 'process', 'module', 'global', 'Buffer', 'electron'].filter((name) => name in window),
    )
    expect(known).toEqual([])
  })
})

describe('4: the sandbox', () => {
  it.runIf(process.platform === 'linux')('is on for the page of a user who is not root', async () => {
    const sandboxed = await startRollbook({ hasSandbox: true })
    try {
      expect(await seccompOf(sandboxed)).toBe('2')
      expect(await sandboxed.page.evaluate(() => rollbook.call('school.find', {}))).toEqual({
        ok: true,
        value: null,
      })
    } finally {
      await endRollbook(sandboxed)
    }
  })

  it.runIf(process.getuid?.() === 0)('is seen to be off where it is off: as root', async () => {
    expect(await seccompOf(started)).toBe('0')
  })
})

describe('5: permissions', () => {
  it('are denied, whichever is asked for', async () => {
    const answers = await started.page.evaluate(async () => ({
      notifications: await Notification.requestPermission(),
      place: await new Promise((settle) =>
        navigator.geolocation.getCurrentPosition(
          () => settle('granted'),
          ({ code }) => settle(code === 1 ? 'denied' : `failed ${code}`),
        ),
      ),
      camera: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
      clipboard: (await navigator.permissions.query({ name: 'clipboard-read' as PermissionName })).state,
    }))
    expect(answers).toEqual({
      notifications: 'denied',
      place: 'denied',
      camera: 'denied',
      clipboard: 'denied',
    })
  })
})

describe('7: the content security policy', () => {
  it('is exactly this, with a nonce of its own for each load', async () => {
    const first = await policyOf(started.page)
    const second = await policyOf(started.page)
    expect(withoutNonce(first)).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-…'; img-src 'self' data: blob:; font-src 'self'; " +
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(first).not.toBe(second)
  })

  it('comes with nosniff, and the page is kept in no cache', async () => {
    const headers = await started.page.evaluate(async () => Object.fromEntries((await fetch('/')).headers))
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  })

  it('refuses scripts in the page, handlers in attributes and text that is run', async () => {
    expect(await injected(started.page)).toEqual({ script: false, handler: false, evaluated: false })
    expect(await injected(withoutPolicy.page)).toEqual({ script: true, handler: true, evaluated: true })
  })

  it('takes a style element with the nonce of the load, and none without', async () => {
    const widths = await started.page.evaluate(() => {
      const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
      return ['', nonce].map((each) => {
        const probe = document.body.appendChild(document.createElement('div'))
        const style = document.createElement('style')
        style.nonce = each
        probe.id = 'style-probe'
        style.textContent = '#style-probe { position: fixed; width: 123px }'
        document.head.append(style)
        const { width } = getComputedStyle(probe)
        for (const element of [probe, style]) element.remove()
        return width
      })
    })
    expect(widths[0]).not.toBe('123px')
    expect(widths[1]).toBe('123px')
  })
})

describe('11, 12: webviews', () => {
  it('do not come to be', async () => {
    await started.page.evaluate(() => {
      const webview = document.createElement('webview')
      webview.setAttribute('src', 'app://rollbook/')
      document.body.append(webview)
    })
    expect(await contentsCount(started)).toBe(1)
  })
})

describe('14, 15: the page opens nothing', () => {
  it('opens no window, by script or by link, and hands no address to the system', async () => {
    await started.electron.evaluate(({ shell }) => {
      const seen = globalThis as { opened?: string[] }
      seen.opened = []
      shell.openExternal = async (address) => void seen.opened?.push(address)
    })
    const opened = await started.page.evaluate(() => {
      const link = document.createElement('a')
      Object.assign(link, { href: 'https://example.com/', target: '_blank' })
      document.body.append(link)
      link.click()
      return window.open('https://example.com/')
    })
    expect(opened).toBeNull()
    expect(await contentsCount(started)).toBe(1)
    expect(await started.electron.evaluate(() => (globalThis as { opened?: string[] }).opened)).toEqual([])
  })
})

describe('17: who may call', () => {
  it('is our page in our window', async () => {
    expect(await started.page.evaluate(() => rollbook.call('school.find', {}))).toEqual({
      ok: true,
      value: null,
    })
  })

  it.each(['about:blank', 'app://rollbook/'])(
    'is not another window with our preload, at %s',
    async (address) => {
      const answers = await started.electron.evaluate(async ({ BrowserWindow, app }, url) => {
        const preload = `${app.getAppPath()}/out/preload/index.cjs`
        const stranger: BrowserWindow = new BrowserWindow({
          show: false,
          webPreferences: { preload, sandbox: true },
        })
        await stranger.loadURL(url)
        const script =
          "Promise.all([rollbook.call('school.find', {}), rollbook.call('schools.recent', {}), rollbook.tokensFor([])])"
        const replies: unknown = await stranger.webContents.executeJavaScript(script)
        stranger.destroy()
        return replies
      }, address)
      const forbidden = { ok: false, error: { code: 'forbidden', params: {} } }
      expect(answers).toEqual([forbidden, forbidden, []])
    },
  )

  it('is not a frame inside the page: it has no bridge, and shows nothing of ours', async () => {
    const inside = await withoutPolicy.page.evaluate(() => {
      const frame = document.createElement('iframe')
      frame.src = '/index.html'
      document.body.append(frame)
      return {
        hasBridge: 'rollbook' in (frame.contentWindow ?? {}),
        text: frame.contentDocument?.body.innerText,
      }
    })
    expect(inside).toEqual({ hasBridge: false, text: '' })
  })
})

describe('20: the bridge', () => {
  it('is four functions, and cannot be changed', async () => {
    const bridge = await started.page.evaluate(() => {
      const before = rollbook.call
      try {
        Object.assign(rollbook, { call: () => 'mine', more: 1 })
      } catch {
        // Strict code is told so, other code is not.
      }
      return { names: Object.keys(rollbook).sort(), isSame: rollbook.call === before }
    })
    expect(bridge).toEqual({ names: ['call', 'on', 'painted', 'tokensFor'], isSame: true })
  })

  it.each([
    '',
    'tokens',
    'painted',
    'users',
    '__proto__.x',
    'users.list.x',
    'users.list ',
    'x:y.z',
    '../a.b',
    'users.noSuchVerb',
    'users.constructor',
  ])('reaches no method called %j', async (name) => {
    const answer = await started.page.evaluate(async (method) => {
      try {
        return await rollbook.call(method, {})
      } catch (error) {
        return String(error)
      }
    }, name)
    expect(answer).toMatch(/no such method|No handler registered/)
  })

  it('listens to the events of the contract alone', async () => {
    const refused = await started.page.evaluate(() =>
      ['tokens', 'painted', '__proto__', 'users.list'].filter((name) => {
        try {
          rollbook.on(name as 'changed', () => {})
          return false
        } catch {
          return true
        }
      }),
    )
    expect(refused).toHaveLength(4)
  })

  it('gives no event object away, by which a listener could answer main', async () => {
    const received = await listenTo(started.page, 'menu')
    await started.electron.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.getMenuItemById('about')?.click(),
    )
    expect(await received()).toEqual([{ item: 'about' }])
  })

  it('takes no path: a token that main did not give out stands for nothing', async () => {
    const unknown = { ok: false, error: { code: 'not-found', params: { entity: 'file' } } }
    expect(
      await started.page.evaluate(() => rollbook.call('schools.open', { file: 'a'.repeat(32) })),
    ).toEqual(unknown)
    const path = { ok: false, error: { code: 'invalid' } }
    expect(
      await started.page.evaluate(() => rollbook.call('schools.open', { file: '/etc/hostname' })),
    ).toMatchObject(path)
  })

  it('gives tokens for files that a person dropped or chose, and none for one that the page made up', async () => {
    const madeUp = await started.page.evaluate(() => {
      const file = new File(['x'], 'hostname')
      Object.defineProperty(file, 'path', { value: '/etc/hostname' })
      return rollbook.tokensFor([file])
    })
    expect(madeUp).toEqual([])

    await started.page.evaluate(() => {
      const input = document.createElement('input')
      Object.assign(input, { type: 'file', id: 'file-probe' })
      document.body.append(input)
    })
    await started.page.setInputFiles('#file-probe', import.meta.filename)
    const chosen = await started.page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('#file-probe')
      return rollbook.tokensFor([...(input?.files ?? [])])
    })
    expect(chosen).toEqual([{ name: 'security.test.ts', file: expect.stringMatching(/^[0-9a-f]{32}$/) }])
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

type Tab = StartedRollbook['page']

function reach(page: Tab, address: string): Promise<string> {
  return page.evaluate(
    (url) =>
      url.startsWith('ws')
        ? new Promise<string>((settle) => {
            try {
              const socket = new WebSocket(url)
              socket.onopen = () => settle('reached')
              socket.onerror = () => settle('refused')
            } catch {
              settle('refused')
            }
          })
        : fetch(url).then(
            () => 'reached',
            () => 'refused',
          ),
    address,
  )
}

async function tryEveryWayOut(page: Tab, port: number): Promise<void> {
  await page.evaluate(async (to) => {
    const url = `http://127.0.0.1:${to}/`
    const element = (tag: string, attributes: Record<string, string>) =>
      new Promise<void>((settle) => {
        const made = Object.assign(document.createElement(tag), attributes)
        made.addEventListener('load', () => settle())
        made.addEventListener('error', () => settle())
        document.body.append(made)
        setTimeout(settle, 1_000)
      })
    navigator.sendBeacon(url, 'x')
    await Promise.allSettled([
      fetch(url, { mode: 'no-cors' }),
      element('img', { src: url }),
      element('script', { src: url }),
      element('link', { rel: 'stylesheet', href: url }),
      element('iframe', { src: url }),
      element('video', { src: url }),
      new Promise((settle) => {
        const request = new XMLHttpRequest()
        request.onloadend = settle
        request.open('POST', url)
        request.send('x')
      }),
    ])
  }, port)
}

async function countingServer() {
  let hits = 0
  const server: Server = createServer((_request, response) => {
    hits++
    response.end()
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  return { port: (server.address() as AddressInfo).port, hits: () => hits, close: () => server.close() }
}

function statusOf(page: Tab, path: string): Promise<number> {
  return page.evaluate((url) => fetch(url).then(({ status }) => status), `app://rollbook${path}`)
}

async function policyOf(page: Tab): Promise<string> {
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'))
  return policy ?? ''
}

function withoutNonce(policy: string): string {
  return policy.replace(/'nonce-[A-Za-z0-9+/]{22}=='/, "'nonce-…'")
}

function injected(page: Tab) {
  return page.evaluate(async () => {
    const found = window as { script?: true; handler?: true; evaluated?: true }
    const script = document.createElement('script')
    script.textContent = 'window.script = true'
    document.body.append(script)
    const button = document.createElement('button')
    button.setAttribute('onclick', 'window.handler = true')
    document.body.append(button)
    button.click()
    // In a task of its own: what Playwright itself runs is excepted from the policy.
    await new Promise((settle) =>
      setTimeout(() => {
        settle(null)
        new Function('window.evaluated = true')()
      }),
    ).then(() => new Promise((settle) => setTimeout(settle)))
    script.remove()
    button.remove()
    return {
      script: found.script === true,
      handler: found.handler === true,
      evaluated: found.evaluated === true,
    }
  })
}

function preferences({ electron }: StartedRollbook): Promise<Record<string, unknown>> {
  return electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    return JSON.parse(JSON.stringify(contents.getLastWebPreferences())) as Record<string, unknown>
  })
}

function contentsCount({ electron }: StartedRollbook): Promise<number> {
  return electron.evaluate(({ webContents }) => webContents.getAllWebContents().length)
}

/** The kernel's filter on the page's process: 2 is on. */
async function seccompOf({ electron }: StartedRollbook): Promise<string | undefined> {
  const pid = await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  )
  return /^Seccomp:\s+(\d)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
}
