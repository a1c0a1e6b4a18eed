import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { chooseInDialogs, endRollbook, startRollbook } from '../helpers/electron'

it('backups are made by themselves, on another disk too, and it is told when that is not there', async () => {
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started))
  const { page, api, electron, home } = started
  await api.schools.createSample({})
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await page.getByRole('link', { name: 'Backups', exact: true }).click()
  await page.getByText('None yet: the first is made within minutes.').waitFor()

  const stick = join(home, 'stick')
  await mkdir(stick)
  await chooseInDialogs(electron, stick)
  await page.getByRole('button', { name: 'Choose a folder…' }).click()
  await page.getByText(/^The last one was written there on/).waitFor()
  await page.getByText(/^The newest is of/).waitFor()
  // No other disk can be had in a test's own home.
  await page.getByText(/^This folder is on the same disk as the school/).waitFor()
  await page.getByRole('table').getByRole('cell', { name: 'By itself' }).waitFor()

  await rm(stick, { recursive: true })
  await page.getByRole('button', { name: 'Try now' }).click()
  await page.getByText(/^The folder is not there/).waitFor()
  expect(await api.backups.automatic({})).toMatchObject({ failure: null, isOverdue: false })

  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Choose a folder…' }).waitFor()
  expect(await api.backups.automatic({})).toMatchObject({ second: null })
})

it('at Home it is told that none can be made', async () => {
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started))
  const { page, api, home } = started
  const { path } = await api.schools.createSample({})
  expect(path.startsWith(home)).toBe(true)
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  // A file in the place of the folder: no backup can be written, by whoever runs this.
  await writeFile(`${path}.backups`, '')
  expect(await api.backups.runAutomatic({})).toMatchObject({ isOverdue: true })
  await page.getByText('Backups are overdue').waitFor()
  await page.getByRole('link', { name: 'Show backups' }).click()
  await page.getByRole('heading', { name: 'Backups' }).waitFor()
})
