import type { ElectronApplication, Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { complaintsOf } from '../helpers/complaints'
import { endRollbook, startRollbook, type StartOptions } from '../helpers/electron'
import { expectFocus } from '../helpers/focus'
import { createTestSchool } from '../helpers/school'

it('history in the window: what was done, found by its filters, seen before and after, undone and redone by name', async () => {
  const { page, api, electron } = await start()
  const complaints = complaintsOf(page)
  await api.schools.createSample({})
  const { userId } = await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
  await api.users.update({ userId, lastName: 'Horvat', birthDate: '2011-03-04', isActive: false })
  const { courseId } = await api.courses.create({
    name: 'Arts & crafts',
    startDate: '2026-09-01',
    endDate: '2027-06-18',
  })
  await api.enrollments.enrollStudents({
    courseId,
    selection: { ids: Array.from({ length: 60 }, (_, index) => index + 1) },
    enrolledDate: '2026-09-01',
  })

  await page.getByRole('link', { name: 'All changes' }).click()
  const list = page.getByRole('list', { name: 'Changes' })
  await eventually(() => whatIn(page)).toEqual([
    '60 people enrolled in Arts & crafts',
    'Arts & crafts was added',
    'Ana Horvat was changed',
    'Ana Kos was added',
    'Sample school made',
  ])
  await page.getByText('5 in all').waitFor()

  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Records' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Person' }).click()
  await page.getByText('3 of 5').waitFor()
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Kind of change' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Changed' }).click()
  await page.getByText('1 of 5').waitFor()
  await page.getByRole('button', { name: 'Remove the filter Kind of change: Changed' }).click()
  await page.getByText('3 of 5').waitFor()
  await page.getByLabel('Until').fill('2020-01-01')
  await page.getByText('Nothing matches').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByText('5 in all').waitFor()
  expect(await page.getByLabel('Until').inputValue()).toBe('')

  await list.getByRole('button', { name: /^60 people enrolled/ }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const changed = page.getByRole('region', { name: 'Ana Horvat was changed' })
  await eventually(() => rowsOf(changed)).toEqual([
    ['Last name', 'Kos', 'Horvat'],
    ['Active', 'Yes', 'No'],
    ['Birth date', 'empty', '4 Mar 2011'],
  ])
  await page.keyboard.press('Escape')
  await changed.waitFor({ state: 'detached' })
  await expectFocus(page, /^button Ana Horvat was changed/)

  await list.getByRole('button', { name: /^60 people enrolled/ }).click()
  const enrolled = page.getByRole('region', { name: '60 people enrolled in Arts & crafts' })
  await enrolled.getByText('50 of 60 records').waitFor()
  await enrolled.getByRole('button', { name: 'Show more' }).click()
  await eventually(() => enrolled.getByRole('table').count()).toBe(60)

  await eventually(() => menuOf(electron)).toEqual({
    undo: ['Undo: 60 people enrolled in Arts && crafts', true],
    redo: ['Redo', false],
  })
  await enrolled.getByRole('button', { name: /^Undo: 60 people/ }).click()
  await enrolled.getByText(/^Undone .* by /).waitFor()
  await expectNewest(page, 'Undone: 60 people enrolled in Arts & crafts')
  await eventually(() => menuOf(electron)).toEqual({
    undo: ['Undo: Arts && crafts was added', true],
    redo: ['Redo: 60 people enrolled in Arts && crafts', true],
  })
  expect((await api.courses.get({ courseId })).studentCount).toBe(0)
  await messageOf(page, 'Undone: 60 people').getByRole('button', { name: 'Redo' }).click()
  await expectNewest(page, 'Redone: 60 people enrolled in Arts & crafts')
  expect((await api.courses.get({ courseId })).studentCount).toBe(60)

  for (const [key, done] of [
    ['Control+z', 'Undone: 60 people enrolled in Arts & crafts'],
    ['Control+z', 'Undone: Arts & crafts was added'],
    ['Control+y', 'Redone: Arts & crafts was added'],
    ['Control+Shift+z', 'Redone: 60 people enrolled in Arts & crafts'],
  ] as const) {
    await page.keyboard.press(key)
    await expectNewest(page, done)
  }
  const bar = page.getByRole('banner')
  await bar.getByRole('button', { name: /^Undo: 60 people/ }).click()
  await expectNewest(page, 'Undone: 60 people enrolled in Arts & crafts')
  await bar.getByRole('button', { name: /^Redo: 60 people/ }).click()
  await expectNewest(page, 'Redone: 60 people enrolled in Arts & crafts')
  expect(complaints).toEqual([])
})

