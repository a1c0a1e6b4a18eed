import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { chooseInDialogs, endRollbook, startRollbook, type StartOptions } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'

it('back up, change, restore, and undo the restore', async () => {
  const { page, api } = await start()
  await api.schools.createSample({})
  await goTo(page, 'Backups')
  await page.getByText('No backups yet').waitFor()
  await page.getByRole('button', { name: 'Back up now' }).click()
  const rows = page.getByRole('table', { name: 'Backups of this school' }).locator('tbody').getByRole('row')
  await rows.getByText('By hand').waitFor()
  expect(await rows.getByText('Sound').count()).toBe(1)
  await expectFocus(page, 'button Back up now')

  await api.users.create({ firstName: 'After', lastName: 'The backup', userTypeId: 1 })
  await api.users.update({ userId: 1, firstName: 'Renamed' })
  await rows.getByRole('button', { name: /^Restore the backup of/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Restore this backup?' })
  const people = dialog.getByRole('table').first().getByRole('row', { name: 'People' }).getByRole('cell')
  await people.first().waitFor() // The texts of all are answered at once, of none if need be.
  expect(await people.allTextContents()).toEqual(['800', '801'])
  await expectFocus(page, 'button Restore')
  const preview = dialog.getByRole('region', { name: 'What would change' })
  await preview.getByRole('button', { name: 'Show 1 of People: Go' }).click()
  await preview.getByText('After The backup').waitFor()
  await preview.getByRole('button', { name: 'Show 1 of People: Become as they were' }).click()
  const shown = preview.getByRole('region', { name: 'People: Become as they were' })
  await shown.waitFor() // Until then the records that were shown before stand there.
  const fields = shown.getByRole('listitem').getByRole('table').locator('tbody').getByRole('row')
  expect(await fields.allInnerTexts()).toEqual([expect.stringMatching(/^First name\s+Renamed\s+\S+$/)])
  await dialog.getByRole('button', { name: 'Restore' }).click()

  const told = page.getByRole('region', { name: /Messages/ }).getByRole('listitem')
  await told.getByText(/^Restored as of/).waitFor()
  expect(await api.overview.get({})).toMatchObject({ users: { all: 800 } })
  await expectFocus(page, 'h1 Home')

  await told.getByRole('button', { name: 'Undo the restore' }).click()
  await told.getByText('The restore was undone').waitFor()
  await expectFocus(page, 'h1 Home')
  expect(await api.overview.get({})).toMatchObject({ users: { all: 801 } })
  expect(await api.backups.list({})).toMatchObject([
    { reason: 'before-restore', state: 'sound', counts: { users: 800 } },
    { reason: 'before-restore', state: 'sound', counts: { users: 801 } },
    { reason: 'by-hand', state: 'sound', counts: { users: 800 } },
  ])
  // The file is whole, and written to as before.
  await api.users.create({ firstName: 'After', lastName: 'All', userTypeId: 1 })
})

it('a backup from another place, at the first start and in the place of the open school', async () => {
  const { page, api, electron, home } = await start()
  await api.schools.createSample({})
  const folder = (await api.school.find({}))?.path.concat('.backups') ?? ''
  const { name } = await api.backups.create({})
  const other = join(home, 'other')
  await chooseInDialogs(electron, other)
  const place = await api.files.choose({ purpose: 'create-school', suggestedName: '' })
  await api.schools.create({ name: 'Other school', file: place?.file ?? '' })

  await chooseInDialogs(electron, join(folder, name))
  await goTo(page, 'Backups')
  await page.getByRole('button', { name: 'Restore from another place…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Restore this backup?' })
  await dialog.getByText('800').waitFor()
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await page
    .getByText(/^Restored as of/)
    .first()
    .waitFor()
  expect(await api.school.find({})).toMatchObject({ name: 'Sample school', path: `${other}.rollbook` })
  // A file that is no backup is shown as what it is, and offers nothing.
  await writeFile(join(home, 'notes.rollbook'), 'notes')
  await chooseInDialogs(electron, join(home, 'notes.rollbook'))
  await goTo(page, 'Backups')
  await page.getByRole('button', { name: 'Restore from another place…' }).click()
  await dialog.getByText('This file is no backup of a school.').waitFor()
  expect(await dialog.getByRole('button', { name: 'Restore' }).count()).toBe(0)
})

it('a school that cannot be opened: a copy is saved, its backup restored, and the damaged file kept', async () => {
  const first = await start()
  await first.api.schools.createSample({})
  await first.api.backups.create({})
  const file = (await first.api.school.find({}))?.path ?? ''
  await first.quit()
  await truncate(file, 60_000)

  const { api, electron, home } = await start({ home: first.home })
  await expect(api.school.find({})).rejects.toMatchObject({ code: 'damaged-file' })
  const copy = join(home, 'copy.rollbook')
  await chooseInDialogs(electron, copy)
  const chosen = await api.files.choose({ purpose: 'create-school' })
  expect(await api.backups.saveCopy({ file: chosen?.file ?? '' })).toEqual({ isWhole: false })

  const [backup] = await api.backups.list({})
  const { school, replaced } = await api.backups.restore({ source: { name: backup?.name ?? '' } })
  expect(school.path).toBe(file)
  expect(replaced).toMatchObject({ state: 'damaged' })
  expect(await api.overview.get({})).toMatchObject({ users: { all: 800 } })
})

it('at the first start a backup becomes a school', async () => {
  const { page, api, electron, home } = await start()
  const backup = join(home, 'from-a-stick.rollbook')
  await makeSchool(backup)
  const place = join(home, 'school.rollbook')
  await electron.evaluate(
    ({ dialog }, [chosen, saved]) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen ?? ''] })
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: saved ?? '' })
    },
    [backup, place],
  )
  await page.getByRole('button', { name: 'Restore a backup…' }).click()
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
  expect(await api.school.find({})).toMatchObject({ path: place, name: 'From a stick' })
})

async function makeSchool(path: string): Promise<void> {
  const { createSchoolFile } = await import('../../electron/services/schoolFile')
  await createSchoolFile(path, { name: 'From a stick', language: 'en', userTypes: [] }, 'test')
}

async function start(options: StartOptions = {}) {
  const started = await startRollbook(options)
  onTestFinished(() => endRollbook(started))
  return started
}

async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
  await page.getByRole('heading', { name: place, exact: true }).waitFor()
}
