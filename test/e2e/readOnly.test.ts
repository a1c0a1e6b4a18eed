import { chmod, copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { upgrade } from '../../electron/database/migrate'
import { allRevisions } from '../../electron/database/revisions'
import { endRollbook, startRollbook, temporaryHome } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'
import { RELEASE } from '../helpers/releases'

it('a file that cannot be written here is opened for reading, says so, and nothing is left beside it', async () => {
  const home = await temporaryHome(true)
  const made = join(home, 'made.rollbook')
  await copyFile(RELEASE, made)
  await upgrade(made, allRevisions(), { appVersion: 'test' })
  const folder = join(home, 'share')
  await mkdir(folder)
  const file = join(folder, 'school.rollbook')
  await copyFile(made, file)
  await chmod(file, 0o444)
  await chmod(folder, 0o555)
  const before = await readFile(file)

  // As somebody who may not write there; root may everywhere.
  const started = await startRollbook({ home, hasSandbox: true, args: ['--file', file] })
  onTestFinished(async () => {
    await chmod(folder, 0o755)
    await endRollbook(started)
  })
  const { page, api } = started
  await page.getByText(/Open for reading only: this file/).waitFor()
  expect(await api.school.find({})).toMatchObject({ isReadOnly: true })
  expect(await api.overview.get({})).toMatchObject({ users: { all: 63 } })
  await expect(api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })).rejects.toMatchObject({
    code: 'read-only',
  })
  for (const undo of await page.getByRole('button', { name: 'Undo' }).all())
    expect(await undo.isDisabled()).toBe(true)
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'People' }).click()
  await page.getByRole('main').getByRole('gridcell').nth(1).dblclick()
  const form = page.getByRole('dialog')
  await expectFocus(page, 'button Close')
  for (const input of await form.locator('input').all()) expect(await input.isDisabled()).toBe(true)
  expect(await form.getByRole('button', { name: 'Save' }).count()).toBe(0)
  expect(await groundOf(form.getByLabel('First name'))).not.toBe(await groundOf(form))
  expect(await readdir(folder)).toEqual(['school.rollbook'])
  expect(await readFile(file)).toEqual(before)
})

function groundOf(element: Locator): Promise<string> {
  return element.evaluate((shown) => getComputedStyle(shown).backgroundColor)
}
