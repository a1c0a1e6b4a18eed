import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { vi } from 'vitest'

const WITHIN = { timeout: 20_000, interval: 500 }

const execute = promisify(execFile)

/** An ordinary user of this computer, with a home of their own. */
export interface Person {
  name: string
  home: string
}

export interface OpenWindow {
  page: Page
  /** The process of the program itself. */
  process: ChildProcess
  /** Closes the window as a person does, and waits for the end of the process. */
  quit: () => Promise<void>
}

export interface Ended {
  code: number
  output: string
  errors: string
}

/** Adds a user to this computer. One that a test that was killed left behind goes first. */
export async function addPerson(name: string): Promise<Person> {
  const isLeftOver = await execute('id', [name]).then(
    () => true,
    () => false,
  )
  if (isLeftOver) await removePerson({ name })
  await execute('useradd', ['--create-home', '--shell', '/bin/sh', name])
  return { name, home: `/home/${name}` }
}

/** Removes the user, whatever of theirs still runs, and their files. */
export async function removePerson({ name }: Pick<Person, 'name'>): Promise<void> {
  await execute('pkill', ['--signal', 'KILL', '--uid', name]).catch(() => undefined) // Mostly nothing runs.
  await execute('userdel', ['--force', '--remove', name])
}

export async function apt(...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = [
    '-o',
    'DPkg::Lock::Timeout=120',
    '--assume-yes',
    '--no-install-recommends',
    '--allow-downgrades',
  ]
  try {
    await execute('apt-get', [...options, ...args], { env })
  } catch {
    await execute('apt-get', ['update'], { env }) // A fresh machine has no lists, an old one stale ones.
    await execute('apt-get', [...options, ...args], { env })
  }
}

/** Runs a program as this person, to its end. */
export function runAs(person: Person, command: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawnAs(person, command, env)
  let output = ''
  let errors = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return new Promise((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code) => settle({ code: code ?? -1, output, errors }))
  })
}

/** Starts the installed program as this person and attaches to its page. Inspecting its main process is fused off, so it is
 *  driven by the page's own debugging port. */
export async function openInstalled(person: Person, args: string[] = []): Promise<OpenWindow> {
  const child = spawnAs(person, ['rollbook', '--remote-debugging-port=0', ...args], display())
  const browser = await chromium.connectOverCDP(await debuggingAddress(child), {
    // Electron has no downloads to be told of.
    noDefaults: true,
  })
  const [context] = browser.contexts()
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
  if (page === undefined) throw new Error('Rollbook has no window.')
  await page.waitForLoadState('load')
  const quit = async () => {
    const ended = once(child, 'close')
    await page.evaluate(() => window.close()).catch(() => undefined)
    await ended
  }
  return { page, process: child, quit }
}

/** The environment of a person at a display. */
export const display = (): Record<string, string> => ({ DISPLAY: process.env.DISPLAY ?? '' })

/** Answers the system's own dialog that `open` brings up, which no page can reach: with this path, or as it stands. */
export async function answerDialog(open: () => Promise<void>, path?: string): Promise<void> {
  const before = await visibleWindows()
  await open()
  const dialog = await vi.waitUntil(
    async () => (await visibleWindows()).find((each) => !before.includes(each)),
    WITHIN,
  )
  await execute('xdotool', ['windowfocus', '--sync', dialog])
  if (path !== undefined) {
    await execute('xdotool', ['key', 'ctrl+l'])
    await execute('xdotool', ['type', '--delay', '50', path])
  }
  // The first Return may be taken by a proposal to complete the path.
  const accept = async () => {
    await execute('xdotool', ['key', 'Return'])
    return !(await visibleWindows()).includes(dialog)
  }
  await vi.waitUntil(accept, WITHIN)
}

/** The windows that a person sees: the toolkit has tiny ones of its own, that come and go. */
async function visibleWindows(): Promise<string[]> {
  const { stdout } = await execute('xdotool', ['search', '--onlyvisible', '--class', 'rollbook'])
  const windows = stdout.trim().split('\n')
  const widths = await Promise.all(windows.map(widthOf))
  return windows.filter((_, index) => (widths[index] ?? 0) > 400)
}

/** 0 for one that has gone meanwhile. */
async function widthOf(window: string): Promise<number> {
  const geometry = await execute('xdotool', ['getwindowgeometry', '--shell', window]).catch(() => ({
    stdout: '',
  }))
  return Number(/^WIDTH=(\d+)$/m.exec(geometry.stdout)?.[1] ?? 0)
}

function spawnAs({ name, home }: Person, command: string[], env: Record<string, string>): ChildProcess {
  const set = Object.entries({ HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ...env })
  const assignments = set.map(([key, value]) => `${key}=${value}`)
  return spawn('runuser', ['--user', name, '--', 'env', '--ignore-environment', ...assignments, ...command], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Chromium says it on standard error. */
function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((settle, reject) => {
    let words = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words += text
      const [, address] = /DevTools listening on (\S+)/.exec(words) ?? []
      if (address !== undefined) settle(address)
    })
    child.on('error', reject)
    child.on('close', (code) => reject(new Error(`Rollbook ended with ${String(code)}:\n${words}`)))
  })
}
