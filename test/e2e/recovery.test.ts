// What the window offers for a file that is damaged.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SideConnection } from '../../electron/database/scratch'
import { chooseInDialogs, endRollbook, startRollbook, temporaryHome } from '../helpers/electron'
import { createSampleSchool } from '../helpers/school'

describe('a damaged file', () => {
  it('is left as it is, nobody is offered to delete it, and what can be read is salvaged into a new one', async () => {
    const { home, file } = await damagedSchool()
    const hash = await hashOf(file)
    const started = await startRollbook({ home, args: ['--file', file] })
    onTestFinished(() => endRollbook(started))
    const { page, electron, api } = started
    const alert = page.getByRole('alert')
    await alert.getByText('The file is damaged.').waitFor()
    const offers = await alert.getByRole('button').allInnerTexts()
    expect(offers.map((offer) => offer.trim())).toEqual([
      'Try again',
      'Open for reading only',
      'Restore a backup',
      'Save a copy…',
      'Open the log',
      'Copy the log',
      'Salvage into a new file…',
    ])

    const salvaged = join(home, 'salvaged.rollbook')
    await chooseInDialogs(electron, salvaged)
    await alert.getByRole('button', { name: 'Salvage into a new file…' }).click()
    await alert.getByText('What could be read is in salvaged.rollbook').waitFor()
    expect(await alert.innerText()).toContain('salvaged-salvaged.csv')
    if (process.env.ROLLBOOK_SHOT) await page.screenshot({ path: process.env.ROLLBOOK_SHOT })
    expect(await hashOf(file)).toBe(hash)
    await alert.getByRole('button', { name: 'Open the new file' }).click()
    await alert.waitFor({ state: 'detached' })
    expect(await api.school.find({})).toMatchObject({ path: salvaged, isReadOnly: false })
  })
})

const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** A school whose file says of itself what no file does, and of which a page of people is gone. */
async function damagedSchool() {
  const { school, path } = await createSampleSchool(300)
  await school.close()
  const pages = await SideConnection.readImmutable(path, (side) =>
    side.query<{ at: number }>(
      "SELECT pgoffset AS at FROM dbstat WHERE name = 'users' AND pagetype = 'leaf' LIMIT 1",
    ),
  )
  const bytes = await readFile(path)
  bytes[18] = 7
  for (const { at } of pages) bytes.fill(0xff, at, at + 4_096)
  const home = await temporaryHome()
  const file = join(home, 'school.rollbook')
  await writeFile(file, bytes)
  return { home, file }
}
