import { chmod, mkdir, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { makeCheckout, type Checkout } from './checkout'

// Each starts several processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'

let checkout: Checkout

beforeEach(async () => {
  checkout = await makeCheckout()
})
afterEach(() => checkout.remove())

/** The value of an expression over one of the scripts, `it` being the module. */
async function evaluate(module: string, expression: string, env: NodeJS.ProcessEnv = {}) {
  const program = `
    import * as it from './scripts/${module}'
    try { console.log(JSON.stringify(await ${expression} ?? null)) } catch (error) { console.log(JSON.stringify(error.message)) }`
  const { stdout, stderr } = await checkout.node(['--input-type=module', '-e', program], { env })
  return { value: JSON.parse(stdout), stderr }
}

it('takes packages as installed when every one of the lock file is there, in its version', async () => {
  const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'x' } }
  const wanted = { '': {}, ...installed, 'node_modules/b-win32': { version: '1.0.0', optional: true } }
  const lock = (packages: object) => JSON.stringify({ packages })
  const isReady = async () => (await evaluate('setup/dependencies.mjs', 'it.areDependenciesReady()')).value

  await checkout.write('package-lock.json', lock(wanted))
  expect(await isReady()).toBe(false)
  await checkout.write('node_modules/.package-lock.json', lock(installed))
  expect(await isReady()).toBe(false)
  await checkout.write('node_modules/a/package.json', '{}')
  expect(await isReady()).toBe(true)

  await checkout.write(
    'package-lock.json',
    lock({ ...wanted, 'node_modules/a': { version: '1.0.1', integrity: 'y' } }),
  )
  expect(await isReady()).toBe(false)
  await checkout.write('package-lock.json', lock({ '': {} }))
  expect(await isReady()).toBe(false)
  await checkout.write('package-lock.json', lock({ ...wanted, 'node_modules/c': { version: '1.0.0' } }))
  expect(await isReady()).toBe(false)
})

it('completes a lock file that lacks builds for other systems, once', async () => {
  const parent = {
    version: '4.3.5',
    dev: true,
    license: 'MIT',
    optionalDependencies: { 'a-win32-x64-msvc': '4.3.5' },
  }
  await checkout.write(
    'package-lock.json',
    JSON.stringify({ packages: { '': {}, 'node_modules/a': parent } }),
  )
  expect((await checkout.node(['scripts/completeLock.mjs'])).stderr).toMatch(/1 packages/)
  const { value } = await evaluate(
    'places.mjs',
    `(await import('./package-lock.json', { with: { type: 'json' } })).default`,
  )
  const added = { version: '4.3.5', cpu: ['x64'], dev: true, license: 'MIT', optional: true, os: ['win32'] }
  expect(value.packages['node_modules/a-win32-x64-msvc']).toEqual(added)
  expect((await checkout.node(['scripts/completeLock.mjs'])).stderr).toMatch(/: 0 packages/)
})

it('lets one set-up at a time through, and does not wait for one that has died', async () => {
  const critical = `it.withLock('test', async () => {
    const { appendFileSync } = await import('node:fs')
    appendFileSync('trace', 'in ')
    await new Promise((resolve) => setTimeout(resolve, 200))
    appendFileSync('trace', 'out ')
  })`
  // The first dies inside.
  await checkout.node([
    '--input-type=module',
    '-e',
    `
    import * as it from './scripts/process/lock.mjs'
    await it.withLock('test', () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  await Promise.all([1, 2, 3].map(() => evaluate('process/lock.mjs', critical)))
  const { value } = await evaluate('places.mjs', `(await import('node:fs')).readFileSync('trace', 'utf8')`)
  expect(value).toBe('in out in out in out ')
})

it.runIf(isLinux)('installs what Electron lacks as root, and tells anybody else what to type', async () => {
  await fakeProgram('electron/electron', 'exit 0')
  await fakeProgram(
    'bin/ldd',
    '[ -e installed ] && echo "libnss3.so => /lib/libnss3.so" || echo "libnss3.so => not found"',
  )
  await fakeProgram('bin/apt-cache', 'echo libasound2t64')
  await fakeProgram(
    'bin/apt-get',
    'echo "$@" >> log; [ "$1" = update ] && touch updated; [ -e updated ] && touch installed',
  )
  const env = {
    PATH: join(checkout.folder, 'bin') + delimiter + process.env.PATH,
    ELECTRON_OVERRIDE_DIST_PATH: join(checkout.folder, 'electron'),
    DISPLAY: ':1',
  }
  const prepare = await evaluate('setup/linuxPackages.mjs', 'it.prepareLibraries()', env)
  if (!isRoot)
    return expect(prepare.value).toMatch(
      /libnss3\.so\. Type:\n {2}sudo apt-get install -y libgtk-3-0 .*libasound2t64/,
    )
  expect(prepare.stderr).toMatch(/Electron needs libnss3\.so: apt-get install .*libasound2t64/)
  const isReady = async () => (await evaluate('setup/linuxPackages.mjs', 'it.areLibrariesReady()', env)).value
  expect(await isReady()).toBe(false) // The library that ldd tells of is nowhere.
  await fakeProgram('bin/ldd', 'echo "libc.so.6 => /proc/self/exe"')
  await evaluate('setup/linuxPackages.mjs', 'it.prepareLibraries()', env)
  expect(await isReady()).toBe(true)
  await rm(join(checkout.folder, 'node_modules'), { recursive: true })
  expect(await isReady()).toBe(false)
})

it.runIf(isLinux)('wants an X server where there is no display', async () => {
  await fakeProgram('electron/electron', 'exit 0')
  await fakeProgram('bin/ldd', 'true')
  await mkdir(join(checkout.folder, 'bin'), { recursive: true })
  const env = {
    PATH: join(checkout.folder, 'bin'),
    ELECTRON_OVERRIDE_DIST_PATH: join(checkout.folder, 'electron'),
    DISPLAY: '',
    WAYLAND_DISPLAY: '',
  }
  const { value } = await evaluate('setup/linuxPackages.mjs', 'it.prepareLibraries()', env)
  expect(value).toBe('Electron needs Xvfb (there is no display): install what this system calls xvfb xauth')
})

async function fakeProgram(path: string, script: string) {
  await checkout.write(path, `#!/bin/sh\n${script}\n`)
  await chmod(join(checkout.folder, path), 0o755)
}
