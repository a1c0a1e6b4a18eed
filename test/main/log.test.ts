import { appendFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FailureLog } from '../../electron/cli/failureLog'
import { LOG_BYTES_MAX, logEvent, logFailure, openLog, readLog } from '../../electron/main/log'
import { temporaryFolder } from '../helpers/school'

const FULL = `${'x'.repeat(LOG_BYTES_MAX)}\n`

describe('the log of the window', () => {
  it('is for its owner alone', async () => {
    const file = join(await temporaryFolder(), 'rollbook.log')
    openLog(file)
    logFailure(new Error('Amina'))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toMatch(/\[error\] +Error\n/)
  })

  it('begins anew when it is full, and the one before it is kept, and none before that', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'rollbook.log'), FULL)
    await writeFile(join(folder, 'rollbook.old.log'), 'long ago')
    openLog(join(folder, 'rollbook.log'))
    logEvent('the first of the new one')
    expect((await readdir(folder)).sort()).toEqual(['rollbook.log', 'rollbook.old.log'])
    expect(await readFile(join(folder, 'rollbook.old.log'), 'utf8')).toBe(FULL)
    expect(await readFile(join(folder, 'rollbook.log'), 'utf8')).toMatch(/the first of the new one\n$/)
  })

  it('is copied from its newest whole line back, as far as an e-mail takes it', async () => {
    const file = join(await temporaryFolder(), 'rollbook.log')
    openLog(file)
    logEvent('began')
    expect(await readLog()).toMatch(/began\n$/)
    await appendFile(file, 'a line\n'.repeat(20_000))
    const copied = await readLog()
    expect(copied.length).toBeLessThanOrEqual(64 * 1024)
    expect(copied.length).toBeGreaterThan(60 * 1024)
    expect(copied).toMatch(/^a line\n[^]*a line\n$/)
  })
})

it('the log of the command line begins anew when it is full, too', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'logs'))
  await writeFile(join(folder, 'logs/command-line.log'), `${FULL}x`)
  const log = new FailureLog(join(folder, 'logs/command-line.log'))
  log.add('list', new Error('Amina'))
  log.add('check', new RangeError('Amina'))
  expect(await log.settle()).toBe(true)
  expect(await readFile(join(folder, 'logs/command-line.old.log'), 'utf8')).toBe(`${FULL}x`)
  const lines = await readFile(log.file, 'utf8')
  expect(lines).toMatch(/ list\nError\n/)
  expect(lines).toMatch(/ check\nRangeError\n/)
})
