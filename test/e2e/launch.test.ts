import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { downgrade } from '../../electron/database/migrate'
import { allRevisions } from '../../electron/database/revisions'
import {
  endRollbook,
  listenTo,
  runRollbook,
  startRollbook,
  temporaryHome,
  type StartOptions,
  type StartedRollbook,
} from '../helpers/electron'

describe('the first start', () => {
  it('opens no school, and makes one where the person says', async () => {
    const { api, home, electron } = await start()
    expect(await api.school.find({})).toBeNull()
    expect(await api.schools.recent({})).toEqual([])
    await expect(api.users.openList({})).rejects.toMatchObject({ code: 'no-school' })
    expect(await api.jobs.cancel({ jobId: 'none' })).toBe(false)

    await electron.evaluate(
      ({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath })
      },
      join(home, 'Primary'),
    )
    const chosen = await api.files.choose({ purpose: 'create-school' })
    expect(chosen?.name).toBe('Primary.rollbook')
    const file = chosen?.file ?? ''
    const school = await api.schools.create({ file, name: 'Primary', userTypes: ['Student'] })
    expect(school).toMatchObject({ name: 'Primary', isReadOnly: false, restorePoint: null })
    await expect(api.schools.create({ file, name: 'Again' })).rejects.toMatchObject({ code: 'file-exists' })
    expect(await api.school.find({})).toEqual(school)
  })

  it('chooses nothing where the person thinks better of it', async () => {
    const { api, electron } = await start()
    await electron.evaluate(({ dialog }) => {
      dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] })
    })
    expect(await api.files.choose({ purpose: 'import' })).toBeNull()
  })

  it('tells the page of a school that opens', async () => {
    const { api, page } = await start()
    const told = await listenTo(page, 'school')
    await api.schools.createSample({})
    expect(await told()).toEqual([{}])
    expect(await api.overview.get({})).toMatchObject({ users: { all: 800 } })
  })
})

describe('a later start', () => {
  it('opens the school that was open last, with its window where it was', async () => {
    const first = await start()
    await first.api.schools.createSample({})
    await first.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1000, height: 700 }),
    )
    await first.quit()

    const second = await start({ home: first.home })
    expect(await second.api.school.find({})).toMatchObject({ name: 'Sample school' })
    expect(await second.api.schools.recent({})).toMatchObject([{ name: 'Sample school' }])
    const size = await second.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getSize(),
    )
    expect(size).toEqual([1000, 700])
  })

  it('opens the file that is named', async () => {
    const { home, file } = await sampleFile()
    const { api } = await start({ args: ['--file', file] })
    expect(await api.school.find({})).toMatchObject({ path: file })
    expect(existsSync(home)).toBe(true)
  })

  it('upgrades an older file, after a restore point', async () => {
    const { file } = await sampleFile()
    await downgrade(file, allRevisions(), 1)
    const { api } = await start({ args: ['--file', file] })
    const school = await api.school.find({})
    expect(existsSync(school?.restorePoint ?? '')).toBe(true)
    expect(await api.overview.get({})).toMatchObject({ users: { all: 800 } })
  })

  it('says why a file cannot be opened, leaves it as it was, and opens another', async () => {
    const home = await temporaryHome()
    const file = join(home, 'picture.rollbook')
    await writeFile(file, 'this is no school')
    const before = digest(file)
    const { api } = await start({ home, args: ['--file', file] })
    await expect(api.school.find({})).rejects.toMatchObject({ code: 'foreign-file' })
    expect(digest(file)).toBe(before)
    await api.schools.createSample({})
    expect(await api.school.find({})).toMatchObject({ name: 'Sample school' })
  })

  it('says who holds a file that another window has open', async () => {
    const first = await start()
    const { path } = await first.api.schools.createSample({})
    const second = await start({ args: ['--file', path] })
    await expect(second.api.school.find({})).rejects.toMatchObject({
      code: 'locked',
      params: { holder: expect.stringContaining('Rollbook') as string },
    })
    expect(await first.api.overview.get({})).toMatchObject({ users: { all: 800 } })
  })

  it('shows an empty start where the settings are damaged', async () => {
    const home = await temporaryHome()
    await writeFile(join(home, 'preferences.json'), '{"theme": 5, "recent": [1], "window"')
    const { api } = await start({ home })
    expect(await api.preferences.get({})).toEqual({ theme: 'system' })
    expect(await api.preferences.set({ theme: 'dark' })).toEqual({ theme: 'dark' })
    expect(JSON.parse(readFileSync(join(home, 'preferences.json'), 'utf8'))).toMatchObject({ theme: 'dark' })
  })
})

