import { spawn } from 'node:child_process'
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { EventName, RollbookApi } from '../../electron/contract'
import { AppError, type Reply } from '../../electron/contract/errors'
import { UNCAUGHT } from '../../electron/main/log'
import type { Bridge } from '../../electron/preload'
import { electronRuntime } from '../../scripts/electron.mjs'

declare global {
  // In the page; the functions that tests hand to Playwright run there.
  var rollbook: Bridge
}

/** The built program: out/ of this checkout, or of another folder. */
export const APP_FOLDER = process.env.ROLLBOOK_APP ?? resolve(import.meta.dirname, '../..')

const IS_ROOT = process.getuid?.() === 0
const NOBODY = 65_534

export interface StartOptions {
  /** ROLLBOOK_HOME; a new one where it is not given. */
  home?: string
  args?: string[]
  /** As a user whom the sandbox can be put on. Root cannot: it starts without one otherwise. */
  hasSandbox?: boolean
  /** The page without its policy, to see what holds besides. */
  bypassCSP?: boolean
  /** The folder of the program. */
  app?: string
  /** Started in Electron's place, with its arguments: a script that starts it, and watches. */
  executable?: string
  /** On top of the usual environment; undefined takes a variable away. */
  env?: Record<string, string | undefined>
}

export interface StartedRollbook {
  electron: ElectronApplication
  page: Page
  home: string
  /** Every method of the contract, over the page's own bridge; throws AppError. */
  api: RollbookApi
  /** Quits as a person does, and waits for the end of the process. */
  quit: () => Promise<void>
}

/** Starts the built program in a real window and waits until its page is there. */
export async function startRollbook(options: StartOptions = {}): Promise<StartedRollbook> {
  const { args = [], hasSandbox = false, bypassCSP = false, app = APP_FOLDER, env } = options
  const home = options.home ?? (await temporaryHome(hasSandbox))
  const isNobody = hasSandbox && IS_ROOT
  const electron = await _electron.launch({
    executablePath: isNobody
      ? await programAsNobody(home)
      : (options.executable ?? electronRuntime().executable),
    args: [app, ...(hasSandbox ? [] : sandboxArguments()), ...args],
    env: environment(home, env),
    bypassCSP,
    chromiumSandbox: hasSandbox,
  })
  const page = await electron.firstWindow()
  await page.waitForLoadState('load')
  // The first load may have been quicker than Playwright's word to leave the policy out.
  if (bypassCSP) await page.reload()
  return { electron, page, home, api: apiOfPage(page), quit: () => electron.close() }
}

/** Answers the system's dialogs, which tests cannot click, with a path. */
export function chooseInDialogs(electron: ElectronApplication, path: string): Promise<void> {
  return electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
    dialog.showSaveDialog = async () => ({ canceled: false, filePath })
  }, path)
}

export interface Ended {
  code: number | null
  output: string
  errors: string
}

export interface RunOptions extends Pick<StartOptions, 'app' | 'env'> {
  cwd?: string
}

/** Runs the built program until it ends by itself. */
export function runRollbook(args: string[], home?: string, options: RunOptions = {}): Promise<Ended> {
  const { app = APP_FOLDER, env, cwd } = options
  const child = spawn(electronRuntime().executable, [app, ...sandboxArguments(), ...args], {
    cwd,
    env: environment(home, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return new Promise((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code) => settle({ code, output, errors }))
  })
}

/** A folder for ROLLBOOK_HOME. */
export async function temporaryHome(isForNobody = false): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'rollbook-e2e-'))
  if (isForNobody && IS_ROOT) await chown(home, NOBODY, NOBODY)
  return home
}

/** Quits, where that has not happened yet, and removes the home. Throws what nobody caught, in main or in the page, unless that
 *  was meant to happen. */
export async function endRollbook(
  { quit, home }: StartedRollbook,
  { isMeantToFail = false } = {},
): Promise<void> {
  await quit().catch(() => undefined)
  const log = await readFile(join(home, 'logs/rollbook.log'), 'utf8').catch(() => '')
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
  if (!isMeantToFail && log.includes(UNCAUGHT)) throw new Error(`Rollbook met failures:\n${log}`)
}

/** Begins to listen on the page before it resolves; what it resolves with waits for the next such event, and answers all
 *  that the listener was given. */
export async function listenTo(page: Page, event: EventName): Promise<() => Promise<unknown[]>> {
  const listening = await page.evaluateHandle((name) => {
    const received = new Promise<unknown[]>((settle) => rollbook.on(name, (...all: unknown[]) => settle(all)))
    // Inside an object, or Playwright would wait for it here.
    return { received }
  }, event)
  return () => listening.evaluate(({ received }) => received)
}

export function sandboxArguments(): string[] {
  return IS_ROOT && process.platform === 'linux' ? ['--no-sandbox'] : []
}

function environment(home: string | undefined, more: StartOptions['env']): Record<string, string> {
  const own = { ROLLBOOK_HOME: home, ...(home && { HOME: home }) }
  const entries = Object.entries({ ...process.env, ...own, ...more })
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** A program that starts Electron as the user nobody: Playwright puts arguments of its own first. */
async function programAsNobody(folder: string): Promise<string> {
  const program = join(folder, 'electron-as-nobody')
  const setpriv = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --`
  await writeFile(program, `#!/bin/sh\nexec ${setpriv} '${electronRuntime().executable}' "$@"\n`)
  await chmod(program, 0o755)
  return program
}

function apiOfPage(page: Page): RollbookApi {
  const slice = (entity: string) =>
    new Proxy(
      {},
      { get: (_slice, verb) => (input: unknown) => callOnPage(page, `${entity}.${String(verb)}`, input) },
    )
  return new Proxy({} as RollbookApi, { get: (_api, entity) => slice(String(entity)) })
}

async function callOnPage(page: Page, method: string, input: unknown): Promise<unknown> {
  const reply: Reply = await page.evaluate(
    ([name, value]) => rollbook.call(name as string, value),
    [method, input],
  )
  if (reply.ok) return reply.value
  throw new AppError(reply.error.code, reply.error.params, reply.error.fields)
}
