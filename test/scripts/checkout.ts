import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const PROJECT = resolve(import.meta.dirname, '../..')

interface Ended {
  code: number
  stdout: string
  stderr: string
}

export interface Checkout {
  folder: string
  /** Writes a file of the checkout. */
  write: (path: string, content: string) => Promise<void>
  /** Runs Node with these arguments in the checkout. Its caches are its own unless `env` says otherwise. */
  node: (args: string[], options?: { env?: NodeJS.ProcessEnv; cwd?: string }) => Promise<Ended>
  remove: () => Promise<void>
}

/** A folder with the scripts of this project and nothing else of it. */
export async function makeCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-checkout-'))
  const cache = await mkdtemp(join(tmpdir(), 'rollbook-cache-'))
  await cp(join(PROJECT, 'scripts'), join(folder, 'scripts'), { recursive: true })
  return {
    folder,
    write: async (path, content) => {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    },
    node: (args, { env = {}, cwd = folder } = {}) =>
      new Promise((settle) => {
        const environment: NodeJS.ProcessEnv = { ...process.env, ROLLBOOK_CACHE: cache, ...env }
        delete environment.npm_lifecycle_event // Else the scripts take the folder that npm was called in.
        execFile(process.execPath, args, { cwd, env: environment }, (error, stdout, stderr) =>
          settle({ code: error ? Number(error.code) : 0, stdout, stderr }),
        )
      }),
    remove: async () => {
      for (const each of [folder, cache]) await rm(each, { recursive: true, force: true })
    },
  }
}

/** A checkout with this project's packages and a program of a few lines. */
export async function makeProgramCheckout(): Promise<Checkout> {
  const checkout = await makeCheckout()
  for (const name of ['package.json', 'package-lock.json'])
    await cp(join(PROJECT, name), join(checkout.folder, name))
  await linkPackages(join(PROJECT, 'node_modules'), join(checkout.folder, 'node_modules'))
  for (const [path, content] of Object.entries(PROGRAM)) await checkout.write(path, content)
  return checkout
}

/** One by one: should a set-up under test go wrong and empty the folder, this project keeps its packages. */
async function linkPackages(from: string, to: string) {
  await mkdir(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isFile() || entry.name === '.rollbook') await cp(source, copy, { recursive: true })
    else if (!['.cache', '.vite', '.vite-temp'].includes(entry.name)) await symlink(source, copy, 'junction')
  }
}

const PROGRAM = {
  'electron/main/index.ts': `
    import { app, BrowserWindow } from 'electron'
    import { join } from 'node:path'
    void app.whenReady().then(async () => {
      const window = new BrowserWindow({ webPreferences: { preload: join(__dirname, '../preload/index.cjs') } })
      await window.loadFile(join(__dirname, '../renderer/index.html'))
      const page = await window.webContents.executeJavaScript('document.body.innerText')
      console.log(JSON.stringify({ page, args: process.argv.slice(1), name: app.getName() }))
      if (!process.argv.includes('--stay')) app.exit(process.argv.includes('--seven') ? 7 : 0)
    })`,
  'electron/preload/index.ts': `export {}`,
  'electron/exchange/parser.ts': `export {}`,
  'electron/cli/index.ts': `
    console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), built: 'first' }))
    if (process.argv[2] === 'refuse') process.exitCode = 4`,
  'renderer/index.html':
    '<!doctype html><body>Here I am<script type="module" src="./main.ts"></script></body>',
  'renderer/main.ts': `document.body.append('!')`,
  'electron.vite.config.ts': `
    import { resolve } from 'node:path'
    const output = { format: 'cjs', entryFileNames: '[name].cjs' } as const
    const main = { index: 'electron/main/index.ts', cli: 'electron/cli/index.ts', parser: 'electron/exchange/parser.ts' }
    export default {
      main: { build: { target: 'node18', rolldownOptions: { input: main, output } } },
      preload: { build: { target: 'node18', rolldownOptions: { input: { index: 'electron/preload/index.ts' }, output } } },
      renderer: { root: 'renderer', build: { rolldownOptions: { input: resolve('renderer/index.html') } } },
    }`,
}