describe('the end', () => {
  it.each(['quit', 'SIGTERM'])('closes the file cleanly on %s', async (way) => {
    const started = await start()
    const { path } = await started.api.schools.createSample({})
    expect(existsSync(`${path}-wal`)).toBe(true)
    const ended = new Promise((settle) => started.electron.process().once('exit', settle))
    if (way === 'quit') await started.quit()
    else started.electron.process().kill('SIGTERM')
    await ended
    expect(existsSync(`${path}-wal`)).toBe(false)
    // The lock is free.
    const next = await start({ home: started.home, args: ['--file', path] })
    expect(await next.api.school.find({})).toMatchObject({ isReadOnly: false })
  })
})

describe('the menu', () => {
  it('has words from the catalog, and hands to the page what the page does', async () => {
    const { electron, page } = await start()
    const labels = await electron.evaluate(({ Menu }) => {
      const all = (menu: Electron.Menu | null): string[] =>
        (menu?.items ?? []).flatMap(({ type, label, submenu }) => [
          // Without the mark of the key that opens it.
          ...(type === 'separator' ? [] : [label.replace('&', '')]),
          ...all(submenu ?? null),
        ])
      return all(Menu.getApplicationMenu())
    })
    expect(labels).toEqual(
      expect.arrayContaining(['File', 'New school…', 'Open school…', 'Undo', 'Copy', 'About Rollbook']),
    )
    expect(labels.filter((label) => label === '' || label.includes('menu.'))).toEqual([])

    for (const item of ['new-school', 'open-school', 'settings', 'undo', 'about']) {
      const chosen = await listenTo(page, 'menu')
      await electron.evaluate(({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.click(), item)
      expect(await chosen()).toEqual([{ item }])
    }
  })
})

describe('the runs that nobody watches', () => {
  it('--smoke shows the first list of a sample, says so in one line, and leaves nothing', async () => {
    const { code, output, errors } = await runRollbook(['--smoke'])
    expect(code, errors).toBe(0)
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(output)).toEqual({
      ready: true,
      launchMs: expect.any(Number) as number,
      electron: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      counts: { userTypes: 3, users: 800, courses: 72, enrollments: expect.any(Number) as number },
    })
  })

  it('--smoke ends with 1 and says why where its file cannot be opened', async () => {
    const { code, output, errors } = await runRollbook(['--smoke', '--file', '/no/such/file.rollbook'])
    expect({ code, output }).toEqual({ code: 1, output: '' })
    expect(errors).toContain('not-found')
  })

  it('--file without a file is wrong usage', async () => {
    expect(await runRollbook(['--file'])).toMatchObject({ code: 2, output: '' })
  })

  it('--demo does the main job in the window and leaves a picture of it', async () => {
    const { code, output, errors } = await runRollbook(['--demo'])
    expect(code, errors).toBe(0)
    const { steps, screenshot } = JSON.parse(output) as { steps: object; screenshot: string }
    expect(steps).toEqual({ created: 800, imported: 25, enrolled: 25, found: 25, exported: 825 })
    expect(statSync(screenshot).size).toBeGreaterThan(10_000)
    await rm(join(screenshot, '..'), { recursive: true })
  })
})

async function start(options: StartOptions = {}): Promise<StartedRollbook> {
  const started = await startRollbook(options)
  onTestFinished(() => endRollbook(started))
  return started
}

/** A sample school in a file that no window has open. */
async function sampleFile(): Promise<{ home: string; file: string }> {
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started))
  const { path } = await started.api.schools.createSample({})
  await started.quit()
  return { home: started.home, file: path }
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
