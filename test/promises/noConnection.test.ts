import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { electronRuntime } from '../../scripts/electron.mjs'
import { chooseInDialogs, endRollbook, startRollbook, type StartedRollbook } from '../helpers/electron'
import { connectedAddresses, hasStrace, writeConnectionTracer } from './strace'
import { note } from './trials'

const PEOPLE = 'First name,Surname,E-mail,Role\nAna,Alić,ana@school.example,Student\n'
/** Of a block that is set apart for documents (RFC 5737): nobody has it. */
const OTHER_COMPUTER = '192.0.2.1'

it.runIf(hasStrace())(
  'in a whole journey no process of the program connects to another computer (P12)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollbook-connections-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const [executable, log] = [join(folder, 'electron-traced'), join(folder, 'connections.log')]
    await writeConnectionTracer(executable, electronRuntime().executable, log)
    const started = await startRollbook({ executable })
    onTestFinished(() => endRollbook(started))

    await journey(started)
    const addresses = await connectedAddresses(log)
    // Main itself does what it never does, so that we know that it would have been seen.
    await connectTo(started, OTHER_COMPUTER)
    await expect.poll(() => connectedAddresses(log), { timeout: 20_000 }).toContain(OTHER_COMPUTER)

    await note({
      promise: 'P12',
      what: 'nothing leaves the computer in a whole journey',
      trials: 1,
      failures: addresses.length,
      control: 'a connection that main makes is seen',
    })
    expect(addresses).toEqual([])
  },
)

/** A school made, every place and the licences seen, people imported, a change undone, a backup made and restored. */
async function journey({ page, api, electron, home }: StartedRollbook): Promise<void> {
  await api.schools.createSample({})
  const places = page.getByRole('navigation', { name: 'Places' })
  await places.waitFor()
  for (const link of await places.getByRole('link').all()) {
    await link.click()
    await page.getByRole('main').getByRole('heading').first().waitFor()
  }
  await page.evaluate(() => (location.hash = '/help/licences'))
  await page.getByText('sequelize').first().waitFor()
  await importPeople(page, electron, home)
  await api.history.undoLast({})
  const { name } = await api.backups.create({})
  await api.backups.restore({ source: { name } })
}

async function importPeople(page: Page, electron: StartedRollbook['electron'], home: string): Promise<void> {
  const file = join(home, 'people.csv')
  await writeFile(file, PEOPLE)
  await chooseInDialogs(electron, file)
  await page
    .getByRole('navigation', { name: 'Places' })
    .getByRole('link', { name: 'Import & export' })
    .click()
  await page.getByRole('button', { name: 'Choose a file…' }).click()
  await page.getByRole('button', { name: 'Import 1 row' }).click()
  await page.getByRole('region', { name: '1 row imported' }).waitFor()
}

/** By Node's own code, which none of Chromium's rules bind. */
function connectTo({ electron }: StartedRollbook, address: string): Promise<void> {
  return electron.evaluate((_electron, host) => void fetch(`http://${host}/`).catch(() => undefined), address)
}
