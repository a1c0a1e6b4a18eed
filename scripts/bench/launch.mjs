// From the start of the process to a usable window, on a school of 100,000 people, beside a bare Electron window that
// paints one word: the built program, and the packed one that people install.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { electronEnvironment, electronRuntime } from '../electron.mjs'
import { projectFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { openDisplay } from '../process/display.mjs'
import { sandboxArguments } from '../process/sandbox.mjs'
import { median } from './table.mjs'

const PEOPLE = 100_000
const ROUNDS = 7

const BARE_MAIN = `
const { app, BrowserWindow, ipcMain } = require('electron')
app.whenReady().then(async () => {
  const preload = require('node:path').join(__dirname, 'preload.cjs')
  const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { preload, sandbox: true } })
  ipcMain.once('painted', () => {
    console.log(JSON.stringify({ launchMs: Date.now() - process.getCreationTime() }))
    app.exit(0)
  })
  await window.loadFile('page.html')
})`

const BARE_PRELOAD = `
const { ipcRenderer } = require('electron')
addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => ipcRenderer.send('painted'))))`

/**
 * @param {string} folder
 * @returns {Promise<import('./table.mjs').BenchRow[]>}
 */
export async function benchLaunch(folder) {
  const [bare, school] = [await makeBareApp(folder), join(folder, 'launch.rollbook')]
  say(`Making a school of ${PEOPLE} people`)
  const home = join(folder, 'home')
  await mkdir(home, { recursive: true })
  const cli = join(projectFolder, 'out', 'main', 'cli.cjs')
  await run(process.execPath, [cli, 'create', school, '--sample', String(PEOPLE)], {
    env: { ...process.env, ROLLBOOK_HOME: home },
  })
  const display = await openDisplay()
  try {
    const env = electronEnvironment(electronRuntime(), { ...display.env, ROLLBOOK_HOME: home })
    const { executable, version } = electronRuntime()
    const given = ['--smoke', '--file', school]
    const programs = {
      peer: [executable, bare, `--user-data-dir=${join(folder, 'bare-data')}`],
      built: [executable, projectFolder, ...given],
      ...(process.platform === 'linux' ? { packed: [join(await packed(), 'rollbook'), ...given] } : {}),
    }
    const times = await launchAll(programs, env)
    return Object.entries(times)
      .filter(([name]) => name !== 'peer')
      .map(([name, all]) => ({
        work: `launch to the first list, ${PEOPLE.toLocaleString('en')} people, ${name}`,
        ours: median(all),
        peer: median(times.peer ?? []),
        unit: 'ms',
        aim: '2.5 x, later 2.0 x',
        note: `a bare window of Electron ${version}`,
      }))
  } finally {
    display.close()
  }
}

async function packed() {
  const { buildFolder } = await import('../package/installers.mjs')
  return buildFolder()
}

/**
 * @param {Record<string, string[]>} programs each a command line
 * @param {NodeJS.ProcessEnv} env
 */
async function launchAll(programs, env) {
  /** @type {Record<string, number[]>} */
  const times = {}
  // The first round warms the disk cache and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    say(`Launching, round ${round} of ${ROUNDS}`)
    for (const [name, command] of Object.entries(programs)) {
      const time = await launch(command, env)
      if (round > 0) times[name] = [...(times[name] ?? []), time]
    }
  }
  return times
}

/** @param {string} folder */
async function makeBareApp(folder) {
  const bare = join(folder, 'bare')
  await mkdir(bare, { recursive: true })
  const files = {
    'package.json': '{ "name": "bare", "version": "1.0.0", "main": "main.cjs" }',
    'main.cjs': BARE_MAIN,
    'preload.cjs': BARE_PRELOAD,
    'page.html': '<!doctype html><title>Bare</title><p>Hello</p>',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(bare, name), text)
  return bare
}

/**
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} milliseconds
 */
async function launch([program = '', ...args], env) {
  const output = await run(program, [...sandboxArguments(), ...args], { env, timeoutMs: 60_000 })
  const { launchMs } = JSON.parse(output.trim().split('\n').at(-1) ?? '{}')
  if (typeof launchMs !== 'number') throw new Error(`no launch time in: ${output}`)
  return launchMs
}
