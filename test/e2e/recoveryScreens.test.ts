// Every way in which a school's file cannot be opened, or be used any more: its screen, its words, and what it offers, each
// pressed (docs/when-a-file-does-not-open.md).
import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockFile } from '../../electron/database/lock'
import { SideConnection } from '../../electron/database/scratch'
import { barriers } from '../helpers/barriers'
import {
  chooseInDialogs,
  endRollbook,
  startRollbook,
  temporaryHome,
  type StartedRollbook,
} from '../helpers/electron'
import { RELEASE } from '../helpers/releases'
import { createSampleSchool } from '../helpers/school'

/** A folder to look at pictures of the screens in. */
const PICTURES = process.env.ROLLBOOK_PICTURES

const LOG = ['Open the log', 'Copy the log']

describe('a file that does not open', () => {
  it('is damaged', async () => {
    const { started, file, alert, sound } = await startOn(async (path, bytes) => {
      // A way of being written that there is not.
      bytes[18] = 7
      await writeFile(path, bytes)
    })
    await see(started, alert, {
      name: 'damaged',
      words: /The file is damaged\. .+ salvage what can still be read/,
      offers: [
        'Try again',
        'Open for reading only',
        'Restore a backup',
        'Save a copy…',
        ...LOG,
        'Salvage into a new file…',
      ],
    })
    await press(alert, 'Open for reading only')
    await alert.getByText('The file is damaged').waitFor()
    await press(alert, 'Restore a backup')
    await alert.getByText('There are no backups of this file.').waitFor()
    await chooseInDialogs(started.electron, join(started.home, 'copy.rollbook'))
    await press(alert, 'Save a copy…')
    await started.page.getByText('A copy was saved', { exact: true }).waitFor()
    await press(alert, 'Copy the log')
    await started.page.getByText('The log was copied', { exact: true }).waitFor()
    await writeFile(file, sound)
    await tryAgain(started, alert)
  })

  it('is cut short, and restored', async () => {
    const { started, alert } = await startOn(async (path, bytes) => {
      await mkdir(`${path}.backups`)
      await writeFile(join(`${path}.backups`, 'school-20260901T080000000Z.rollbook'), bytes)
      await writeFile(path, bytes)
      await truncate(path, 40_960)
    })
    await alert.getByText('The file is damaged').waitFor()
    await chooseInDialogs(started.electron, join(started.home, 'copy.rollbook'))
    await press(alert, 'Save a copy…')
    await started.page
      .getByText('The file is damaged, so its bytes were saved as they are', { exact: true })
      .waitFor()
    await press(alert, 'Restore a backup')
    await see(started, alert, { name: 'restorable', words: /The file is damaged/ })
    await alert.getByRole('button', { name: /^Restore the backup of/ }).click()
    await alert.waitFor({ state: 'detached' })
    expect(await started.api.overview.get({})).toMatchObject({ users: { all: 300 } })
  })

  it('is no school', async () => {
    const { started, file, alert, sound } = await startOn((path) => writeFile(path, 'Name;Class\nAna;1a\n'))
    await see(started, alert, {
      name: 'foreign',
      words: /The file is not a school made by Rollbook\. It was left exactly as it is\./,
      offers: [],
    })
    await writeFile(file, sound)
    await chooseInDialogs(started.electron, file)
    await started.page.getByRole('button', { name: 'Open a file…' }).click()
    await alert.waitFor({ state: 'detached' })
  })

  it('is of a newer Rollbook', async () => {
    const { started, file, alert, sound } = await startOn(async (path, bytes) => {
      bytes.writeInt32BE(99, 60)
      await writeFile(path, bytes)
    })
    await see(started, alert, {
      name: 'newer',
      words: /Install that version or a newer one|Install the newest Rollbook/,
      offers: ['Try again', 'Restore a backup', 'Save a copy…'],
    })
    await press(alert, 'Restore a backup')
    await alert.getByText('There are no backups of this file.').waitFor()
    await chooseInDialogs(started.electron, join(started.home, 'copy.rollbook'))
    await press(alert, 'Save a copy…')
    await started.page.getByText('A copy was saved', { exact: true }).waitFor()
    await writeFile(file, sound)
    await tryAgain(started, alert)
  })

  it('is held by another program, and can be read', async () => {
    let lock: { release: () => Promise<void> } | undefined
    const { started, alert } = await startOn(async (path, bytes) => {
      await writeFile(path, bytes)
      lock = await lockFile(path, 'ana, Rollbook 1.0.0', new Date('2026-11-23T08:00:00Z'))
    })
    const { page, api } = started
    await see(started, alert, {
      name: 'locked',
      words: /Another window or computer has this school open\..+Held by ana, Rollbook 1\.0\.0 since 23/s,
      offers: ['Try again', 'Open for reading only'],
    })
    await press(alert, 'Open for reading only')
    const banner = page.getByRole('status').filter({ hasText: 'Open for reading only, as you asked' })
    await banner.waitFor()
    expect(await api.school.find({})).toMatchObject({ isReadOnly: true })
    await see(started, banner, { name: 'reading', words: /as you asked/ })
    await lock?.release()
    await press(banner, 'Open for changing')
    await banner.waitFor({ state: 'detached' })
    expect(await api.school.find({})).toMatchObject({ isReadOnly: false })
  })

  it('would have to be upgraded, where it may only be read', async () => {
    const { started, alert, home } = await startOn(
      async (path) => {
        await copyFile(RELEASE, path)
        await chmod(path, 0o444)
        await chmod(resolve(path, '..'), 0o555)
      },
      { isForNobody: true },
    )
    await see(started, alert, {
      name: 'read-only',
      words: /Opening this file means writing to it.+open the copy\./s,
      offers: ['Try again', 'Save a copy…'],
    })
    await press(alert, 'Try again')
    await alert.getByText('Opening this file means').waitFor()
    await chooseInDialogs(started.electron, join(home, 'copy.rollbook'))
    await press(alert, 'Save a copy…')
    await started.page.getByRole('button', { name: 'Open the copy' }).click()
    await started.page.getByText('Recent changes').waitFor()
    expect(await started.api.school.find({})).toMatchObject({ path: join(home, 'copy.rollbook') })
  })

  it('may not be read here, which is no damage', async () => {
    const { started, file, alert } = await startOn(
      async (path, bytes) => {
        await writeFile(path, bytes)
        await chmod(path, 0o000)
      },
      { isForNobody: true },
    )
    await see(started, alert, {
      name: 'unreadable',
      words: /The file could not be read\. That is no damage of its records/,
      offers: ['Try again', ...LOG],
    })
    await chmod(file, 0o600)
    await tryAgain(started, alert)
  })

  it('is not where it was at the last launch, and is asked for by name', async () => {
    const first = await startOn(writeFile)
    await first.started.page.getByRole('navigation', { name: 'Places' }).waitFor()
    await first.started.quit()
    await rename(first.file, `${first.file}.elsewhere`)
    const started = await startRollbook({ home: first.home })
    onTestFinished(() => endRollbook(started))
    const alert = alertOf(started.page)
    await see(started, alert, {
      name: 'missing',
      words: /The file is no longer where it was\..+school\.rollbook/s,
      offers: ['Try again', 'Restore a backup'],
    })
    await press(alert, 'Restore a backup')
    await alert.getByText('There are no backups of this file.').waitFor()
    await rename(`${first.file}.elsewhere`, first.file)
    await tryAgain(started, alert)
  })
})

