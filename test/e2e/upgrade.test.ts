import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { JobEvent } from '../../electron/contract/jobs'
import { connect } from '../../electron/database/connection'
import {
  chooseInDialogs,
  endRollbook,
  startRollbook,
  temporaryHome,
  type StartOptions,
} from '../helpers/electron'
import { expectFocus } from '../helpers/focus'
import { RELEASE } from '../helpers/releases'

const PEOPLE = 63

async function start(options: StartOptions = {}) {
  const started = await startRollbook(options)
  onTestFinished(() => endRollbook(started))
  return started
}

/** A file of the first release in a home of its own. */
async function olderFile(): Promise<{ home: string; file: string }> {
  const home = await temporaryHome()
  const file = join(home, 'school.rollbook')
  await copyFile(RELEASE, file)
  return { home, file }
}

async function execute(file: string, sql: string): Promise<void> {
  const connection = connect(file)
  try {
    await connection.query(sql)
  } finally {
    await connection.close()
  }
}

it('an upgrade shows its steps and progress, keeps a copy from before, and says what it changed', async () => {
  const { home, file } = await olderFile()
  // A person who is open twice in one course: with a last day to come, and without one.
  await execute(
    file,
    `INSERT INTO enrollments (user_id, course_id, enrolled_date) SELECT user_id, course_id, '2026-10-01 00:00:00.000 +00:00'
      FROM enrollments WHERE end_date > '2099-01-01'`,
  )
  const { page, api, electron } = await start({ home })
  await page.evaluate(() => {
    const seen = globalThis as { jobs?: unknown[] }
    seen.jobs = []
    rollbook.on('job', (...all: unknown[]) => seen.jobs?.push(all.at(-1)))
  })
  await chooseInDialogs(electron, file)
  await page.getByRole('button', { name: 'Open a file…' }).click()

  const told = page.getByRole('region', { name: /Messages/ }).getByRole('listitem')
  await told.getByText('The school’s file was upgraded for this version').waitFor()
  await told.getByText(/The upgrade closed 1 enrolment/).waitFor()
  const jobs = await page.evaluate(() => (globalThis as { jobs?: unknown[] }).jobs as JobEvent[])
  const phases = jobs.flatMap((job) => (job.state === 'running' ? job.phase : []))
  // Of what is over in no time not every word is sent.
  expect(phases[0]).toBe('upgrading')
  expect(phases.filter((phase) => phase.startsWith('copying-'))).not.toEqual([])
  const school = await api.school.find({})
  expect(existsSync(school?.restorePoint ?? '')).toBe(true)
  expect(await api.backups.list({})).toMatchObject([
    { reason: 'before-upgrade', state: 'sound', pending: 1, counts: { users: PEOPLE } },
  ])
})

it('an upgrade that fails leaves the records as they were, and each of its offers works', async () => {
  const { home, file } = await olderFile()
  const sound = join(`${file}.backups`, 'school-20261101T080000000Z.rollbook')
  await mkdir(join(`${file}.backups`))
  await copyFile(RELEASE, sound)
  // Another program has added a column that the new version brings.
  await execute(file, 'ALTER TABLE users ADD COLUMN external_id TEXT')
  const { page, api, electron } = await start({ home, args: ['--file', file] })

  const failure = page.getByRole('alert')
  await failure.getByText('The school was not opened').waitFor()
  await failure.getByText(/All of its records are as they were/).waitFor()
  await expect(api.school.find({})).rejects.toMatchObject({ code: 'upgrade-failed', params: { file } })

  await electron.evaluate(({ shell }) => {
    const seen = globalThis as { opened?: string[] }
    seen.opened = []
    shell.openPath = async (path) => {
      seen.opened?.push(path)
      return ''
    }
  })
  await failure.getByRole('button', { name: 'Open the log' }).click()
  const log = join(home, 'logs', 'rollbook.log')
  await expect
    .poll(() => electron.evaluate(() => (globalThis as { opened?: string[] }).opened))
    .toEqual([log])
  expect(await readFile(log, 'utf8')).toContain('AppError upgrade-failed')

  const copy = join(home, 'copy.rollbook')
  await chooseInDialogs(electron, copy)
  await failure.getByRole('button', { name: 'Save a copy…' }).click()
  await page.getByText('A copy was saved').first().waitFor()
  expect(existsSync(copy)).toBe(true)

  await failure.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => page.getByRole('button', { name: 'Try again' }).getAttribute('disabled')).toBeNull()
  await failure.getByText('The school was not opened').waitFor()
  await expectFocus(page, 'h1 Welcome to Rollbook')

  await failure.getByRole('button', { name: 'Restore a backup' }).click()
  const rows = page.getByRole('table', { name: 'Backups of this school' }).locator('tbody').getByRole('row')
  await rows.nth(1).getByText('Needs the same upgrade').waitFor()
  expect(await rows.getByText('Needs the same upgrade').count()).toBe(2)
  await rows
    .filter({ hasText: 'By hand' })
    .getByRole('button', { name: /^Restore/ })
    .click()
  await page
    .getByText(/^Restored as of/)
    .first()
    .waitFor()
  await expectFocus(page, 'h1 Home')
  expect(await api.overview.get({})).toMatchObject({ users: { all: PEOPLE } })
  expect((await api.backups.list({})).map(({ reason }) => reason)).toContain('before-restore')
})

it('a newer file is refused as it is, with the version that it needs', async () => {
  const { home, file } = await olderFile()
  await execute(file, `UPDATE revisions SET app_version = '9.8.7'`)
  await execute(file, 'PRAGMA user_version = 99')
  const before = await readFile(file)
  const { page } = await start({ home, args: ['--file', file] })
  await page
    .getByRole('alert')
    .getByText(/saved by Rollbook 9\.8\.7/)
    .waitFor()
  expect(await readFile(file)).toEqual(before)
})
