import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makeProgramCheckout, type Checkout } from './checkout'

// Each starts several processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const isLinux = process.platform === 'linux'
const WITHOUT_DISPLAY = { DISPLAY: '', WAYLAND_DISPLAY: '' }

let checkout: Checkout

beforeAll(async () => {
  checkout = await makeProgramCheckout()
  await checkout.node(['scripts/build.mjs'])
})
afterAll(() => checkout.remove())

it('opens the program on what follows `npm start --` and passes its exit code on', async () => {
  const { code, stdout } = await checkout.node(['scripts/start.mjs', '--smoke', '--seven'])
  const { page, args, name } = JSON.parse(stdout)
  expect({ page, name }).toEqual({ page: 'Here I am!', name: 'Rollbook' })
  expect(args.slice(-3)).toEqual([checkout.folder, '--smoke', '--seven'])
  expect(code).toBe(7)
})

it.runIf(isLinux)(
  'shows what it can without a display, and says how to see the window',
  async () => {
    const { code, stdout, stderr } = await checkout.node(['scripts/start.mjs'], { env: WITHOUT_DISPLAY })
    expect(JSON.parse(stdout).args.at(-1)).toBe('--demo')
    expect(stderr).toMatch(/There is no display/)
    expect(stderr).toMatch(/To see the window/)
    expect(code).toBe(0)
  },
  30_000,
)

it.runIf(isLinux)(
  'leaves nothing running when it is ended by a signal',
  async () => {
    const started = spawn(process.execPath, ['scripts/start.mjs', '--stay'], {
      cwd: checkout.folder,
      env: { ...process.env, ...WITHOUT_DISPLAY },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(started.stdout, 'data')
    const family = descendants(started.pid!)
    expect(family.some(({ command }) => command.includes('Xvfb'))).toBe(true)
    started.kill('SIGTERM')
    await once(started, 'exit')
    const running = () => new Set(processes().map(({ pid }) => pid))
    await expect.poll(() => family.filter(({ pid }) => running().has(pid)), { timeout: 15_000 }).toEqual([])
  },
  30_000,
)

interface Process {
  pid: number
  parent: number
  command: string
}

/** From /proc, since a bare Debian has no `ps`. */
function processes(): Process[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.flatMap((id) => {
    try {
      // `pid (name) state parent ...`, and the name may hold spaces and brackets.
      const [state, parent] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')
      // A zombie has ended; in a container nobody may collect it.
      return state === 'Z' ? [] : [{ pid: Number(id), parent: Number(parent), command }]
    } catch {
      return [] // It ended while we looked.
    }
  })
}

function descendants(ancestor: number): Process[] {
  const all = processes()
  const of = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((each) => [each, ...of(each.pid)])
  return of(ancestor)
}
