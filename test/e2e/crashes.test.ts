import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobStarted } from '../../electron/contract/define'
import type { JobEvent } from '../../electron/contract/jobs'
import type { FromParser } from '../../electron/exchange/parserMessages'
import { chooseInDialogs, endRollbook, startRollbook, type StartedRollbook } from '../helpers/electron'

let started: StartedRollbook
let isMeantToFail = false

beforeEach(async () => {
  isMeantToFail = false
  started = await startRollbook()
})
afterEach(() => endRollbook(started, { isMeantToFail }))

describe('a page whose process ends', () => {
  it('is loaded again in the same place, and what main was at goes on', async () => {
    const { page } = started
    await answerDialogs([0])
    await started.api.schools.createSample({})
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.getByRole('heading', { name: 'People' }).waitFor()
    const before = await countUsers()
    const importId = await prepareImport(3_000)
    await started.api.imports.apply({ importId, onError: 'all-or-nothing' })

    expect(await reloadedAfter('SIGKILL')).toMatch(/#\/people$/)

    expect(await told()).toEqual(['The window stopped working.'])
    await expect.poll(countUsers, { timeout: 30_000 }).toBe(before + 3_000)
    await expect.poll(() => inPage('document.querySelector("h1")?.textContent')).toBe('People')
    expect(await logged()).toMatch(/the page's process ended: \w+/)
  })

  it('is shown at Home where it ends again at once', async () => {
    const { page } = started
    await answerDialogs([0, 0])
    await started.api.schools.createSample({})
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await reloadedAfter('crash')).toMatch(/#\/settings$/)
    expect(await reloadedAfter('crash')).toMatch(/#\/$/)
    expect(await inPage("rollbook.call('school.find', {})")).toMatchObject({ ok: true })
  })

  it('is not loaded again by itself, and the school is closed by whoever quits', async () => {
    await answerDialogs([1])
    const { path } = await started.api.schools.createSample({})
    const ended = started.electron.waitForEvent('close')
    await started.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    )
    await ended
    expect(existsSync(`${path}-wal`)).toBe(false)
  })

  it('leaves no picture of its memory', async () => {
    await answerDialogs([0])
    await reloadedAfter('SIGSEGV')
    const files = await readdir(started.home, { recursive: true })
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => file.endsWith('.dmp'))).toEqual([])
  })
})

it('a page that answers no more can be loaded again', async () => {
  await answerDialogs([1])
  await started.api.schools.createSample({})
  await inPage('setTimeout(() => { for (;;); }); 0')
  const loaded = started.electron.evaluate(
    ({ BrowserWindow }) =>
      new Promise<string>((settle) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.once('did-finish-load', () => settle(contents.getURL()))
        // What Chromium says after half a minute without an answer to a key.
        contents?.emit('unresponsive')
      }),
  )
  expect(await loaded).toMatch(/^app:/)
  expect(await told()).toEqual(['The window does not answer.'])
  expect(await inPage("rollbook.call('school.find', {})")).toMatchObject({ ok: true })
})

