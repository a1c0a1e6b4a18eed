// What a double click on a school's file does, and where the program keeps things.
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  APP_FOLDER,
  chooseInDialogs,
  endRollbook,
  runRollbook,
  startRollbook,
  temporaryHome,
  type StartedRollbook,
  type StartOptions,
} from '../helpers/electron'

describe('a second start', () => {
  it('ends, and its file opens in the window that is there, by its path from where it was started', async () => {
    const { home, electron, api } = await startOnTwoSchools()
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
    expect(await runRollbook([], home)).toMatchObject({ code: 0, output: '' })
    expect(await openFile(api)).toBe(join(home, 'samples/Sample school.rollbook'))
    const second = await runRollbook(['Osnovna škola 1.rollbook'], home, { cwd: join(home, 'samples') })
    expect(second).toMatchObject({ code: 0, output: '' })
    await expect.poll(() => openFile(api)).toBe(join(home, 'samples/Osnovna škola 1.rollbook'))
    const windows = await electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
    )
    expect(windows).toEqual([false])

    // macOS starts no second one; a double click is an event there.
    const sample = join(home, 'samples/Sample school.rollbook')
    await electron.evaluate(
      ({ app }, path) => app.emit('open-file', { preventDefault: () => undefined }, path),
      sample,
    )
    await expect.poll(() => openFile(api)).toBe(sample)
  })

  it('asks first where work would be lost by opening another school', async () => {
    const { home, page, api } = await startOnTwoSchools()
    await places(page).getByRole('link', { name: 'People', exact: true }).click()
    await page.getByRole('main').getByRole('button', { name: 'New person' }).first().click()
    await page.getByRole('dialog').getByLabel('First name').fill('Amina')
    const other = join(home, 'samples/Osnovna škola 1.rollbook')
    expect(await runRollbook([other], home)).toMatchObject({ code: 0 })
    const question = page.getByText('Osnovna škola 1.rollbook is to be opened', { exact: true })
    await question.waitFor()
    expect(await page.getByRole('dialog').getByLabel('First name').inputValue()).toBe('Amina')
    expect(await openFile(api)).toBe(join(home, 'samples/Sample school.rollbook'))

    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Open it now' }).click()
    await expect.poll(() => openFile(api)).toBe(other)
    await question.waitFor({ state: 'detached' })
  })

  it('tells in the window why its file cannot be opened, and the open school stays', async () => {
    const { home, page, api } = await startOnTwoSchools()
    await mkdir(join(home, 'folder.rollbook'))
    await writeFile(join(home, 'text.rollbook'), 'no school')
    for (const [name, words] of [
      ['missing.rollbook', 'The file is no longer where it was.'],
      ['folder.rollbook', 'The file is not a school made by Rollbook.'],
      ['text.rollbook', 'The file is not a school made by Rollbook.'],
      ['text.db', 'The file is no longer where it was.'],
    ] as const) {
      expect(await runRollbook([join(home, name)], home)).toMatchObject({ code: 0 })
      await page.getByText(words).waitFor()
      expect(await openFile(api)).toBe(join(home, 'samples/Sample school.rollbook'))
      await places(page).getByRole('link', { name: 'Home', exact: true }).click()
      await page.getByText(words).waitFor({ state: 'detached' })
    }
  })
})

describe('a double click on macOS that starts the program', () => {
  it('is an event before there is a window, and the file is that of the launch', async () => {
    const first = await startOnTwoSchools()
    await first.quit()
    const { home } = first
    const other = join(home, 'samples/Osnovna škola 1.rollbook')
    const app = await wrapped(home, {
      after: `app.emit('open-file', { preventDefault() {} }, ${JSON.stringify(other)})`,
    })
    const { api } = await start({ home, app })
    expect(await openFile(api)).toBe(other)
  })
})

describe.skipIf(process.platform === 'win32')('what the program writes', () => {
  it('is for nobody else: files, what SQLite lays beside them, backups, logs, settings', async () => {
    const home = await temporaryHome()
    const { api, electron } = await start({ home: join(home, 'own') })
    onTestFinished(() => void process.umask(umask))
    const umask = process.umask(0o022)
    const place = join(home, 'own/schools/Primary.rollbook')
    await chooseInDialogs(electron, place)
    const chosen = await api.files.choose({ purpose: 'create-school', suggestedName: 'Primary' })
    await api.schools.create({ file: chosen?.file ?? '', name: 'Primary', userTypes: ['Student'] })
    await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
    await api.backups.create({})
    await api.schools.createSample({})
    await api.schools.open({ file: chosen?.file ?? '' })
    const command = ['list', 'users', '--in', place, '--json']
    expect(await runRollbook(command, join(home, 'own'))).toMatchObject({ code: 0 })

    const found = await modesUnder(join(home, 'own'))
    const names = found.map(({ name }) => name)
    for (const end of ['', '-wal', '-shm', '.lock', '.backups'])
      expect(names).toContain(`schools/Primary.rollbook${end}`)
    expect(names).toEqual(expect.arrayContaining(['preferences.json', 'logs', 'work', 'samples', 'browser']))
    expect(found.filter(({ isOthers }) => isOthers)).toEqual([])
    // A file is seen to be seen.
    await writeFile(join(home, 'own/control'), '')
    expect((await modesUnder(join(home, 'own'))).filter(({ isOthers }) => isOthers)).toHaveLength(1)
  })
})

