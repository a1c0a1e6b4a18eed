// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), 17 and 20: who
// may call main, and with what.
import type { BrowserWindow } from 'electron'
import { describe, expect, it } from 'vitest'
import { listenTo } from '../../helpers/electron'
import { noteChecklist } from './checklist'
import { twoPrograms } from './twoPrograms'

noteChecklist('17 and 20', 'the same call of our page is answered')
const programs = twoPrograms()

describe('17: who may call', () => {
  it('is our page in our window', async () => {
    expect(await programs.started.page.evaluate(() => rollbook.call('school.find', {}))).toEqual({
      ok: true,
      value: null,
    })
  })

  it.each(['about:blank', 'app://rollbook/'])(
    'is not another window with our preload, at %s',
    async (address) => {
      const answers = await programs.started.electron.evaluate(async ({ BrowserWindow, app }, url) => {
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
    const inside = await programs.withoutPolicy.page.evaluate(() => {
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
    const bridge = await programs.started.page.evaluate(() => {
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
    const answer = await programs.started.page.evaluate(async (method) => {
      try {
        return await rollbook.call(method, {})
      } catch (error) {
        return String(error)
      }
    }, name)
    expect(answer).toMatch(/no such method|No handler registered/)
  })

  it('listens to the events of the contract alone', async () => {
    const refused = await programs.started.page.evaluate(() =>
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
    const received = await listenTo(programs.started.page, 'menu')
    await programs.started.electron.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.getMenuItemById('about')?.click(),
    )
    expect(await received()).toEqual([{ item: 'about' }])
  })

  it('takes no path: a token that main did not give out stands for nothing', async () => {
    const unknown = { ok: false, error: { code: 'not-found', params: { entity: 'file' } } }
    expect(
      await programs.started.page.evaluate(() => rollbook.call('schools.open', { file: 'a'.repeat(32) })),
    ).toEqual(unknown)
    const path = { ok: false, error: { code: 'invalid' } }
    expect(
      await programs.started.page.evaluate(() => rollbook.call('schools.open', { file: '/etc/hostname' })),
    ).toMatchObject(path)
  })

  it('gives tokens for files that a person dropped or chose, and none for one that the page made up', async () => {
    const madeUp = await programs.started.page.evaluate(() => {
      const file = new File(['x'], 'hostname')
      Object.defineProperty(file, 'path', { value: '/etc/hostname' })
      return rollbook.tokensFor([file])
    })
    expect(madeUp).toEqual([])

    await programs.started.page.evaluate(() => {
      const input = document.createElement('input')
      Object.assign(input, { type: 'file', id: 'file-probe' })
      document.body.append(input)
    })
    await programs.started.page.setInputFiles('#file-probe', import.meta.filename)
    const chosen = await programs.started.page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('#file-probe')
      return rollbook.tokensFor([...(input?.files ?? [])])
    })
    expect(chosen).toEqual([{ name: 'calls.test.ts', file: expect.stringMatching(/^[0-9a-f]{32}$/) }])
  })
})