it('a parser that is killed fails its own import by name, and nothing else', async () => {
  const { api, electron } = started
  await api.schools.createSample({})
  const before = await countUsers()
  await electron.evaluate(({ utilityProcess }) => {
    const { fork } = utilityProcess
    utilityProcess.fork = (...all) => {
      utilityProcess.fork = fork
      const child = fork(...all)
      child.on('message', ({ kind }: FromParser) => {
        if (kind === 'opened' && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      })
      return child
    }
  })
  const file = await chooseImport(50_000)
  const ended = await endOfJob('imports.prepare', { file })
  expect(ended).toMatchObject({
    state: 'failed',
    error: { code: 'invalid', fields: { file: { code: 'parser-ended' } } },
  })
  expect(await countUsers()).toBe(before)
  expect(await logged()).toContain('the parser ended by itself')

  const importId = await prepareImport(10)
  await endOfJob('imports.apply', { importId, onError: 'all-or-nothing' })
  expect(await countUsers()).toBe(before + 10)
})

describe('a failure in main that nobody foresaw', () => {
  it('offers the log to read and to copy, then the program anew, with the school closed', async () => {
    isMeantToFail = true
    const { electron, api } = started
    const { path } = await api.schools.createSample({})
    await answerDialogs([2, 3, 0])
    await electron.evaluate(({ app, clipboard, shell }) => {
      const seen = globalThis as { opened?: string; copied?: string }
      shell.openPath = async (file) => {
        seen.opened = file
        return ''
      }
      app.relaunch = () =>
        void process.stdout.write(`relaunched, opened ${seen.opened}, copied ${seen.copied}\n`)
      clipboard.writeText = async (text) => void (seen.copied = text)
    })
    let output = ''
    electron.process().stdout?.on('data', (text: Buffer) => (output += text.toString()))
    const ended = electron.waitForEvent('close')
    await fail('rejected')
    await ended
    expect(output).toContain(`relaunched, opened ${join(started.home, 'logs/rollbook.log')}`)
    expect(output).toMatch(/copied .*Rollbook .* began/)
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(await logged()).toContain('Rollbook ended with 0')
  })
})

describe('a test of a program that met a failure which nobody caught', () => {
  it.each(['thrown', 'rejected'])('fails where it was %s in main', async (how) => {
    await answerDialogs([1])
    await fail(how)
    await expect.poll(told).toHaveLength(1)
    await expect(endRollbook(started)).rejects.toThrow('nobody caught: Error')
  })

  it.each(['throw new TypeError("x")', 'void Promise.reject(new TypeError("x"))'])(
    'fails where the page did this: %s',
    async (source) => {
      await inPage(`setTimeout(() => { ${source} }); 0`)
      await expect.poll(logged).toMatch(/nobody caught: TypeError\n +at /)
      await expect(endRollbook(started)).rejects.toThrow('nobody caught: TypeError')
    },
  )
})

/** Instead of a person who reads and presses these buttons, one a box. */
function answerDialogs(answers: number[]): Promise<void> {
  return started.electron.evaluate(({ dialog }, responses) => {
    const seen = globalThis as { told?: string[] }
    seen.told = []
    dialog.showMessageBox = async (...all: unknown[]) => {
      seen.told?.push((all.at(-1) as { message: string }).message)
      return { response: responses.shift() ?? 1, checkboxChecked: false }
    }
  }, answers)
}

function told(): Promise<string[] | undefined> {
  return started.electron.evaluate(() => (globalThis as { told?: string[] }).told)
}

/** Ends the page's process and answers the address of the page that is loaded then. */
function reloadedAfter(how: 'crash' | 'SIGKILL' | 'SIGSEGV'): Promise<string> {
  return started.electron.evaluate(
    ({ BrowserWindow }, way) =>
      new Promise<string>((settle) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.once('did-finish-load', () => settle(contents.getURL()))
        if (way === 'crash') contents?.forcefullyCrashRenderer()
        else if (contents) process.kill(contents.getOSProcessId(), way)
      }),
    how,
  )
}

/** In the page that is there now: Playwright's own is gone with its process. */
function inPage(source: string): Promise<unknown> {
  return started.electron.evaluate(
    ({ BrowserWindow }, code) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code) as Promise<unknown>,
    source,
  )
}

async function countUsers(): Promise<number> {
  const list = (await inPage("rollbook.call('users.openList', {})")) as { value: { total: number } }
  return list.value.total
}

async function fail(how: string): Promise<void> {
  await started.electron.evaluate((_electron, way) => {
    const error = new Error('Amina')
    if (way === 'rejected') void Promise.reject(error)
    else
      setImmediate(() => {
        throw error
      })
  }, how)
}

function logged(): Promise<string> {
  return readFile(join(started.home, 'logs/rollbook.log'), 'utf8')
}

/** The token of a file with so many people. */
async function chooseImport(rows: number): Promise<string> {
  const path = join(started.home, `${rows}.csv`)
  const lines = Array.from({ length: rows }, (_, row) => `Ana,Kos,a${row}@of${rows}.example,Student`)
  await writeFile(path, ['first_name,last_name,email,user_type', ...lines].join('\n'))
  await chooseInDialogs(started.electron, path)
  const chosen = await started.api.files.choose({ purpose: 'import' })
  return chosen?.file ?? ''
}

async function prepareImport(rows: number): Promise<string> {
  const file = await chooseImport(rows)
  const end = await endOfJob('imports.prepare', { file })
  return (end as { value: { importId: string } }).value.importId
}

/** Starts a job by way of the page and answers its last event. */
function endOfJob(method: string, input: unknown): Promise<JobEvent> {
  return started.page.evaluate(
    ([name, value]) =>
      new Promise<JobEvent>((settle) => {
        let mine = ''
        const ends: JobEvent[] = []
        const look = () => ends.filter(({ jobId }) => jobId === mine).forEach(settle)
        rollbook.on('job', (event) => {
          if (event.state !== 'running') ends.push(event)
          look()
        })
        void rollbook.call(name as string, value).then((reply) => {
          if (reply.ok) mine = (reply.value as JobStarted).jobId
          look()
        })
      }),
    [method, input],
  )
}
