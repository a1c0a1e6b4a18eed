import { copyFile, open, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { BackupReason } from '../../electron/contract/backups'
import { backupFolder, flushFolder } from '../../electron/database/backup'
import { SideConnection } from '../../electron/database/scratch'
import { backupName, readBackupName } from '../../electron/services/backupNames'
import { listBackups } from '../../electron/services/backups'
import { dumpOfFile } from '../helpers/dump'
import { applyImport, prepareImport } from '../helpers/jobs'
import { createTestSchool, openTestSchool, temporaryFolder } from '../helpers/school'

const AT = new Date('2026-11-22T21:00:00.000Z')

/** A school whose clock the test sets. */
async function begin() {
  let time = AT.getTime()
  const test = await createTestSchool({ now: () => new Date(time) })
  const reasons = async () => (await listBackups(test.path)).map(({ reason }) => reason)
  const later = (minutes: number) => (time += minutes * 60_000)
  return { ...test, reasons, later }
}

async function importPeople(test: Awaited<ReturnType<typeof begin>>, count: number, round: number) {
  const file = join(await temporaryFolder(), 'people.csv')
  const rows = Array.from({ length: count }, (_, row) => `Ana,Alić,ana.${round}.${row}@x.example,Student`)
  await writeFile(file, ['first_name,last_name,email,user_type', ...rows, ''].join('\n'))
  const { importId } = await prepareImport(test, file)
  return applyImport(test, importId)
}

describe('before a change of more than 1,000 records', () => {
  it('a backup is made of what was there, unless one is younger than an hour', async () => {
    const test = await begin()
    await importPeople(test, 1_000, 0)
    expect(await test.reasons()).toEqual([])

    const before = await peopleIn(test.path)
    test.later(1)
    await importPeople(test, 1_001, 1)
    expect(await test.reasons()).toEqual(['before-import'])
    const [backup] = await listBackups(test.path)
    expect(backup).toMatchObject({
      state: 'sound',
      counts: { users: 1_000 },
      createdAt: '2026-11-22T21:01:00.000Z',
    })
    expect(await peopleIn(join(backupFolder(test.path), backup?.name ?? ''))).toEqual(before)

    test.later(59)
    await importPeople(test, 1_001, 2)
    expect(await test.reasons()).toHaveLength(1)
  })

  it('whatever makes it: people deactivated, deleted, and that undone', async () => {
    const test = await begin()
    await importPeople(test, 1_001, 0)
    const { api } = test
    const everybody = async () => ({ listId: (await api.users.openList({})).listId, except: [] })
    test.later(61)
    await api.users.setActive({ selection: await everybody(), isActive: false })
    test.later(61)
    await api.users.remove({ selection: await everybody() })
    expect(await listBackups(test.path)).toMatchObject([
      { reason: 'before-change', counts: { users: 1_001 } },
      { reason: 'before-change', counts: { users: 1_001 } },
      { reason: 'before-import', counts: { users: 0 } },
    ])
    test.later(61)
    await api.history.undoLast({})
    expect((await listBackups(test.path))[0]).toMatchObject({ reason: 'before-change', counts: { users: 0 } })
    expect(await api.overview.get({})).toMatchObject({ users: { all: 1_001, active: 0 } })
  })

  it('without room for it, is not made at all', async () => {
    const test = await begin()
    // Larger than any disk, with no more on it than before.
    const { size } = await stat(test.path)
    await truncate(test.path, 8e12)
    await expect(importPeople(test, 1_001, 0)).rejects.toMatchObject({
      code: 'disk-full',
      params: { reason: 'no-space', needed: '8.0 TB' },
    })
    await truncate(test.path, size)
    expect(await test.api.overview.get({})).toMatchObject({ users: { all: 0 } })
  })
})

it('are their owner’s alone to read', async () => {
  const { school, path } = await begin()
  const backup = await school.backUp()
  expect((await stat(backupFolder(path))).mode & 0o777).toBe(0o700)
  expect((await stat(backup)).mode & 0o777).toBe(0o600)
  expect(await readdir(backupFolder(path))).toEqual([basename(backup)])
})

it('are read when they are listed first, and again only once they were written', async () => {
  const { school, path, later } = await begin()
  const first = await school.backUp()
  later(1)
  await school.backUp()
  const read = vi.spyOn(SideConnection, 'readImmutable')
  onTestFinished(() => read.mockRestore())
  const filesRead = () => new Set(read.mock.calls.splice(0).map(([file]) => file)).size

  const listed = await listBackups(path)
  expect(listed.map(({ state }) => state)).toEqual(['sound', 'sound'])
  expect(filesRead()).toBe(2)
  expect(await listBackups(path)).toEqual(listed)
  expect(filesRead()).toBe(0)
  await truncate(first, 20_000)
  expect((await listBackups(path)).map(({ state }) => state)).toEqual(['sound', 'damaged'])
  expect(filesRead()).toBe(1)
})

it('leave nothing behind that a killed process left unfinished', async () => {
  const { school, path, later } = await begin()
  await school.backUp()
  const left = join(backupFolder(path), '.school-20261122T210000001Z.rollbook.4194305.tmp')
  await writeFile(left, 'half of a copy')
  later(1)
  await school.backUp()
  expect((await readdir(backupFolder(path))).filter((name) => name.startsWith('.'))).toEqual([])
})

it.skipIf(process.platform !== 'linux')(
  'are made where a folder knows no flushing of its names',
  async () => {
    // As on some disks of other computers.
    const handle = await open('/proc', 'r')
    await expect(handle.sync()).rejects.toMatchObject({ code: 'EINVAL' })
    await handle.close()
    await flushFolder('/proc')
  },
)

describe('the name of a backup', () => {
  it.each<[BackupReason, boolean]>([
    ['by-hand', false],
    ['before-import', false],
    ['before-restore', true],
  ])('says when and why: %s', (reason, isDamaged) => {
    const name = backupName('/schools/Škola-2026.rollbook', reason, AT, isDamaged)
    expect(name).toMatch(/^Škola-2026-20261122T210000000Z/)
    expect(readBackupName(name)).toEqual({ createdAt: AT, reason, isDamaged })
  })

  it('may be that of a restore point, or one that somebody else gave', () => {
    expect(readBackupName('s-before-upgrade-to-3.rollbook')).toMatchObject({
      createdAt: null,
      reason: 'before-upgrade',
    })
    expect(readBackupName('s-before-downgrade-to-1.rollbook')).toMatchObject({ reason: 'before-downgrade' })
    expect(readBackupName('copy for Ana.rollbook')).toMatchObject({ createdAt: null, reason: null })
    expect(readBackupName('s-20269922T990000000Z.rollbook')).toMatchObject({ createdAt: null })
    expect(readBackupName('.s.rollbook.12.tmp')).toBeNull()
    expect(readBackupName('._s-20261122T210000000Z.rollbook')).toBeNull()
    expect(readBackupName('notes.txt')).toBeNull()
  })
})

it('a school whose name begins with a dot has its backups listed', async () => {
  const { path } = await createTestSchool()
  const hidden = join(await temporaryFolder(), '.hidden.rollbook')
  await copyFile(path, hidden)
  const { school } = await openTestSchool(hidden)
  const name = basename(await school.backUp())
  expect(await listBackups(hidden)).toMatchObject([{ name, reason: 'by-hand', state: 'sound' }])
})

/** What the file of an open school shows to every other connection. */
async function peopleIn(path: string): Promise<unknown> {
  const dump = (await dumpOfFile(path)) as { name: string; rows?: unknown[] }[]
  return dump.find(({ name, rows }) => name === 'users' && rows)?.rows
}
