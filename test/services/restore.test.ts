import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backupFolder } from '../../electron/database/backup'
import { connect } from '../../electron/database/connection'
import { lockFile } from '../../electron/database/lock'
import { createFile } from '../../electron/database/migrate'
import { allRevisions } from '../../electron/database/revisions'
import { backUpFile, describeBackup, listBackups } from '../../electron/services/backups'
import { restoreBackup, saveCopy } from '../../electron/services/restore'
import { dumpOfFile } from '../helpers/dump'
import { leaveHalfWritten, leaveUnfolded, overwrite } from '../helpers/leftBehind'
import { createSampleSchool, openTestSchool, temporaryFolder } from '../helpers/school'

let second = 0
/** Another moment each time: names of backups tell theirs. */
const nextMoment = () => new Date(Date.UTC(2099, 0, 1, 0, 0, second++))
const restore = (backup: string, target: string) =>
  restoreBackup(backup, target, { person: 'Tester', appVersion: 'test', at: nextMoment() })

/** A closed school of a few people, and a backup of it from before the last of them was added. */
async function begin() {
  const { path, school, api } = await createSampleSchool(10)
  const backup = await school.backUp()
  await api.users.create({ firstName: 'Later', lastName: 'Than the backup', userTypeId: 1 })
  await school.close()
  return { path, backup, folder: join(path, '..') }
}

const hashOf = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