describe('a file that was open', () => {
  it('is gone: nothing is lost, and all goes on once it is back', async () => {
    const { started, file, alert, home } = await startOn(writeFile)
    const { page, api, electron } = started
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
    await api.school.update({ name: 'Saved' })
    await rename(file, `${file}.elsewhere`)
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('focus'))
    await see(started, alert, {
      name: 'gone',
      title: 'Rollbook stopped using this school’s file',
      words: /The file is no longer where it was: it was moved.+save a copy before you close Rollbook/s,
      offers: ['Try again', 'Restore a backup', 'Save a copy…'],
    })
    await press(alert, 'Restore a backup')
    await alert.getByText('When its file was gone').waitFor()
    await press(alert, 'Try again')
    await alert.getByText('The file is no longer where it was').waitFor()
    await chooseInDialogs(electron, join(home, 'copy.rollbook'))
    await press(alert, 'Save a copy…')
    await page.getByText('A copy was saved', { exact: true }).waitFor()
    await rename(`${file}.elsewhere`, file)
    await tryAgain(started, alert)
    expect(await api.school.find({})).toMatchObject({ path: file, name: 'Saved' })
    await api.schools.open({ file: (await chosen(started)).file })
    expect(await api.school.find({})).toMatchObject({ path: join(home, 'copy.rollbook'), name: 'Saved' })
  })

  it('turns out damaged: no more is written to it, and the rest can be read', async () => {
    const { started, alert } = await startOn(async (path, bytes) => {
      await writeFile(path, bytes)
      const [page] = await SideConnection.readImmutable(path, (side) =>
        side.query<{ at: number }>(
          "SELECT pgoffset AS at FROM dbstat WHERE name = 'users' AND pagetype = 'leaf' LIMIT 1 OFFSET 1",
        ),
      )
      bytes.fill(0xff, page?.at ?? 0, (page?.at ?? 0) + 4_096)
      await writeFile(path, bytes)
    })
    const { page, api } = started
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'People' }).click()
    await see(started, alert, {
      name: 'damaged-in-use',
      title: 'Rollbook stopped using this school’s file',
      words: /The file is damaged: a part of it cannot be read\. Rollbook writes nothing more to it\./,
      offers: [
        'Try again',
        'Open for reading only',
        'Restore a backup',
        'Save a copy…',
        ...LOG,
        'Salvage into a new file…',
      ],
    })
    await press(alert, 'Open for reading only')
    await page.getByText('Open for reading only, as you asked').waitFor()
    expect(await api.school.find({})).toMatchObject({ isReadOnly: true })
  })

  it('was not closed: it is looked through, and that is said in passing', async () => {
    const { started } = await startOn(async (path) => {
      const { path: open, api } = await createSampleSchool(300)
      await api.school.update({ name: 'Cut short' })
      for (const end of ['', '-wal']) await copyFile(open + end, path + end)
    })
    const told = started.page.getByText('Rollbook did not end properly last time', { exact: true })
    await told.waitFor()
    await see(started, started.page.getByText('Your school was checked: all is well.', { exact: true }), {
      name: 'unclosed',
      words: /all is well/,
    })
  })

  it('is in a folder that another program synchronises: that is said until it is known', async () => {
    const { started } = await startOn(writeFile, { folder: 'Dropbox' })
    const { page } = started
    const alert = page.getByRole('status').filter({ hasText: 'synchronises' })
    await see(started, alert, {
      name: 'synced',
      title: 'This school’s file is in a folder that Dropbox synchronises',
      words: /Keep the file in a folder that is not synchronised/,
      offers: ['I know', 'Set up backups'],
    })
    await press(alert, 'I know')
    await alert.waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('Recent changes').waitFor()
    expect(await started.api.schools.findSyncWarning({})).toBeNull()
    expect(await alert.count()).toBe(0)
  })
})

