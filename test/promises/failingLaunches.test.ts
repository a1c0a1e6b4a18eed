import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { upgrade } from '../../electron/database/migrate'
import type { Revision } from '../../electron/database/operations'
import { allRevisions } from '../../electron/database/revisions'
import { note, trials } from './trials'
import { RELEASE } from '../helpers/releases'

it('launches whose upgrade fails leave one restore point, and that as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-launches-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'school.rollbook')
  await copyFile(RELEASE, file)
  const revisions = [...allRevisions(), failing(allRevisions().at(-1)?.name ?? null)]
  const hashes = new Set<string>()
  const count = trials({ few: 5, many: 100, full: 100 })
  for (let launch = 0; launch < count; launch++) {
    await expect(upgrade(file, revisions, { appVersion: 'test' })).rejects.toThrow('no_such_table')
    // The revisions before the failing one are kept, so the second launch starts from there.
    for (const name of await readdir(`${file}.backups`))
      hashes.add(`${name} ${hashOf(await readFile(join(`${file}.backups`, name)))}`)
  }
  await note({
    promise: 'P5',
    what: 'failing launches leave the restore point',
    trials: count,
    failures: hashes.size > 2 ? 1 : 0,
    control: '',
  })
  // One of the file as it came, and one of what the revisions that went well have made of it.
  expect(hashes.size).toBeLessThanOrEqual(2)
  expect([...hashes].some((each) => each.startsWith('school-before-upgrade-to-4.rollbook '))).toBe(true)
})

const failing = (revises: string | null): Revision => ({
  name: '20990101T0000-fail',
  revises,
  upgrade: (op) => op.execute('INSERT INTO no_such_table VALUES (1)'),
  async downgrade() {},
})

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
