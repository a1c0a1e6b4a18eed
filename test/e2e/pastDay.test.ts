import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { barriers } from '../helpers/barriers'
import { complaintsOf } from '../helpers/complaints'
import { chooseInDialogs, endRollbook, startRollbook, temporaryHome } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'
import { dateHistory, dateSchool } from '../helpers/pastDays'
import { createTestSchool } from '../helpers/school'

it('shows the school as it was on a day, in which nothing can be changed, and comes back', async () => {
  const { page, api, home } = await start()
  await page.getByRole('button', { name: 'The school on a day…' }).click()
  const dialog = page.getByRole('dialog', { name: 'The school on a day' })
  await dialog.getByText('goes back to 1 Sept 2025').waitFor()
  await dialog.getByRole('button', { name: 'Show' }).click()
  await dialog.getByText('Enter a whole date').waitFor()
  await dialog.getByLabel('Day').fill('2025-08-31')
  await dialog.getByRole('button', { name: 'Show' }).click()
  await dialog
    .getByRole('alert')
    .getByText('goes back to 1 Sept 2025, so what it was on 31 Aug 2025')
    .waitFor()
  await dialog.getByLabel('Day').fill('2025-09-30')
  await dialog.getByRole('button', { name: 'Show' }).click()

  const banner = page.getByRole('region', { name: 'The school on a day' })
  await banner.getByText('Test school as it was on 30 Sept 2025. Nothing can be changed here.').waitFor()
  await expectFocus(page, 'h1 Home')
  expect(await api.school.find({})).toMatchObject({ asOf: '2025-09-30', isReadOnly: true })
  expect(await api.overview.get({})).toMatchObject({ users: { all: 3 }, courses: { running: 3 } })
  await expect(api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 })).rejects.toMatchObject({
    code: 'read-only',
  })
  await goTo(page, 'People')
  expect(await cellsOf(page, 'lastName')).toEqual(['Alić', 'Begić', 'Cvijić'])
  expect(await cellsOf(page, 'className')).toEqual(['VIII-1', 'VIII-1', ''])
  expect(await page.getByRole('button', { name: 'New person' }).isDisabled()).toBe(true)
  await page.getByRole('gridcell', { name: 'Alić' }).click()
  await page.keyboard.press('Enter')
  // As old as then.
  expect(await page.getByRole('dialog').getByLabel('Age').inputValue()).toBe('13')
  await page.keyboard.press('Escape')
  // The file of the school is backed up, and not what is looked at.
  await api.backups.runAutomatic({})
  expect(await api.backups.list({})).toMatchObject([{ counts: { users: 4 } }])

  await banner.getByLabel('Another day').fill('2025-09-01')
  await banner.getByRole('button', { name: 'Show' }).click()
  await banner.getByText('as it was on 1 Sept 2025').waitFor()
  expect(await api.overview.get({})).toMatchObject({ users: { all: 2 } })
  expect(await scratchIn(home)).toHaveLength(1)

  await banner.getByRole('button', { name: 'Back to today' }).click()
  await banner.waitFor({ state: 'detached' })
  await expectFocus(page, 'h1 Home')
  expect(await api.school.find({})).toMatchObject({ asOf: null, isReadOnly: false })
  await api.users.create({ firstName: 'After', lastName: 'All', userTypeId: 1 })
  expect(await scratchIn(home)).toEqual([])
})

it('another school is opened, and the program quits, from a day', async () => {
  const { page, api, home, electron, quit } = await start()
  await goToDay(page, '2025-09-30')
  await chooseInDialogs(electron, join(home, 'other'))
  const place = await api.files.choose({ purpose: 'create-school', suggestedName: '' })
  await api.schools.create({ name: 'Other school', file: place?.file ?? '' })
  await page.getByRole('banner').getByText('Other school').waitFor()
  expect(await api.school.find({})).toMatchObject({ name: 'Other school', asOf: null })
  expect(await scratchIn(home)).toEqual([])
  // Neither is what was looked at among the schools opened lately.
  expect((await api.schools.recent({})).map(({ path }) => path)).toEqual([
    join(home, 'other.rollbook'),
    join(home, 'school.rollbook'),
  ])
  const [, first] = await api.schools.recent({})
  await api.schools.open({ file: first?.file ?? '' })
  await goToDay(page, '2025-09-01')
  await quit()
  expect(await scratchIn(home)).toEqual([])
})

