import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { FileLockedError, lockFile } from '../../electron/database/lock'
import { temporaryFolder } from '../helpers/school'

const NOW = new Date('2026-11-22T08:00:00.000Z')

it('lets one program write, and tells the second who holds the file since when', async () => {
  const file = join(await temporaryFolder(), 'school.rollbook')
  const lock = await lockFile(file, 'Ana, Rollbook 0.1.0', NOW)
  const second = lockFile(file, 'Boris, Rollbook 0.1.0', NOW)
  await expect(second).rejects.toThrow(FileLockedError)
  await expect(second).rejects.toMatchObject({
    holder: { holder: 'Ana, Rollbook 0.1.0', since: NOW.toISOString() },
  })
  await lock.release()
  await (await lockFile(file, 'Boris, Rollbook 0.1.0', NOW)).release()
})

it('is free again when its holder is killed', async () => {
  const file = join(await temporaryFolder(), 'school.rollbook')
  const holder = await holdInAnotherProcess(file)
  await expect(lockFile(file, 'here', NOW)).rejects.toThrow(FileLockedError)
  const exited = once(holder, 'exit')
  holder.kill('SIGKILL')
  await exited
  await (await lockFile(file, 'here', NOW)).release()
})

it.skipIf(process.platform === 'win32')('lets whoever may write the file hold it', async () => {
  const folder = await temporaryFolder()
  for (const mode of [0o600, 0o660, 0o666]) {
    const file = join(folder, `${mode}.rollbook`)
    await writeFile(file, '')
    await chmod(file, mode)
    await (await lockFile(file, 'here', NOW)).release()
    expect((await stat(`${file}.lock`)).mode & 0o777).toBe(mode)
    await chmod(file, 0o644)
    await (await lockFile(file, 'here', NOW)).release()
    expect((await stat(`${file}.lock`)).mode & 0o777).toBe(0o644)
  }
})

/** What lock.ts does, in plain JavaScript, since a child process has no TypeScript. */
const HOLD = `
  const { Database } = require('sqlite3')
  const connection = new Database(process.argv[1] + '.lock')
  connection.exec('CREATE TABLE IF NOT EXISTS holders (holder TEXT NOT NULL, since TEXT NOT NULL); BEGIN IMMEDIATE', () => {
    console.log('held')
    setInterval(() => {}, 1000)
  })`

async function holdInAnotherProcess(file: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', HOLD, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}
