// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), 1 and 18: what
// the page shows and reaches. What must fail is also done once where it succeeds, so that each test is seen to be able to see.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { StartedRollbook } from '../../helpers/electron'
import { noteChecklist } from './checklist'
import { twoPrograms } from './twoPrograms'

noteChecklist('1 and 18', 'the same request of main is counted')
const programs = twoPrograms()

describe('1 and 18: only local content, over a protocol of its own', () => {
  it('shows app:// and nothing else', () => {
    expect(programs.started.page.url()).toMatch(/^app:\/\/rollbook\//)
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
      for (const { page } of [programs.started, programs.withoutPolicy])
        expect(await reach(page, address ?? '')).toBe('refused')
    },
  )

  it('sends not one request to a server that listens', async () => {
    const server = await countingServer()
    try {
      for (const { page } of [programs.started, programs.withoutPolicy])
        await tryEveryWayOut(page, server.port)
      expect(server.hits()).toBe(0)
      await fetch(`http://127.0.0.1:${server.port}/`)
      expect(server.hits()).toBe(1)
    } finally {
      server.close()
    }
  })

  it('lets no other session of Chromium out either', async () => {
    const server = await countingServer()
    const address = `http://127.0.0.1:${server.port}/`
    try {
      expect(await requestInOtherSession(address)).toBe('net::ERR_NAME_NOT_RESOLVED')
      expect(server.hits()).toBe(0)
      await programs.started.electron.evaluate((_electron, url) => fetch(url).then(() => undefined), address)
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
    expect(await statusOf(programs.started.page, path)).toBe(404)
    expect(await statusOf(programs.started.page, '/index.html')).toBe(200)
  })

  it('answers no other host, and no other method than GET', async () => {
    const { page } = programs.withoutPolicy
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

function requestInOtherSession(address: string): Promise<string> {
  return programs.started.electron.evaluate(
    ({ net, session }, url) =>
      new Promise<string>((settle) => {
        const request = net.request({ url, session: session.fromPartition('other') })
        request.on('response', () => settle('answered'))
        request.on('error', ({ message }) => settle(message))
        request.end()
      }),
    address,
  )
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