/** Starts the program on a file that `make` makes of the bytes of a sound one, which may be altered. */
async function startOn(
  make: (path: string, bytes: Buffer) => Promise<void>,
  { isForNobody = false, folder = 'School' } = {},
) {
  const { school, path } = await createSampleSchool(300)
  await school.close()
  const sound = await readFile(path)
  const home = await temporaryHome(isForNobody)
  const file = join(home, folder, 'school.rollbook')
  await mkdir(join(home, folder))
  if (isForNobody && process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', home])
  await make(file, Buffer.from(sound))
  if (isForNobody && process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', home])
  const started = await startRollbook({ home, hasSandbox: isForNobody, args: ['--file', file] })
  onTestFinished(async () => {
    await started.quit().catch(() => undefined)
    // Or it could not be removed.
    await chmod(join(home, folder), 0o700).catch(() => undefined)
    await endRollbook(started)
  })
  return { started, home, file, sound, alert: alertOf(started.page) }
}

interface Seen {
  name: string
  title?: string
  words: RegExp
  offers?: string[]
}

/** Reads a screen, and has it looked at in light and dark. */
async function see({ page }: StartedRollbook, place: Locator, { name, title, words, offers }: Seen) {
  await place.waitFor()
  const said = await place.innerText()
  if (title !== undefined) expect(said.split('\n')[0]).toBe(title)
  expect(said).toMatch(words)
  if (offers) expect(await offersOf(place)).toEqual(offers)
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    expect(await barriers(page)).toEqual([])
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${theme}.png`) })
  }
}

/** But for what is said to those who cannot see a message. */
const alertOf = (page: Page) => page.locator('[role=alert]:not([aria-hidden])')

const press = (place: Locator, offer: string) => place.getByRole('button', { name: offer }).click()

async function offersOf(place: Locator): Promise<string[]> {
  const offers = await place.getByRole('button').or(place.getByRole('link')).allInnerTexts()
  return offers.map((offer) => offer.trim())
}

/** Now the file is as it should be. */
async function tryAgain({ page, api }: StartedRollbook, alert: Locator): Promise<void> {
  await press(alert, 'Try again')
  await page.getByText('Recent changes').waitFor()
  expect(await api.school.find({})).toMatchObject({ isReadOnly: false })
}

/** The file that the system's dialog is answered with. */
async function chosen({ api }: StartedRollbook) {
  const file = await api.files.choose({ purpose: 'open-school' })
  if (!file) throw new Error('nothing was chosen')
  return file
}
