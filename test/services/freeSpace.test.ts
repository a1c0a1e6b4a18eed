import { readdirSync, statfsSync, writeFileSync } from 'node:fs'
import { readdir, stat, statfs, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireFreeSpace } from '../../electron/database/freeSpace'
import type { Emit } from '../../electron/services/context'
import { salvage } from '../../electron/services/salvage'
import { applyImport, endOf, exportTo, listFile, prepareImport, prepareLines } from '../helpers/jobs'
import {
  createSampleSchool,
  createTestSchool,
  openTestSchool,
  temporaryFolder,
  type TestSchool,
} from '../helpers/school'
import { canMount, smallDisk } from '../helpers/smallDisk'

/** More than any disk has. A file of that length takes no more room than before. */
const TOO_LARGE = 15e12

const noRoomIn = (folder: string) => ({
  code: 'disk-full',
  params: { reason: 'no-space', folder, free: expect.stringMatching(/\d/) as string },
})

const LINES = ['first_name,last_name,email,user_type', 'Ana,Kos,ana@b.ba,Student']

it('is asked before a list is read, by the name of the folder of its scratch file', async () => {
  const test = await createTestSchool()
  const list = await listFile(LINES)
  await truncate(list, TOO_LARGE)
  await expect(prepareImport(test, list)).rejects.toMatchObject(noRoomIn(test.options.workFolder))
  expect(await scratchFiles(test)).toEqual([])
})

it('is asked before an import is written, which can be written once there is room', async () => {
  const test = await createTestSchool()
  const { importId } = await prepareLines(test, LINES)
  const [scratch = ''] = await scratchFiles(test)
  const { size } = await stat(scratch)
  await truncate(scratch, TOO_LARGE)
  await expect(applyImport(test, importId)).rejects.toMatchObject(noRoomIn(dirname(test.path)))
  await truncate(scratch, size)
  expect(await applyImport(test, importId)).toMatchObject({ created: 1 })
})

it('is asked before an export, which leaves no file', async () => {
  const test = await createTestSchool()
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'people.csv'), 'those of before')
  const { size } = await stat(test.path)
  await truncate(test.path, TOO_LARGE)
  await expect(exportTo(test, 'users', join(folder, 'people.csv'))).rejects.toMatchObject(noRoomIn(folder))
  await truncate(test.path, size)
  expect(await readdir(folder)).toEqual(['people.csv'])
  await exportTo(test, 'users', join(folder, 'people.csv'))
})

it('is asked before a copy of what is open', async () => {
  const test = await createTestSchool()
  const folder = await temporaryFolder()
  const { size } = await stat(test.path)
  await truncate(test.path, TOO_LARGE)
  await expect(test.school.saveCopy(join(folder, 'copy.rollbook'))).rejects.toMatchObject({ folder })
  await truncate(test.path, size)
  expect(await readdir(folder)).toEqual([])
})

it('is asked before a restore is previewed, which writes what differs of the school too', async () => {
  const test = await createTestSchool()
  const backup = await test.school.backUp()
  const { size } = await stat(test.path)
  await truncate(test.path, TOO_LARGE)
  const source = { file: test.files.give(backup).file }
  const making = endOf(test, test.api.restorePreviews.make({ source }))
  await expect(making).rejects.toMatchObject(noRoomIn(test.options.workFolder))
  await truncate(test.path, size)
  expect(await scratchFiles(test)).toEqual([])
})

describe.skipIf(!canMount())('of a disk of its own', () => {
  it('is asked before a salvage, by the folder of the new file, and by the work folder', async () => {
    const { path, school } = await createTestSchool()
    await school.close()
    await truncate(path, 30_000_000)
    const [disk, folder] = [await smallDisk(), await temporaryFolder()]
    const control = { signal: new AbortController().signal, progress: () => {} }
    const request = { source: path, person: 'Tester', appVersion: 'test' }
    const places = { file: join(disk, 'new.rollbook'), workFolder: folder }
    await expect(salvage({ ...request, ...places }, control)).rejects.toMatchObject({ folder: disk })
    const others = { file: join(folder, 'new.rollbook'), workFolder: disk }
    await expect(salvage({ ...request, ...others }, control)).rejects.toMatchObject({ folder: disk })
    expect([...(await readdir(disk)), ...(await readdir(folder))]).toEqual([])
  })

  it('is asked before two days are compared, which leaves no copy', async () => {
    const test = await createSampleSchool(300)
    await test.school.close()
    const disk = await smallDisk()
    const isFull = () => readdirSync(disk).includes('filler')
    const fill = () => writeFileSync(join(disk, 'filler'), Buffer.alloc(roomIn(disk) - 200_000))
    const tomorrow = new Date(Date.now() + 86_400_000)
    const events: TestSchool['events'] = []
    const emit: Emit = (name, payload) => {
      events.push({ name, payload } as TestSchool['events'][number])
      // Somebody else takes the room while the copy is made.
      if (JSON.stringify(payload).includes('"comparing"') && !isFull()) fill()
    }
    const options = { now: () => tomorrow, workFolder: disk, emit }
    const later = { ...(await openTestSchool(test.path, options)), events }
    const { first, today } = await later.api.days.reach({})
    const comparing = endOf(later, later.api.days.compare({ from: first, until: today }))
    await expect(comparing).rejects.toMatchObject(noRoomIn(disk))
    expect(await readdir(disk)).toEqual(['filler'])
  })
})

it('is not asked of a disk that does not say how much it has', async () => {
  // Nothing answers under a file, as a disk does that knows no such question.
  const { path } = await createTestSchool()
  await expect(statfs(join(path, 'folder'))).rejects.toThrow('ENOTDIR')
  await requireFreeSpace(join(path, 'folder'), TOO_LARGE)
})

function roomIn(disk: string): number {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

async function scratchFiles({ options }: TestSchool): Promise<string[]> {
  const names = await readdir(options.workFolder)
  return names.filter((name) => name.endsWith('.scratch')).map((name) => join(options.workFolder, name))
}
