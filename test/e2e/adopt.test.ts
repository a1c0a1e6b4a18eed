import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { chooseInDialogs, endRollbook, startRollbook } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'
import { SEED_DATABASE, SEED_FOLDER } from '../helpers/seed'

it('a database of the tutorial’s system becomes a school: chosen, adopted, reported, listed', async () => {
  const { page, electron, home } = await start()
  await chooseInDialogs(electron, SEED_DATABASE)
  await page.getByRole('button', { name: 'Choose a database…' }).click()
  const form = page.getByRole('region', { name: 'Adopt a database' })
  await form.getByText('seed.db').waitFor()
  await form.getByRole('button', { name: 'Adopt…' }).click()
  await form.getByText('Please fill this in.').waitFor()
  await form.getByLabel('Name of the school').fill('Adopted school')
  await chooseInDialogs(electron, join(home, 'adopted.rollbook'))
  await form.getByRole('button', { name: 'Adopt…' }).click()

  const report = page.getByRole('region', { name: 'seed.db was adopted' })
  await report.waitFor()
  await expectFocus(page, 'h1 Welcome to Rollbook')
  await report.getByText('2 ages').click()
  await report.getByRole('row', { name: 'Person 2 Age 0 (nothing)' }).waitFor()
  await report.getByRole('row', { name: 'Person 4 Age -3 (nothing)' }).waitFor()
  // What cannot be seen is shown.
  await report.getByText('1 empty name').click()
  await report.getByRole('row', { name: 'Person 5 Last name (empty text) (no name)' }).waitFor()
  await report.getByText('1 text was freed').click()
  await report.getByRole('row', { name: 'Person 5 First name ··Ana·· Ana' }).waitFor()

  await report.getByRole('button', { name: 'Open the school' }).click()
  await expectFocus(page, 'h1 Home')
  await page
    .getByRole('navigation', { name: 'Places' })
    .getByRole('link', { name: 'People', exact: true })
    .click()
  await page.getByText('5 in all').waitFor()
  for (const name of ['Hadžić', 'Čović', 'Petrović', '(no name)'])
    await page.getByRole('main').getByRole('row').filter({ hasText: name }).first().waitFor()
})

it('a folder that is none is refused in words, and a folder of CSV files is taken', async () => {
  const { page, electron, home } = await start()
  await chooseInDialogs(electron, home)
  await page.getByRole('button', { name: 'Choose a folder of CSV files…' }).click()
  const form = page.getByRole('region', { name: 'Adopt a database' })
  await form.getByLabel('Name of the school').fill('Adopted school')
  await chooseInDialogs(electron, join(home, 'adopted.rollbook'))
  await form.getByRole('button', { name: 'Adopt…' }).click()
  await page.getByRole('alert').getByText('user_types.csv is missing').waitFor()
  await form.getByRole('button', { name: 'Cancel' }).click()

  await chooseInDialogs(electron, SEED_FOLDER)
  await page.getByRole('button', { name: 'Choose a folder of CSV files…' }).click()
  await form.getByLabel('Name of the school').fill('Adopted school')
  await chooseInDialogs(electron, join(home, 'adopted.rollbook'))
  await form.getByRole('button', { name: 'Adopt…' }).click()
  await page.getByRole('region', { name: 'csv was adopted' }).waitFor()
})

it('such a database, opened as a school by mistake, is left as it is and can be adopted', async () => {
  const { page, electron, home } = await start()
  const file = join(home, 'mistaken.rollbook')
  await copyFile(SEED_DATABASE, file)
  await chooseInDialogs(electron, file)
  await page.getByRole('button', { name: 'Open a file…' }).click()
  await page.getByRole('alert').getByText('Adopt it, which makes a school').waitFor()
  expect(await readFile(file)).toEqual(await readFile(SEED_DATABASE))
})

async function start() {
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started))
  return started
}
