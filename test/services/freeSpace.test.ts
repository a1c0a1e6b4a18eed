import { readdir, stat, statfs, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { requireFreeSpace } from '../../electron/database/freeSpace'
import { exportTo, listFile, prepareImport, prepareLines, applyImport } from '../helpers/jobs'
import { createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

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

it('is not asked of a disk that does not say how much it has', async () => {
  // Nothing answers under a file, as a disk does that knows no such question.
  const { path } = await createTestSchool()
  await expect(statfs(join(path, 'folder'))).rejects.toThrow('ENOTDIR')
  await requireFreeSpace(join(path, 'folder'), TOO_LARGE)
})

async function scratchFiles({ options }: TestSchool): Promise<string[]> {
  const names = await readdir(options.workFolder)
  return names.filter((name) => name.endsWith('.scratch')).map((name) => join(options.workFolder, name))
}