describe('the policy of a computer', () => {
  it('says where settings are kept and new schools are proposed', async () => {
    const home = await temporaryHome()
    const policy = join(home, 'policy.json')
    await writeFile(policy, JSON.stringify({ home: '~/own', schools: '~/all/$SCHOOL' }))
    const env = { ROLLBOOK_HOME: undefined, HOME: home, SCHOOL: 'primary', ROLLBOOK_POLICY: policy }
    const { api, electron } = await start({ home, env })
    await electron.evaluate(({ dialog }) => {
      const seen = globalThis as { proposed?: unknown }
      dialog.showSaveDialog = async (...all: unknown[]) => {
        seen.proposed = (all.at(-1) as { defaultPath: string }).defaultPath
        return { canceled: true, filePath: '' }
      }
    })
    const proposed = () => electron.evaluate(() => (globalThis as { proposed?: unknown }).proposed)
    expect(await api.files.choose({ purpose: 'create-school', suggestedName: 'Kos' })).toBeNull()
    expect(await proposed()).toBe(join(home, 'all/primary/Kos.rollbook'))
    await api.files.choose({ purpose: 'export', suggestedName: 'people' })
    expect(await proposed()).not.toContain(join(home, 'all'))
    await api.preferences.set({ theme: 'dark' })
    expect(await readFile(join(home, 'own/preferences.json'), 'utf8')).toContain('dark')
    expect(await readdir(home)).not.toContain('.local')
  })

  it('that cannot be followed ends the program, which says why and makes nothing', async () => {
    const home = await temporaryHome()
    const policy = join(home, 'policy.json')
    await writeFile(policy, '{"schols": "/srv"}')
    const why = `The policy file ${policy} has the key “schols”, which Rollbook does not know. It knows: home, schools.`
    const env = { ROLLBOOK_POLICY: policy, HOME: home }
    // A person reads it in a dialog.
    const app = await wrapped(home, {
      before: `dialog.showMessageBox = async (box) => { process.stdout.write(JSON.stringify(box)); return {} }`,
    })
    const own = join(home, 'own')
    const shown = await runRollbook([], own, { env, app })
    expect(shown).toMatchObject({ code: 1, errors: expect.stringContaining(why) as string })
    expect(JSON.parse(shown.output)).toMatchObject({
      message: 'Rollbook cannot start',
      detail: expect.stringContaining(why) as string,
    })
    const unwatched = await runRollbook(['--smoke', '--file', 'x'], own, { env })
    expect(unwatched).toMatchObject({ code: 1, output: '', errors: expect.stringContaining(why) as string })
    const command = await runRollbook(['info', 'x.rollbook', '--json'], own, { env })
    expect(command).toMatchObject({ code: 1, output: expect.stringContaining('policy-key') as string })
    expect(existsSync(own)).toBe(false)
  })
})

async function start(options: StartOptions = {}): Promise<StartedRollbook> {
  const started = await startRollbook(options)
  onTestFinished(() => endRollbook(started))
  return started
}

/** A window on a sample school, with `samples/Osnovna škola 1.rollbook`, a copy of it, beside that. */
async function startOnTwoSchools(): Promise<StartedRollbook> {
  const started = await start()
  const { path } = await started.api.schools.createSample({})
  await started.api.backups.create({})
  const [backup] = await readdir(`${path}.backups`)
  await cp(join(`${path}.backups`, backup ?? ''), join(path, '../Osnovna škola 1.rollbook'))
  await places(started.page).waitFor()
  return started
}

const places = (page: Page) => page.getByRole('navigation', { name: 'Places' })

async function openFile({ school }: StartedRollbook['api']): Promise<string | undefined> {
  return (await school.find({}))?.path
}

/** The program with something done before or after its main file is loaded, in a folder of its own. */
async function wrapped(home: string, { before = '', after = '' }): Promise<string> {
  const folder = join(home, 'wrapped')
  await mkdir(folder, { recursive: true })
  const main = JSON.stringify(join(APP_FOLDER, 'out/main/index.cjs'))
  const lines = [
    `const { app, dialog } = require('electron')`,
    `app.setAppPath(${JSON.stringify(APP_FOLDER)})`,
    before,
    `require(${main})`,
    after,
  ]
  await writeFile(join(folder, 'main.cjs'), lines.join('\n'))
  await cp(join(APP_FOLDER, 'package.json'), join(folder, 'package.json'))
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: 'main.cjs' }))
  return folder
}

/** Every file and folder below a folder, and whether anyone but its owner may do anything with it. */
async function modesUnder(folder: string): Promise<{ name: string; isOthers: boolean }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const known = entries.filter((entry) => entry.isFile() || entry.isDirectory())
  return Promise.all(
    known.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name)
      return { name: relative(folder, path), isOthers: ((await stat(path)).mode & 0o077) !== 0 }
    }),
  )
}
