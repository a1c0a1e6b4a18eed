import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barriers } from '../helpers/barriers'
import { complaintsOf } from '../helpers/complaints'
import {
  chooseInDialogs,
  endRollbook,
  startRollbook,
  temporaryHome,
  type StartedRollbook,
} from '../helpers/electron'

const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true }).click()

const lastRow = (page: Page) => page.getByRole('main').getByRole('row').last()

/** Every screen, and how to get there from the one before. */
const SCREENS: Record<string, (page: Page, started: StartedRollbook) => Promise<unknown>> = {
  Home: async (page) => {
    await goTo(page, 'Home')
    await page.getByText('Recent changes').waitFor()
  },
  // Within a minute of its opening a school is backed up by itself.
  'Backups, none yet': async (page) => {
    await goTo(page, 'Backups')
    await page.getByText('No backups yet').waitFor()
  },
  People: async (page) => {
    await goTo(page, 'People')
    await lastRow(page).waitFor()
  },
  'People, a class to choose': async (page) => {
    await page.getByRole('main').getByRole('combobox', { name: 'Class' }).click()
    await page.getByRole('option', { name: 'VIII-2' }).waitFor()
  },
  'People of a class': async (page) => {
    await page.getByRole('option', { name: 'VIII-2' }).click()
    await page.getByRole('button', { name: 'Class: VIII-2' }).waitFor()
  },
  'A person of a class': async (page) => {
    await lastRow(page).getByText('VIII-2').dblclick()
    await page.getByRole('dialog').getByText('Follows from the birth date.').waitFor()
  },
  'People, some selected': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('main').getByRole('checkbox').nth(1).click()
    await page.getByText('1 selected').waitFor()
  },
  'People, about to be deleted': async (page) => {
    await page.getByRole('button', { name: 'Delete' }).click()
    await page
      .getByRole('dialog')
      .getByText(/Delete 1 person/)
      .waitFor()
  },
  'A new person, with mistakes': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'New person' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('dialog').getByText('Please fill this in.').first().waitFor()
  },
  'People, nobody found': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByLabel('Search people').fill('zzzzz')
    await page.getByText('Nothing matches').waitFor()
  },
  Courses: async (page) => {
    await goTo(page, 'Courses')
    await lastRow(page).waitFor()
  },
  'A new course, with mistakes': async (page) => {
    await page.getByRole('button', { name: 'New course' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Name').fill('Latin')
    await form.getByLabel('First day').fill('2026-09-02')
    await form.getByLabel('Last day').fill('2026-09-01')
    await form.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'Class' }).click()
    await form.getByText('Nobody is in two classes').waitFor()
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await form.getByText('The last day is before the first.').waitFor()
  },
  'A course': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page
      .getByRole('main')
      .getByRole('row')
      .filter({ hasText: 'Biology' })
      .first()
      .getByText('Biology')
      .first()
      .dblclick()
    await page.getByRole('button', { name: 'Enrol people' }).waitFor()
    await lastRow(page).waitFor()
  },
  'Enrol several': async (page) => {
    await page.getByRole('button', { name: 'Enrol people' }).click()
    await page.getByRole('dialog').getByRole('row').last().waitFor()
  },
  'About to withdraw': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('main').getByRole('checkbox').nth(1).click()
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('dialog').getByLabel('Reason').waitFor()
  },
  'About to complete': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Complete' }).click()
    await page.getByRole('dialog').getByLabel('Last day').waitFor()
  },
  Enrolments: async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await goTo(page, 'Enrolments')
    await lastRow(page).waitFor()
  },
  'An enrolment': async (page) => {
    await page.getByRole('main').getByRole('gridcell').nth(1).dblclick()
    await page.getByRole('dialog').getByLabel('Notes').waitFor()
  },
  'An enrolment, a status to choose': async (page) => {
    await page.getByRole('dialog').getByRole('combobox', { name: 'Status' }).click()
    await page.getByRole('option', { name: 'Withdrawn' }).waitFor()
  },
  'An enrolment that ends': async (page) => {
    await page.getByRole('option', { name: 'Withdrawn' }).click()
    await page.getByRole('dialog').getByText('Ends before its time').waitFor()
  },
  'User types': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await goTo(page, 'User types')
    await page.getByRole('rowheader', { name: 'Teacher' }).waitFor()
  },
  'A user type, its history': async (page) => {
    await page.getByRole('button', { name: 'Rename' }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'History' }).click()
    await page.getByRole('dialog').getByRole('rowheader', { name: 'Name' }).waitFor()
  },
  History: async (page, { api }) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await api.users.update({ userId: 1, lastName: 'Kos', birthDate: null, isActive: false })
    await api.userTypes.create({ name: 'Guest' })
    await api.history.undoLast({})
    await goTo(page, 'History')
    await page.getByRole('button', { name: /^Undone: User type Guest/ }).waitFor()
  },
  'A change': async (page) => {
    await page
      .getByRole('list', { name: 'Changes' })
      .getByRole('button', { name: /Kos was changed/ })
      .click()
    await page.getByRole('columnheader', { name: 'Before' }).waitFor()
  },
  'A change that was undone': async (page) => {
    await page.getByRole('button', { name: /^User type Guest was added/ }).click()
    await page.getByRole('button', { name: /^Undone .* by / }).waitFor()
  },
  'About to undo everything after': async (page) => {
    await page.getByRole('button', { name: /^Sample school made/ }).click()
    await page.getByText('50 of').waitFor()
    await page.getByRole('button', { name: 'Undo everything after this…' }).click()
    await page
      .getByRole('dialog')
      .getByText(/all of them are undone/)
      .waitFor()
  },
  'History of a record': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page
      .getByRole('button', { name: /^History of / })
      .first()
      .click()
    await page.getByRole('button', { name: /^Remove the filter Only/ }).waitFor()
    await page.getByRole('table').first().waitFor()
  },
  'History, nothing found': async (page) => {
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.getByLabel('Until').fill('2020-01-01')
    await page.getByText('Nothing matches').waitFor()
  },
  'About to let go of old details': async (page) => {
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: /^Let go/ }).click()
    await page.getByRole('dialog').getByRole('radio', { name: 'Another day' }).click()
    await page.getByRole('dialog').getByLabel('Day', { exact: true }).waitFor()
  },
  'A course, its history': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await goTo(page, 'Courses')
    await page
      .getByRole('main')
      .getByRole('gridcell', { name: /^Biology/ })
      .first()
      .dblclick()
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByRole('table').first().waitFor()
  },
  'Import & export': async (page) => {
    await goTo(page, 'Import & export')
    await page.getByRole('button', { name: 'Choose a file…' }).waitFor()
  },
  'A file with problems': async (page, { electron, home }) => {
    const file = join(home, 'people.csv')
    await writeFile(
      file,
      'First name,Surname,E-mail,Role,Shoe size\r\nA,B,not an e-mail,Student,40\r\nC,D,,Guest,41\r\n',
    )
    await chooseInDialogs(electron, file)
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await page.getByText('not an e-mail').first().waitFor()
  },
  'A file, its columns': async (page) => {
    await page.getByRole('tab', { name: /Columns/ }).click()
    await page.getByText('Shoe size').first().waitFor()
  },
  'A file that was imported': async (page) => {
    await page.getByRole('button', { name: 'Import 1 row' }).click()
    await page.getByRole('region', { name: '1 row imported' }).waitFor()
    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByRole('region', { name: 'The import was undone' }).waitFor()
  },
  Backups: async (page) => {
    await goTo(page, 'Backups')
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByText('By hand').waitFor()
  },
  'About to restore': async (page) => {
    // By now there may be the automatic one, too.
    await page
      .getByRole('button', { name: /^Restore the backup of/ })
      .first()
      .click()
    const preview = page.getByRole('dialog', { name: 'Restore this backup?' }).getByRole('region')
    await preview.getByText(/^(No record would become different|Choose a number)/).waitFor()
  },
  'Backups, on a disk that is not there': async (page, { electron }) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await chooseInDialogs(electron, '/no/such/disk')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await page.getByText(/^The folder is not there/).waitFor()
  },
  'Home, with backups overdue': async (page) => {
    await goTo(page, 'Home')
    await page.getByText('Backups are overdue').waitFor()
  },
  Settings: async (page) => {
    await goTo(page, 'Settings')
    await page.getByText('SQLite').first().waitFor()
  },
  'A running job': async (page, { electron }) => {
    // Told by main as of a real one, which would end whenever it likes.
    await electron.evaluate(({ BrowserWindow }) => {
      const job = {
        jobId: 'long',
        method: 'imports.prepare',
        state: 'running',
        phase: 'reading',
        isStoppable: true,
      }
      BrowserWindow.getAllWindows()[0]?.webContents.send('rollbook:job', { ...job, done: 2, total: 3 })
    })
    await page.getByRole('region', { name: 'Running jobs' }).getByText('66%').waitFor()
  },
  'A guide': async (page, { electron }) => {
    await electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('guides')?.click())
    await page.getByRole('region', { name: 'Getting started' }).getByRole('img').last().waitFor()
  },
  Licences: async (page) => {
    await page.getByRole('link', { name: 'Licences' }).click()
    await page.getByRole('region', { name: 'Licences' }).getByText('SQLite').first().waitFor()
  },
  'The keys': async (page) => {
    await page.getByRole('button', { name: 'Keys' }).click()
    await page.getByRole('dialog').waitFor()
  },
}

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  let started: StartedRollbook
  let complaints: string[]
  beforeAll(async () => {
    const home = await temporaryHome()
    const file = join(home, 'picture.rollbook')
    await writeFile(file, 'this is no school')
    started = await startRollbook({ home, args: ['--file', file] })
    complaints = complaintsOf(started.page)
    await started.api.preferences.set({ theme })
    await started.page.reload()
  })
  afterAll(() => endRollbook(started))

  it('First start, with a file that was refused, has no barrier', async () => {
    const { page, api } = started
    await page.getByText('The school was not opened').waitFor()
    expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(
      theme === 'dark',
    )
    expect(await barriers(page)).toEqual([])
    await api.schools.createSample({})
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
  })

  it.each(Object.entries(SCREENS))('%s has no barrier', async (_, open) => {
    await open(started.page, started)
    expect(await barriers(started.page)).toEqual([])
  })

  it('The page had nothing to complain of in any of them, its policy included', () => {
    expect(complaints).toEqual([])
  })
})
