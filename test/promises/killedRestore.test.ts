import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { backupFolder } from '../../electron/database/backup'
import { describeBackup, listBackups } from '../../electron/services/backups'
import { leaveUnfolded } from '../helpers/leftBehind'
import { note, trials } from './trials'

const CLI = resolve(import.meta.dirname, '../../out/main/cli.cjs')
const KILLS = trials({ few: 8, many: 30, full: 400 })

let folder: string
let school: string
/** Two schools of as many people, told apart by their courses. */
let backups: string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-kill-'))
  school = join(folder, 'school.rollbook')
  backups = ['one', 'other'].map((name) => join(folder, `${name}.rollbook`))
  for (const [index, backup] of backups.entries())
    await cli('create', backup, '--sample', String(4_000 + 1_000 * index))
  await copyFile(backups[0] ?? '', school)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const environment = () => ({ ...process.env, ROLLBOOK_HOME: join(folder, 'home') })

async function cli(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args, '--json'], {
    env: environment(),
  })
  return JSON.parse(stdout) as Record<string, unknown>
}

/** Runs a restore and kills it after `delay` milliseconds; true if it had said before that it was done. */
async function restoreAndKill(backup: string, delay: number): Promise<boolean> {
  const args = [CLI, 'restore', backup, '--to', school, '--json']
  const child = spawn(process.execPath, args, { env: environment(), stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const closed = once(child, 'close')
  const timer = setTimeout(() => child.kill('SIGKILL'), delay)
  await closed
  clearTimeout(timer)
  return output.includes('"replaced"')
}

const usersIn = async (file: string) => (await describeBackup(file)).counts?.users

it(`a restore killed at any moment leaves the old file or the new one, ${KILLS} times over`, async () => {
  const start = performance.now()
  expect(await restoreAndKill(backups[1] ?? '', 60_000)).toBe(true)
  let whole = performance.now() - start

  const seen = { old: 0, new: 0 }
  let killed = 0
  for (let round = 1; round <= KILLS; round++) {
    const backup = backups[round % 2] ?? ''
    // Work that stands in the journal alone: it belongs to the old file, and to no other.
    await leaveUnfolded(school, school, round)
    const old = await usersIn(school)
    const wanted = await usersIn(backup)
    expect(old).not.toBe(wanted)
    const began = performance.now()
    const isDone = await restoreAndKill(backup, whole * (0.3 + (0.7 * round) / KILLS))
    // Other programs may have slowed the first one down.
    if (isDone) whole = Math.min(whole, performance.now() - began)
    const now = await usersIn(school)
    expect([old, wanted]).toContain(now)
    if (isDone) expect(now).toBe(wanted)
    else killed++
    seen[now === old ? 'old' : 'new']++
    expect(await describeBackup(school)).toMatchObject({ state: 'sound' })
    if (now === old) await cli('restore', backup, '--to', school)
    expect(await cli('check', school)).toMatchObject({ ok: true })
  }
  expect(killed).toBeGreaterThan(KILLS / 4)
  expect(seen.old).toBeGreaterThan(0)
  // What killed runs left half copied is gone, and what they kept is whole.
  for (const place of [folder, backupFolder(school)])
    expect((await readdir(place)).filter((name) => name.startsWith('.'))).toEqual([])
  for (const { state } of await listBackups(school)) expect(state).toBe('sound')
  expect((await stat(school)).size).toBeGreaterThan(0)
  await note({
    promise: 'P6',
    what: 'a restore killed at any moment leaves the old file or the new one',
    trials: KILLS,
    failures: 0,
    control: `${seen.old} old, ${seen.new} new`,
  })
}, 3_600_000)