it('compares two days, prints the tables alone, and saves them', async () => {
  const { page, api, home, electron } = await start()
  await page.getByRole('button', { name: 'The school on a day…' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Compare two days…' }).click()
  await page.getByLabel('First day').fill('2025-09-01')
  await page.getByLabel('Second day').fill('2025-10-31')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await page.getByText('1 Sept 2025 compared with 31 Oct 2025').waitFor()
  expect(await rowsOf(page, 'Came: 1')).toEqual(['Dedić Dino  VIII-2'])
  expect(await rowsOf(page, 'Left: 1')).toEqual(['Begić Berin  VIII-1'])
  expect(await rowsOf(page, 'Changed class: 1')).toEqual(['Alić Ana 29 Feb 2012 VIII-1 VIII-2'])

  // The system's own dialog would wait for somebody.
  await page.evaluate(() => (window.print = () => (document.title = 'printed')))
  await page.getByRole('button', { name: 'Print' }).click()
  await page.waitForFunction(() => document.title === 'printed')
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('table').count()).toBe(3)
  await page.getByRole('main').getByText('Test school').waitFor()
  expect(
    await page.getByRole('navigation').or(page.getByRole('button')).or(page.getByRole('textbox')).count(),
  ).toBe(0)
  await page.emulateMedia({ media: null })

  await chooseInDialogs(electron, join(home, 'compared.csv'))
  await page.getByRole('button', { name: 'Save as CSV…' }).click()
  await page.getByText('3 rows saved: compared.csv', { exact: true }).waitFor()
  expect((await readFile(join(home, 'compared.csv'), 'utf8')).split('\r\n').slice(1, 3)).toEqual([
    'came,4,Dedić,Dino,,,VIII-2',
    'changed-class,1,Alić,Ana,2012-02-29,VIII-1,VIII-2',
  ])
  expect(await scratchIn(home)).toHaveLength(1)
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Home' }).click()
  await expect.poll(() => scratchIn(home)).toEqual([])
  expect(await api.school.find({})).toMatchObject({ asOf: null })
})

it('compares the same two days anew, with each person once, however quickly more are asked for', async () => {
  const { page, api, home } = await start({ latecomers: 202 })
  await page.getByRole('button', { name: 'The school on a day…' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Compare two days…' }).click()
  await page.getByLabel('First day').fill('2025-10-31')
  await page.getByLabel('Second day').fill((await api.days.reach({})).today)
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  expect(await rowsOf(page, 'Came: 203')).toHaveLength(200)
  await page.getByRole('button', { name: 'Show 3 more' }).evaluate((more: HTMLElement) => {
    more.click()
    more.click()
  })
  await page.getByRole('button', { name: /^Show \d+ more/ }).waitFor({ state: 'detached' })
  const rows = await rowsOf(page, 'Came: 203')
  expect(rows).toHaveLength(203)
  expect(new Set(rows).size).toBe(203)

  await api.users.create({ firstName: 'Abe', lastName: 'Abel', userTypeId: 1 })
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  expect((await rowsOf(page, 'Came: 204'))[0]).toBe('Abel Abe  ')
  expect(await scratchIn(home)).toHaveLength(1)
})

it.each(['light', 'dark'] as const)('has no barrier in %s', async (theme) => {
  const { page, api } = await start()
  const complaints = complaintsOf(page)
  await api.preferences.set({ theme })
  await page.reload()
  await page.getByRole('button', { name: 'The school on a day…' }).click()
  const dialog = page.getByRole('dialog', { name: 'The school on a day' })
  await dialog.getByLabel('Day').fill('2025-08-31')
  await dialog.getByRole('button', { name: 'Show' }).click()
  await dialog.getByRole('alert').waitFor()
  expect(await barriers(page)).toEqual([])

  await dialog.getByLabel('Day').fill('2025-09-30')
  await dialog.getByRole('button', { name: 'Show' }).click()
  const banner = page.getByRole('region', { name: 'The school on a day' })
  await banner.getByText('30 Sept 2025').waitFor()
  await banner.getByLabel('Another day').fill('2025-08-31')
  await banner.getByRole('button', { name: 'Show' }).click()
  await banner.getByText('goes back to 1 Sept 2025').waitFor()
  expect(await barriers(page)).toEqual([])

  await banner.getByRole('button', { name: 'Back to today' }).click()
  await page.getByRole('button', { name: 'The school on a day…' }).click()
  await dialog.getByRole('link', { name: 'Compare two days…' }).click()
  await page.getByLabel('First day').fill('2025-09-01')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await page.getByRole('table').last().waitFor()
  expect(await barriers(page)).toEqual([])
  expect(complaints).toEqual([])
})

/** `latecomers` come today. */
async function start({ latecomers = 0 } = {}) {
  const home = await temporaryHome()
  const file = join(home, 'school.rollbook')
  await copyFile(await schoolOfAYear(latecomers), file)
  const started = await startRollbook({ home, args: ['--file', file] })
  onTestFinished(() => endRollbook(started))
  await started.page.getByRole('heading', { name: 'Home' }).waitFor()
  return started
}

/** Ana and Berin are in VIII-1 on 1 September. On 15 September Cana comes; in October Ana moves to VIII-2, Dino comes into
 *  it, Berin leaves and Cana is deleted; two more people come later. */
async function schoolOfAYear(latecomers: number): Promise<string> {
  const { api, school, path } = await createTestSchool()
  const { database } = school
  const enroll = (courseId: number, ids: number[]) =>
    api.enrollments.enrollStudents({ courseId, selection: { ids }, enrolledDate: '2025-09-01' })
  const add = (firstName: string, lastName: string, birthDate: string | null = null) =>
    api.users.create({ firstName, lastName, birthDate, userTypeId: 1 })
  await dateSchool(database, '2025-09-01')
  await add('Ana', 'Alić', '2012-02-29')
  await add('Berin', 'Begić')
  for (const name of ['VIII-1', 'VIII-2'])
    await api.courses.create({ name, startDate: '2025-09-01', endDate: '2026-06-19', classType: 'homeroom' })
  await api.courses.create({ name: 'Art', startDate: '2025-09-01', endDate: '2026-06-19' })
  await enroll(1, [1, 2])
  let last = await dateHistory(database, 0, '2025-09-01')
  await add('Cana', 'Cvijić')
  last = await dateHistory(database, last, '2025-09-15')
  await api.enrollments.withdraw({ selection: { ids: [1] }, endDate: '2025-10-10' })
  await add('Dino', 'Dedić')
  await enroll(2, [1, 4])
  await api.users.setActive({ selection: { ids: [2] }, isActive: false })
  await api.users.remove({ selection: { ids: [3] } })
  last = await dateHistory(database, last, '2025-10-10')
  await add('Ema', 'Ilić')
  await dateHistory(database, last, '2025-11-20')
  for (let number = 1; number <= latecomers; number++) await add(`Person ${number}`, 'Kos')
  await school.close()
  return path
}

async function goToDay(page: Page, day: string): Promise<void> {
  await page.getByRole('button', { name: 'The school on a day…' }).click()
  await page.getByRole('dialog').getByLabel('Day').fill(day)
  await page.getByRole('dialog').getByRole('button', { name: 'Show' }).click()
  await page.getByRole('region', { name: 'The school on a day' }).waitFor()
}

const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true }).click()

async function cellsOf(page: Page, column: string): Promise<string[]> {
  const cells = page.getByRole('main').locator(`[role=gridcell][col-id=${column}]`)
  await cells.first().waitFor()
  return cells.allTextContents()
}

async function rowsOf(page: Page, title: string): Promise<string[]> {
  const rows = page.getByRole('table', { name: title }).locator('tbody').getByRole('row')
  await rows.first().waitFor()
  const texts = await rows.all()
  return Promise.all(texts.map(async (row) => (await row.getByRole('cell').allTextContents()).join(' ')))
}

const scratchIn = async (home: string) =>
  (await readdir(join(home, 'work'))).filter((name) => name.endsWith('.scratch'))