it('what became of one record, in its form and in the place of its course', async () => {
  const { page, api } = await start()
  await api.schools.createSample({})
  const { userId } = await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
  const { courseId } = await api.courses.create({
    name: 'Arts',
    startDate: '2026-09-01',
    endDate: '2027-06-18',
  })
  await api.enrollments.enrollStudents({ courseId, selection: { ids: [userId] }, enrolledDate: '2026-09-01' })
  await api.users.update({ userId, lastName: 'Horvat' })
  await api.courses.update({ courseId, description: 'Drawing' })

  await goTo(page, 'People')
  await page.getByLabel('Search people').fill('ana horvat')
  await page.getByText('1 of 801').waitFor()
  await page.getByRole('gridcell', { name: 'Horvat' }).dblclick()
  const form = page.getByRole('dialog')
  await form.getByLabel('First name').fill('Anja')
  await form.getByRole('button', { name: 'History' }).click()
  await eventually(() => whatIn(page)).toEqual([
    'Ana Horvat was changed',
    '1 person enrolled in Arts',
    'Ana Kos was added',
  ])
  await eventually(() => rowsOf(form.getByRole('table').first())).toEqual([['Last name', 'Kos', 'Horvat']])
  await form.getByRole('button', { name: 'Back to the form' }).click()
  expect(await form.getByLabel('First name').inputValue()).toBe('Anja')
  await form.getByRole('button', { name: 'History' }).click()
  await form.getByRole('button', { name: /^1 person enrolled/ }).click()
  const opened = page.getByRole('region', { name: '1 person enrolled in Arts' })
  await opened.getByRole('rowheader', { name: 'Enrolled on' }).waitFor()

  await opened.getByRole('button', { name: /^History of Ana Horvat/ }).click()
  await page.getByRole('button', { name: /^Remove the filter Only: Ana Horvat/ }).waitFor()
  await eventually(() => whatIn(page)).toEqual(['1 person enrolled in Arts'])

  await goTo(page, 'Courses')
  await page.getByLabel('Search courses').fill('arts')
  await page.getByRole('gridcell', { name: 'Arts', exact: true }).dblclick()
  await page.getByRole('heading', { name: 'Arts' }).waitFor()
  await page.getByRole('button', { name: 'History' }).click()
  await eventually(() => whatIn(page)).toEqual([
    'Arts was changed',
    '1 person enrolled in Arts',
    'Arts was added',
  ])
})

it('an undo that a later change stands in the way of shows that change', async () => {
  const { page, api } = await start()
  await api.schools.createSample({})
  const { userId } = await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
  await api.users.update({ userId, lastName: 'Horvat' })
  await page.getByRole('link', { name: 'All changes' }).click()
  await page
    .getByRole('list', { name: 'Changes' })
    .getByRole('button', { name: /^Ana Kos was added/ })
    .click()
  await page
    .getByRole('region', { name: 'Ana Kos was added' })
    .getByRole('button', { name: /^Undo:/ })
    .click()
  const refusal = messageOf(page, 'Ana Horvat was changed again since')
  await refusal.getByRole('button', { name: 'Show the later change' }).click()
  await page.getByRole('region', { name: 'Ana Horvat was changed' }).waitFor()
})

