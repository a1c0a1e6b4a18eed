import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { note, trials } from './trials'

const CLI = resolve(import.meta.dirname, '../../out/main/cli.cjs')
const KILLS = trials({ few: 10, many: 30, full: 500 })
const ROWS = 5_000

let folder: string
let school: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-kill-'))
  school = join(folder, 'school.rollbook')
  await cli('create', school)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const environment = () => ({ ...process.env, ROLLBOOK_HOME: join(folder, 'home') })

/** Runs a command of the built program to its end and answers the object it printed. */
async function cli(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args, '--json'], {
    env: environment(),
  })
  return JSON.parse(stdout) as Record<string, unknown>
}

async function countUsers(): Promise<number> {
  const { counts } = (await cli('info', school)) as { counts: { users: number } }
  return counts.users
}

async function writeUsers(round: number): Promise<string> {
  const file = join(folder, `users-${round}.csv`)
  const rows = Array.from(
    { length: ROWS },
    (_, row) => `Ana,Hadžić ${row},user.${round}.${row}@school.example,Student`,
  )
  await writeFile(file, ['first_name,last_name,email,user_type', ...rows, ''].join('\r\n'))
  return file
}

/** Runs an import and kills it after `delay` milliseconds; true if it had said before that it was done. */
async function importAndKill(file: string, delay: number): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [CLI, 'import', file, '--into', school, '--entity', 'users', '--json'],
    {
      env: environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that its parser is killed with it.
      detached: true,
    },
  )
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const closed = once(child, 'close')
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), delay)
  await closed
  clearTimeout(timer)
  return output.includes('"created"')
}

it(`an import killed at any moment is in whole or not at all, ${KILLS} times over`, async () => {
  const first = await writeUsers(0)
  const start = performance.now()
  expect(await importAndKill(first, 60_000)).toBe(true)
  const whole = performance.now() - start

  let acknowledged = 1
  let unacknowledged = 0
  let killed = 0
  for (let round = 1; round <= KILLS; round++) {
    const before = await countUsers()
    const isDone = await importAndKill(await writeUsers(round), (whole * round) / KILLS)
    const after = await countUsers()
    if (isDone) acknowledged++
    else killed++
    // Killed between the commit and the word of it, all of it is in.
    expect([0, ROWS]).toContain(after - before)
    if (isDone) expect(after - before).toBe(ROWS)
    else if (after > before) unacknowledged++
    expect(await cli('check', school)).toMatchObject({ ok: true })
  }
  expect(killed).toBeGreaterThan(KILLS / 4)
  expect(await countUsers()).toBe((acknowledged + unacknowledged) * ROWS)
  await note({
    promise: 'P1',
    what: 'an import killed at any moment is in whole or not at all, and what was said to be in is',
    trials: KILLS,
    failures: 0,
    control: `${killed} killed, ${unacknowledged} of them after the commit`,
  })
}, 3_600_000)
