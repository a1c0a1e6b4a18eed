import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endRollbook, startRollbook, type StartedRollbook } from '../helpers/electron'

let started: StartedRollbook

beforeEach(async () => {
  started = await startRollbook()
  // Instead of the person who reads and presses the first button but one.
  await started.electron.evaluate(({ dialog }) => {
    const seen = globalThis as { shown?: string[] }
    seen.shown = []
    const answer = async (...all: unknown[]) => {
      seen.shown?.push((all.at(-1) as { message: string }).message)
      return { response: 1, checkboxChecked: false }
    }
    dialog.showMessageBox = answer
  })
})

afterEach(() => endRollbook(started, { isMeantToFail: true }))

describe('a failure in main that no one foresaw', () => {
  it.each(['thrown', 'rejected'])('is shown and logged without its words when it is %s', async (how) => {
    await started.electron.evaluate((_electron, way) => {
      const error = Object.assign(new Error('Amina Hodžić'), { code: 'EXAMPLE' })
      if (way === 'thrown')
        setImmediate(() => {
          throw error
        })
      else void Promise.reject(error)
    }, how)
    await expect.poll(shown).toEqual(['Something went wrong in Rollbook'])
    const log = readFileSync(join(started.home, 'logs/rollbook.log'), 'utf8')
    expect(log).toContain('Error EXAMPLE')
    expect(log).not.toContain('Amina')
    expect(await started.page.evaluate(() => rollbook.call('school.find', {}))).toEqual({
      ok: true,
      value: null,
    })
  })
})

function shown(): Promise<string[] | undefined> {
  return started.electron.evaluate(() => (globalThis as { shown?: string[] }).shown)
}