/** What stands in a folder, byte for byte. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    // Whoever wanted to write has asked for the lock.
    .filter((name) => !name.endsWith('.lock'))
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await hashOf(name)] as const)))
}

describe('a restored backup', () => {
  it('stands in the place of the file, which is a backup itself: restoring that undoes it', async () => {
    const { path, backup, folder } = await begin()
    const before = await dumpOfFile(path)
    const kept = await restore(backup, path)
    expect(await dumpOfFile(path)).toEqual(await dumpOfFile(backup))
    expect(kept).toMatchObject({ isDamaged: false })
    expect(await dumpOfFile(kept?.path ?? '')).toEqual(before)
    expect(await listBackups(path)).toMatchObject([{ reason: 'before-restore' }, { reason: 'by-hand' }])
    await restore(kept?.path ?? '', path)
    expect(await dumpOfFile(path)).toEqual(before)
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
    expect(await (await openTestSchool(path)).api.overview.get({})).toMatchObject({ users: { all: 11 } })
  })

  it('is made where no file is, and leaves the backup and what is beside it as they were', async () => {
    const { path, backup } = await begin()
    const backups = await contentOf(backupFolder(path))
    await rm(path)
    expect(await restore(backup, path)).toBeNull()
    expect(await dumpOfFile(path)).toEqual(await dumpOfFile(backup))
    expect(await contentOf(backupFolder(path))).toEqual(backups)
  })

  it('has what stands in a journal of its own', async () => {
    const { path, backup } = await begin()
    const copy = join(await temporaryFolder(), 'copy.rollbook')
    await leaveUnfolded(path, copy, 3)
    const before = await contentOf(join(copy, '..'))
    await restore(copy, backup)
    expect(await (await openTestSchool(backup)).api.overview.get({})).toMatchObject({ users: { all: 14 } })
    expect(await contentOf(join(copy, '..'))).toEqual(before)
  })

  it('that was left half written has what stood there before', async () => {
    const { path, backup } = await begin()
    const before = await dumpOfFile(backup)
    await leaveHalfWritten(backup)
    const left = await contentOf(join(backup, '..'))
    await restore(backup, path)
    expect(await dumpOfFile(path)).toEqual(before)
    expect(await contentOf(join(backup, '..'))).toMatchObject(left)
  })

  it('of an earlier schema is upgraded when it is opened', async () => {
    const { path } = await begin()
    const old = join(await temporaryFolder(), 'old.rollbook')
    await createFile(old, allRevisions().slice(0, 1), { appVersion: 'old' })
    expect(await describeBackup(old)).toMatchObject({ state: 'sound', pending: allRevisions().length - 1 })
    await restore(old, path)
    const { api } = await openTestSchool(path)
    expect(await api.overview.get({})).toMatchObject({ users: { all: 0 } })
  })

  it('replaces a damaged file, whose bytes are kept', async () => {
    const { path, backup } = await begin()
    await truncate(path, Math.floor((await stat(path)).size / 2))
    await writeFile(`${path}-wal`, 'rubbish')
    const damaged = await hashOf(path)
    const kept = await restore(backup, path)
    expect(kept).toMatchObject({ isDamaged: true })
    expect(await hashOf(kept?.path ?? '')).toBe(damaged)
    expect(await readFile(`${kept?.path}-wal`, 'utf8')).toBe('rubbish')
    expect(await dumpOfFile(path)).toEqual(await dumpOfFile(backup))
    expect(await listBackups(path)).toMatchObject([
      { name: basename(kept?.path ?? ''), state: 'damaged', reason: 'before-restore', counts: null },
      { state: 'sound' },
    ])
  })
})

describe('a backup that is not to be restored', () => {
  it.each<[string, string, (file: string) => Promise<unknown>]>([
    ['newer', 'newer', (file) => alter(file, 'PRAGMA user_version=99')],
    ['of another program', 'foreign', (file) => alter(file, 'PRAGMA application_id=1')],
    [
      'of another line of revisions',
      'foreign',
      (file) => alter(file, `UPDATE revisions SET name = 'x' WHERE rowid = 1`),
    ],
    ['no database', 'foreign', (file) => writeFile(file, 'a picture')],
    ['half of one', 'damaged', async (file) => truncate(file, Math.floor((await stat(file)).size / 2))],
    ['damaged in its middle', 'damaged', async (file) => overwrite(file, 3 * 4096, Buffer.alloc(4096, 7))],
    ['missing', 'missing', (file) => rm(file)],
  ])('since it is %s is refused, and everything is as it was', async (_, reason, spoil) => {
    const { path, backup, folder } = await begin()
    await spoil(backup)
    const before = await contentOf(folder)
    await expect(restore(backup, path)).rejects.toMatchObject({ reason, file: backup })
    expect(await contentOf(folder)).toEqual(before)
  })

  it('since the file is held is refused, and everything is as it was', async () => {
    const { path, backup, folder } = await begin()
    const lock = await lockFile(path, 'Ana', new Date())
    const before = await contentOf(folder)
    await expect(restore(backup, path)).rejects.toMatchObject({
      name: 'FileLockedError',
      holder: { holder: 'Ana' },
    })
    expect(await contentOf(folder)).toEqual(before)
    await lock.release()
  })

  it('since it is no longer what somebody has seen is refused, and changes nothing', async () => {
    const { path, backup, folder } = await begin()
    const { version } = await describeBackup(backup)
    await copyFile(path, `${backup}.new`)
    await rename(`${backup}.new`, backup)
    const before = await contentOf(folder)
    const restoring = (seen: string) =>
      restoreBackup(backup, path, { person: 'Tester', appVersion: 'test', at: nextMoment(), version: seen })
    await expect(restoring(version)).rejects.toMatchObject({ params: { reason: 'backup-changed' } })
    expect(await contentOf(folder)).toEqual(before)
    await restoring((await describeBackup(backup)).version)
  })

  it('since it is the file itself is refused', async () => {
    const { path } = await begin()
    await expect(restore(path, path)).rejects.toMatchObject({ params: { reason: 'backup-is-file' } })
  })
})

describe('a disk without room', () => {
  it('is told of with both figures, and nothing is changed', async () => {
    const { path, backup, folder } = await begin()
    const size = (await stat(backup)).size
    // Larger than any disk, with no more on it than before.
    await truncate(backup, 8e12)
    await expect(restore(backup, path)).rejects.toMatchObject({ name: 'NoSpaceError', needed: 8e12 })
    await truncate(backup, size)
    await truncate(path, 8e12)
    const names = await readdir(folder, { recursive: true })
    await expect(backUpFile(path, { reason: 'by-hand', at: nextMoment() })).rejects.toMatchObject({
      name: 'NoSpaceError',
      needed: 8e12,
    })
    await expect(restore(backup, path)).rejects.toMatchObject({ name: 'NoSpaceError', needed: 8e12 })
    expect((await stat(path)).size).toBe(8e12)
    expect((await readdir(folder, { recursive: true })).filter((name) => !name.endsWith('.lock'))).toEqual(
      names.filter((name) => !name.endsWith('.lock')),
    )
  })
})

describe('a copy of a file that cannot be opened', () => {
  it('has all of a sound one, with its journal, in one file', async () => {
    const { path } = await begin()
    const folder = await temporaryFolder()
    await leaveUnfolded(path, join(folder, 'left.rollbook'), 1)
    const target = join(folder, 'copy.rollbook')
    expect(await saveCopy(join(folder, 'left.rollbook'), target)).toEqual({ isWhole: true })
    expect(await (await openTestSchool(target)).api.overview.get({})).toMatchObject({ users: { all: 12 } })
  })

  it('has what stood there before a half written change', async () => {
    const { path, folder } = await begin()
    const before = await dumpOfFile(path)
    await leaveHalfWritten(path)
    const left = await contentOf(folder)
    const target = join(await temporaryFolder(), 'copy.rollbook')
    expect(await saveCopy(path, target)).toEqual({ isWhole: true })
    expect(await dumpOfFile(target)).toEqual(before)
    expect(await contentOf(folder)).toEqual(left)
  })

  it('has the bytes of a damaged one', async () => {
    const { path } = await begin()
    await overwrite(path, 4096, Buffer.alloc(8192, 7))
    await writeFile(`${path}-wal`, 'rubbish')
    const target = join(await temporaryFolder(), 'copy.rollbook')
    expect(await saveCopy(path, target)).toEqual({ isWhole: false })
    expect(await hashOf(target)).toBe(await hashOf(path))
    expect(await readFile(`${target}-wal`, 'utf8')).toBe('rubbish')
    await expect(saveCopy(path, path)).rejects.toMatchObject({ params: { reason: 'copy-over-file' } })
    await expect(saveCopy(path, target)).rejects.toMatchObject({ code: 'file-exists' })
  })
})

it('keeps what was written but not folded in when it is replaced', async () => {
  const { path, backup } = await begin()
  await leaveUnfolded(path, path, 5)
  const kept = await restore(backup, path)
  expect(await describeBackup(kept?.path ?? '')).toMatchObject({ state: 'sound', counts: { users: 16 } })
})

it('keeps what stood there before a half written change when it is replaced', async () => {
  const { path, backup, folder } = await begin()
  const before = await dumpOfFile(path)
  await leaveHalfWritten(path)
  expect(await dumpOfFile(path).then(JSON.stringify, String)).not.toBe(JSON.stringify(before))
  const kept = await restore(backup, path)
  expect(kept).toMatchObject({ isDamaged: false })
  expect(await describeBackup(kept?.path ?? '')).toMatchObject({ state: 'sound', counts: { users: 11 } })
  expect(await dumpOfFile(kept?.path ?? '')).toEqual(before)
  expect(await dumpOfFile(path)).toEqual(await dumpOfFile(backup))
  expect(await readdir(folder)).not.toContainEqual(expect.stringMatching(/journal$|wal$|tmp$/))
})

it('looks through each backup: what cannot be restored says why', async () => {
  const { path, backup } = await begin()
  const folder = backupFolder(path)
  await writeFile(join(folder, 'notes.rollbook'), 'notes')
  await writeFile(join(folder, 'notes.txt'), 'notes')
  await copyFile(backup, join(folder, 'newer.rollbook'))
  await alter(join(folder, 'newer.rollbook'), 'PRAGMA user_version=99')
  await copyFile(backup, join(folder, 'gaps.rollbook'))
  await alter(join(folder, 'gaps.rollbook'), 'PRAGMA foreign_keys=OFF', 'DELETE FROM courses')
  await copyFile(backup, join(folder, 'half.rollbook'))
  await truncate(join(folder, 'half.rollbook'), 20_000)
  await mkdir(join(folder, 'folder.rollbook'))
  await appendFile(join(folder, '._mac.rollbook'), '')
  const states = Object.fromEntries((await listBackups(path)).map(({ name, state }) => [name, state]))
  expect(states).toEqual({
    [basename(backup)]: 'sound',
    'notes.rollbook': 'foreign',
    'newer.rollbook': 'newer',
    'gaps.rollbook': 'orphans',
    'half.rollbook': 'damaged',
  })
})

async function alter(file: string, ...statements: string[]): Promise<void> {
  const connection = connect(file)
  for (const statement of statements) await connection.query(statement)
  await connection.close()
}

it.skipIf(process.platform === 'win32')('a backup and a copy take the place of files alone', async () => {
  const { school, path } = await createSampleSchool(10)
  await school.close()
  const pipe = join(await temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [pipe])
  const request = { person: 'Tester', appVersion: 'test', at: new Date() }
  for (const target of [pipe, await temporaryFolder()]) {
    await expect(restoreBackup(path, target, request)).rejects.toMatchObject({ code: 'file-unwritable' })
    await expect(saveCopy(path, target)).rejects.toMatchObject({ code: 'file-unwritable' })
  }
})
