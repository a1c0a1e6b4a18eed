import { expect, it, onTestFinished } from 'vitest'
import type { Page } from 'playwright-core'
import { endRollbook, startRollbook } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'

it('a list in a small window: filters and a selection, what is found, and where the focus is after each', async () => {
  const { page, api } = await start()
  await api.schools.createSample({})
  await page.getByText('Recent changes').waitFor()
  await expectFocus(page, 'h1 Home')

  await goTo(page, 'People')
  await page.getByRole('main').getByRole('combobox', { name: 'Class' }).click()
  await page.getByRole('option', { name: 'VIII-2' }).click()
  await expectFocus(page, 'input Search people')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Status' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Active', exact: true }).click()
  await expectFocus(page, 'button Filter')
  const chips = page.getByRole('button', { name: /^Remove the filter/ })
  expect(await chips.count()).toBe(2)
  await page.getByRole('main').getByRole('checkbox').nth(1).click()
  await page.getByText('1 selected').waitFor()
  // What hides records stays in sight.
  for (const chip of await chips.all()) expect(await chip.isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Clear selection' }).click()
  await expectFocus(page, 'input Search people')
  await chips.first().click()
  await expectFocus(page, 'input Search people')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expectFocus(page, 'input Search people')
  await page.getByLabel('Search people').fill('zzzzz')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expectFocus(page, 'input Search people')

  await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1, externalId: 'HS-2024/017' })
  await page.getByLabel('Search people').fill('hs-2024')
  await page.getByText('1 of 801').waitFor()
  await page.getByRole('gridcell', { name: 'Kos' }).click()
  await page.keyboard.press('Delete')
  await expectFocus(page, 'button Delete')
  await page.keyboard.press('Enter')
  await page.getByText('0 of 800').waitFor()
  await expectFocus(page, /^div Last name/)

  await goTo(page, 'Courses')
  await page.getByRole('gridcell', { name: 'Biology 1' }).click()
  await page.keyboard.press('Enter')
  await expectFocus(page, 'h1 Biology 1')
  const rows = page.getByRole('main').getByRole('row')
  for (const [method, ended] of [
    ['Withdraw', 'Withdrawn'],
    ['Complete', 'Completed'],
  ] as const) {
    const open = rows.filter({ hasText: 'Enrolled' }).nth(1)
    const place = await open.getAttribute('aria-rowindex')
    await open.getByRole('checkbox').click()
    await page.getByRole('button', { name: method }).click()
    await page.getByRole('dialog').getByRole('button', { name: method }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expectFocus(page, 'input Search this course')
    // The list is read anew only after the form has closed.
    await page.locator(`[role=row][aria-rowindex="${place}"]`).getByText(ended).waitFor()
  }

  await page.getByRole('button', { name: 'Enrol people' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox').nth(1).click()
  await dialog.getByLabel('Enrolled on').fill('')
  await dialog.getByRole('button', { name: 'Enrol 1 person' }).click()
  await dialog.getByText('Please fill this in.').waitFor()
  expect(await dialog.getByLabel('Enrolled on').getAttribute('aria-invalid')).toBe('true')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expectFocus(page, 'button Enrol people')

  await goTo(page, 'Enrolments')
  await page.getByRole('main').getByRole('gridcell').nth(1).click()
  await page.keyboard.press('End')
  await page.getByRole('columnheader', { name: 'External ID' }).waitFor()
})

it('messages cover nothing of a form or a question, and a click counts however slow it is', async () => {
  const { page, api } = await start()
  await expectFocus(page, /^input Name of the school/)
  await page.getByRole('button', { name: 'Create the school…' }).click({ delay: 90 })
  await page.getByText('Please fill this in.').waitFor()
  await expectFocus(page, /^input Name of the school/)

  await api.schools.createSample({})
  await goTo(page, 'Backups')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.getByRole('button', { name: /^Restore the backup of/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  // This one stays for half a minute.
  await page.getByRole('button', { name: 'Undo the restore' }).waitFor()
  const dialog = page.getByRole('dialog')
  await goTo(page, 'People')
  await page.getByRole('button', { name: 'New person' }).click()
  await expectFocus(page, /^input First name/)
  expect(await coveredBy(page)).toEqual([])
  // Leaving an empty input says nothing yet: a message there would move the button away from under the pointer.
  await dialog
    .getByRole('button', { name: 'Add', exact: true })
    .click({ delay: 90, position: { x: 8, y: 4 } })
  await expect.poll(() => dialog.getByText('Please fill this in.').count()).toBe(3)
  expect(await coveredBy(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('main').getByRole('checkbox').nth(1).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByText(/Delete 1 person/).waitFor()
  expect(await coveredBy(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await goTo(page, 'Courses')
  await page.getByRole('button', { name: 'New course' }).click()
  await dialog.getByLabel('Description').waitFor()
  expect(await coveredBy(page)).toEqual([])
})

/** What can be used in the open dialog and lies under a message. Of every question there are messages to hide it. */
function coveredBy(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const messages = [...document.querySelectorAll('[role=region] ol > li')]
    if (messages.length === 0) return ['there is no message']
    const boxes = messages.map((message) => message.getBoundingClientRect())
    const isCovered = ({ left, top, right, bottom }: DOMRect) =>
      boxes.some((box) => left < box.right && box.left < right && top < box.bottom && box.top < bottom)
    return [...document.querySelectorAll('[role=dialog] :is(button, input, textarea)')].flatMap((control) =>
      isCovered(control.getBoundingClientRect()) ? control.outerHTML : [],
    )
  })
}

/** In the smallest window that the place of messages is made for. */
async function start() {
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started))
  await started.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setContentSize(1024, 640),
  )
  return started
}

const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true }).click()
