// The guides of docs/, read in the window: offline, and before there is a school.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endRollbook, startRollbook, type StartedRollbook } from '../helpers/electron'

const GUIDES = {
  'Getting started': 'getting-started',
  'History and undo': 'history-and-undo',
  'When a file does not open': 'when-a-file-does-not-open',
  'Moving to a new computer': 'moving-to-a-new-computer',
  'Deploying to many computers': 'deploying',
}

let started: StartedRollbook
beforeEach(async () => {
  started = await startRollbook()
  await started.page.getByRole('heading', { name: 'Welcome to Rollbook' }).waitFor()
})
afterEach(() => endRollbook(started))

describe('Help', () => {
  it('opens from the menu by F1, with all of each guide and its pictures', async () => {
    const { page, electron } = started
    expect(await chooseFromMenu(electron, 'guides')).toBe('F1')
    for (const [title, name] of Object.entries(GUIDES)) {
      await guideList(page).getByRole('link', { name: title }).click()
      await guide(page, title).getByRole('heading', { level: 2, name: title }).waitFor()
      const source = await readFile(resolve(import.meta.dirname, `../../docs/${name}.md`), 'utf8')
      const headings = [...source.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading?.replace("'", '’'))
      expect(await guide(page, title).getByRole('heading', { level: 3 }).allTextContents()).toEqual(headings)
      expect(await picturesShown(page)).toBe(source.match(/^!\[/gm)?.length ?? 0)
    }
  })

  it('leads from guide to guide by their links', async () => {
    const { page, electron } = started
    await chooseFromMenu(electron, 'guides')
    for (const [from, to] of [
      ['Getting started', 'Moving to a new computer'],
      ['Moving to a new computer', 'Getting started'],
      ['Getting started', 'Deploying to many computers'],
    ] as const) {
      await guide(page, from).getByRole('link', { name: to }).click()
      await guide(page, to).getByRole('heading', { level: 2, name: to }).waitFor()
    }
  })

  it('is moved by the keys at once', async () => {
    const { page, electron } = started
    await chooseFromMenu(electron, 'guides')
    await guide(page, 'Getting started').getByRole('img').last().waitFor()
    await page.keyboard.press('PageDown')
    await page.waitForFunction(() => (document.querySelector('[role=region]')?.scrollTop ?? 0) > 0)
  })

  it('keeps what was typed for a new school, and goes back to it', async () => {
    const { page } = started
    await page.getByLabel('Name of the school').fill('Lindenhof')
    await page.getByRole('button', { name: 'Getting started' }).click()
    await guide(page, 'Getting started').waitFor()
    expect(await page.getByLabel('Name of the school').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('heading', { name: 'Welcome to Rollbook' }).waitFor()
    expect(await page.getByLabel('Name of the school').inputValue()).toBe('Lindenhof')
  })

  it('makes way for what else the menu leads to', async () => {
    const { page, electron } = started
    for (const [item, focused] of [
      ['new-school', page.getByLabel('Name of the school')],
      ['backups', page.getByRole('button', { name: 'Restore a backup…' })],
      ['settings', page.getByRole('region', { name: 'About and appearance' })],
    ] as const) {
      await chooseFromMenu(electron, 'licences')
      await guide(page, 'Licences').waitFor()
      await chooseFromMenu(electron, item)
      await focused.and(page.locator(':focus')).waitFor()
    }
  })

  it('shows the licences of all that is packed', async () => {
    const { page, electron } = started
    await chooseFromMenu(electron, 'licences')
    const text = page.locator('pre', { hasText: 'Rollbook itself is under the MIT licence' })
    const licences = await text.innerText()
    const packages: Record<string, string[]> = {
      'in the page': ['@vue/runtime-core', 'vue-router', 'ag-grid-community', '@nuxt/ui', 'tailwindcss'],
      'in main': ['zod', 'electron-log', '@intlify/core-base'],
      'beside them': ['sequelize', 'sqlite3', 'umzug', 'validator'],
    }
    for (const name of Object.values(packages).flat())
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'))
    expect(licences).toContain('May you do good and not evil')
    expect(licences).not.toMatch(/^(vitest|eslint|typescript|markdown-it) \d/m)
  })

  it('is there while a school is open, too', async () => {
    const { page, api, electron } = started
    await api.schools.createSample({})
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
    await chooseFromMenu(electron, 'guides')
    await guide(page, 'Getting started').waitFor()
    expect(await page.getByRole('button', { name: 'Back' }).count()).toBe(0)
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
  })
})

const guideList = (page: Page) => page.getByRole('navigation', { name: 'Guides' })

const guide = (page: Page, title: string) => page.getByRole('region', { name: title })

/** Answers the item's key. */
function chooseFromMenu(electron: ElectronApplication, id: string) {
  return electron.evaluate(({ Menu }, name) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(name)
    item?.click()
    return item?.accelerator
  }, id)
}

/** Waits for the pictures of the guide, which are as wide as they are drawn only where they were found. */
function picturesShown(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const pictures = [...document.querySelectorAll<HTMLImageElement>('article img')]
    await Promise.all(pictures.map((picture) => picture.decode()))
    return pictures.filter(({ naturalWidth, alt }) => naturalWidth > 800 && alt !== '').length
  })
}
