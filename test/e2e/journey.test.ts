import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { complaintsOf } from '../helpers/complaints'
import { chooseInDialogs, endRollbook, startRollbook, type StartOptions } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'

const PEOPLE = [
  'First name,Surname,E-mail,Role,Age',
  'Lejla,Hadžić,lejla@school.example,Student,12',
  'Boris,Čović,not an e-mail,Student,13',
  'Đorđe,Petrović,dorde@school.example,Student,14',
  ',Nameless,nameless@school.example,Student,15',
  'Mia,Šarić,mia@school.example,Student,16',
  '',
].join('\r\n')

it('a first day: a school, a person, a file with two bad rows, an enrolment, a search, an undo, and all there the next day', async () => {
  const { page, electron, home, quit } = await start()
  const complaints = complaintsOf(page)
  await chooseInDialogs(electron, join(home, 'Primary'))
  await createSchool(page)

  await goTo(page, 'People')
  await page.getByRole('main').getByRole('button', { name: 'New person' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel('First name').fill('Ana')
  await form.getByLabel('E-mail').fill('Ana@School.example')
  await form.getByLabel('Age').fill('0')
  await form.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Teacher' }).click()
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await form.getByText('Please fill this in.').waitFor()
  expect(await form.getByLabel('Last name').getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => labelOfFocus(page)).toBe('Last name')
  await form.getByLabel('Last name').fill('Alić')
  await form.getByLabel('Age').fill('34')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  await rowOf(page, 'Alić').getByText('ana@school.example').waitFor()
  await rowOf(page, 'Alić').getByText('Alić').dblclick()
  expect(await form.getByRole('combobox', { name: 'Type' }).inputValue()).toBe('Teacher')
  await page.keyboard.press('Escape')
  await form.waitFor({ state: 'detached' })

  await goTo(page, 'Import & export')
  const file = join(home, 'people.csv')
  await writeFile(file, PEOPLE)
  await chooseInDialogs(electron, file)
  await page.getByRole('button', { name: 'Choose a file…' }).click()
  const problems = page.getByRole('tabpanel', { name: /^Problems/ })
  await problems.getByText('not an e-mail').first().waitFor()
  expect(await problems.getByRole('row').count()).toBe(3) // The header and two rows.
  await expectFocus(page, 'h1 Import & export')
  await page.getByRole('button', { name: 'Import 3 rows' }).click()
  await page.getByRole('region', { name: '3 rows imported' }).waitFor()
  await expectFocus(page, 'h1 Import & export')

  await goTo(page, 'Courses')
  await page.getByRole('main').getByRole('button', { name: 'New course' }).first().click()
  await form.getByLabel('Name').fill('Biology')
  await form.getByLabel('First day').fill('2026-09-01')
  await form.getByLabel('Last day').fill('2027-06-18')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  await rowOf(page, 'Biology').getByText('Biology').dblclick()
  await page.getByRole('heading', { name: 'Biology' }).waitFor()
  await page.getByRole('button', { name: 'Enrol people' }).first().click()
  await form.getByLabel('Search people').fill('hadzic')
  await form.getByRole('row').filter({ hasText: 'Hadžić' }).getByRole('checkbox').click()
  await form.getByRole('button', { name: 'Enrol 1 person' }).click()
  await form.waitFor({ state: 'detached' })
  await rowOf(page, 'Hadžić').waitFor()

  await goTo(page, 'People')
  await page.getByRole('main').getByLabel('Search people').fill('dorde petr')
  await page.getByText('1 of 4').waitFor()
  await rowOf(page, 'Petrović').waitFor()

  await page
    .getByRole('banner')
    .getByRole('button', { name: /^Undo: 1 person enrolled/ })
    .click()
  await page
    .getByText(/^Undone/)
    .first()
    .waitFor()
  await goTo(page, 'Enrolments')
  await page.getByText('No enrolments yet').waitFor()

  expect(complaints).toEqual([])
  await quit()
  const next = await start({ home })
  await goTo(next.page, 'People')
  await next.page.getByText('4 in all').waitFor()
  for (const name of ['Alić', 'Hadžić', 'Petrović', 'Šarić']) await rowOf(next.page, name).waitFor()
  await goTo(next.page, 'Courses')
  await rowOf(next.page, 'Biology').waitFor()
  expect(await next.api.enrollments.openList({})).toMatchObject({ total: 0 })
})

it('a class: who is in it, how old they are, who leaves and why, and comes back, by keyboard', async () => {
  const { page, electron, home, api } = await start()
  await chooseInDialogs(electron, join(home, 'Primary'))
  await createSchool(page)
  const userTypeId = 1
  const child = { lastName: 'Hadžić', userTypeId, birthDate: '2014-03-02', externalId: 'S-1' }
  await api.users.create({ ...child, firstName: 'Lejla' })
  await api.users.create({ firstName: 'Mia', lastName: 'Šarić', userTypeId, age: 12 })

  await goTo(page, 'Courses')
  await page.getByRole('heading', { name: 'Courses' }).waitFor()
  await page.keyboard.press('Control+n')
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill('VIII-2')
  await form.getByLabel('First day').fill('2026-09-01')
  await form.getByLabel('Last day').fill('2027-06-18')
  await choose(page, 'Kind', 'Class')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  await rowOf(page, 'VIII-2').getByText('Class', { exact: true }).dblclick()
  await page.getByRole('button', { name: 'Enrol people' }).first().click()
  await form.getByRole('row').filter({ hasText: '2 Mar 2014' }).getByRole('checkbox').click()
  await form.getByLabel('Enrolled on').fill('2026-09-01')
  await form.getByRole('button', { name: 'Enrol 1 person' }).click()
  await form.waitFor({ state: 'detached' })

  await goTo(page, 'People')
  await page.getByText('2 in all').waitFor()
  await page.getByRole('main').getByRole('combobox', { name: 'Class' }).focus()
  await page.keyboard.type('viii')
  await page.getByRole('option', { name: 'VIII-2' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('1 of 2').waitFor()
  await rowOf(page, 'Hadžić').getByText('VIII-2').dblclick()
  expect(await form.getByLabel('Age').getAttribute('readonly')).not.toBeNull()
  await form.getByLabel('Birth date').fill('')
  await form.getByLabel('Age').fill('13')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.waitFor({ state: 'detached' })
  await rowOf(page, 'Hadžić').getByRole('gridcell', { name: '13', exact: true }).waitFor()

  await goTo(page, 'Enrolments')
  await rowOf(page, 'Hadžić').getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await form.getByLabel('Last day').fill('2026-10-30')
  await form.getByLabel('Reason').fill('Moved away')
  await form.getByRole('button', { name: 'Withdraw' }).click()
  await form.waitFor({ state: 'detached' })
  const row = rowOf(page, 'Hadžić')
  await row.getByText('Moved away').waitFor()

  await row.getByText('Withdrawn').dblclick()
  await choose(page, 'Status', 'Enrolled')
  expect(await form.getByLabel('Last day').inputValue()).toBe('')
  expect(await form.getByLabel('Reason').inputValue()).toBe('')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.waitFor({ state: 'detached' })
  await row.getByText('Enrolled', { exact: true }).waitFor()
  const { listId } = await api.enrollments.openList({})
  const { rows } = await api.enrollments.list({ listId, offset: 0, count: 10 })
  expect(rows).toMatchObject([{ status: 'enrolled', endDate: null, endReason: null }])
})

async function start(options: StartOptions = {}) {
  const started = await startRollbook(options)
  onTestFinished(() => endRollbook(started))
  return started
}

async function createSchool(page: Page): Promise<void> {
  await page.getByLabel('Name of the school').fill('Primary school')
  await page.getByRole('button', { name: 'Create the school…' }).click()
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
}

const labelOfFocus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document
    return activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.textContent : null
  })

/** Chooses in a form with keys alone. */
async function choose(page: Page, label: string, value: string): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox', { name: label }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: value, exact: true }).waitFor()
  await page.keyboard.type(value)
  await page.keyboard.press('Enter')
}

const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true }).click()

const rowOf = (page: Page, text: string) =>
  page.getByRole('main').getByRole('row').filter({ hasText: text }).first()