it('everything after a moment is undone at once, and that too; old details are let go', async () => {
  const { path, api: then, school } = await createTestSchool()
  await then.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
  for (let age = 11; age <= 64; age++) await then.users.update({ userId: 1, age })
  // Changes are dated by SQLite itself, whose clock no test can set.
  const { database } = school
  await database.write(() =>
    database.run(`UPDATE change_sets SET created_at = '2020-05-04 09:00:00.000 +00:00'`),
  )
  await school.close()

  const { page, api } = await start({ args: ['--file', path] })
  await page.getByText('Recent changes').waitFor()
  for (const lastName of ['Marić', 'Horvat', 'Babić']) await api.users.update({ userId: 1, lastName })
  await api.users.create({ firstName: 'Lejla', lastName: 'Zec', userTypeId: 2 })
  await goTo(page, 'History')
  const list = page.getByRole('list', { name: 'Changes' })
  await eventually(async () => (await whatIn(page)).length).toBe(50)
  await page.getByRole('button', { name: 'Show more' }).click()
  await eventually(async () => (await whatIn(page)).length).toBe(59)
  await expectFocus(page, /^button Ana Kos was changed/)

  await list.getByRole('button', { name: 'Ana Marić was changed' }).click()
  await page.getByRole('button', { name: 'Undo: Ana Marić was changed' }).click()
  await page.getByText(/^Ana Babić was changed again since/).waitFor()
  await page.getByRole('button', { name: 'Undo everything after this…' }).click()
  const question = page.getByRole('dialog')
  await question.getByText('3 changes were made after it, and all of them are undone.').waitFor()
  await question.getByText('2 records become what they were then.').waitFor()
  await question.getByRole('button', { name: 'Undo everything after it' }).click()
  await question.waitFor({ state: 'detached' })
  expect(await api.overview.get({})).toMatchObject({ users: { all: 1 } })
  expect((await api.users.get({ userId: 1 })).lastName).toBe('Marić')
  await list.getByRole('button', { name: /^Back to .* 3 changes undone/ }).waitFor()
  expect(await list.getByText('undone', { exact: true }).count()).toBe(3)
  await messageOf(page, 'changes undone').getByRole('button', { name: 'Undo' }).click()
  await list.getByRole('button', { name: /^Undone: Back to/ }).waitFor()
  expect((await api.users.get({ userId: 1 })).lastName).toBe('Babić')

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Let go of old details…' }).click()
  await page.getByRole('dialog').getByText('This cannot be undone').waitFor()
  await page.getByRole('dialog').getByRole('radio', { name: '3 years' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Let go of details' }).click()
  await list.getByRole('button', { name: /^The details of 55 changes before .* were let go/ }).waitFor()
  await list
    .getByRole('button', { name: /^A change whose details were let go/ })
    .first()
    .click()
  const letGo = page.getByRole('region', { name: 'A change whose details were let go' })
  await letGo.getByText(/^The values before and after were let go/).waitFor()
  await letGo.getByRole('button', { name: 'History of Person 1' }).waitFor()
  expect(await letGo.getByRole('button', { name: /^Undo:/ }).count()).toBe(0)
})

async function start(options: StartOptions = {}) {
  const started = await startRollbook(options)
  onTestFinished(() => endRollbook(started))
  return started
}

const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true }).click()

/** What becomes so once the window has caught up, on however slow a computer. */
const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 10_000 })

/** What the shown changes did, in their order. */
const whatIn = (page: Page) =>
  page
    .getByRole('list', { name: 'Changes' })
    .locator('button > span:first-child > span:first-child')
    .allTextContents()

/** Waits until this was done last. */
const expectNewest = (page: Page, what: string) => eventually(async () => (await whatIn(page))[0]).toBe(what)

/** The message that says this; one before it may still be on its way out. */
const messageOf = (page: Page, what: string) =>
  page
    .getByRole('region', { name: /^Messages/ })
    .getByRole('listitem')
    .filter({ hasText: what })

/** Field, before and after, as shown. */
const rowsOf = async (region: ReturnType<Page['getByRole']>) =>
  Promise.all(
    (await region.locator('tbody tr').all()).map(async (row) =>
      (await row.locator('th, td').allTextContents()).map((text) => text.trim()),
    ),
  )

/** The labels of undo and redo in the menu, and whether they can be chosen. */
const menuOf = (electron: ElectronApplication) =>
  electron.evaluate(({ Menu }) => {
    const itemOf = (id: string) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(id)
      return [item?.label, item?.enabled]
    }
    return { undo: itemOf('undo'), redo: itemOf('redo') }
  })
