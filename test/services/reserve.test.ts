import { copyFile, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toAppError } from '../../electron/services/failures'
import { Reserve } from '../../electron/services/reserve'
import type { SchoolOptions } from '../../electron/services/school'
import { createTestSchool, openTestSchool, type TestSchool } from '../helpers/school'
import { canMount, fillDisk, smallDisk } from '../helpers/smallDisk'

/** A school on a disk of its own of 64 MB. */
async function schoolOnSmallDisk(hasReserve: boolean, options: Partial<SchoolOptions> = {}) {
  const disk = await smallDisk()
  const made = await createTestSchool()
  await made.school.close()
  await copyFile(made.path, join(disk, 'school.rollbook'))
  const test = await openTestSchool(join(disk, 'school.rollbook'), { ...options, hasReserve })
  return { test, disk }
}

const addPerson = ({ api }: TestSchool) =>
  api.users.create({ firstName: 'Ana', lastName: 'Kos'.repeat(15), userTypeId: 1 })

describe.skipIf(!canMount())('a full disk', () => {
  it('is told as that when a school is opened on it, whether for changing or for reading', async () => {
    const { test, disk } = await schoolOnSmallDisk(false)
    await test.school.close()
    await fillDisk(disk)
    // A few pages are left, and not enough for what SQLite lays beside the file.
    await truncate(join(disk, 'filler'), (await stat(join(disk, 'filler'))).size - 16_384)
    for (const isReadOnly of [false, true]) {
      const opening = openTestSchool(test.path, { isReadOnly }).catch((error: unknown) => {
        throw toAppError(error)
      })
      await expect(opening).rejects.toMatchObject({ code: 'disk-full', params: { folder: disk } })
    }
    await rm(join(disk, 'filler'))
    await openTestSchool(test.path)
  })
})

describe.skipIf(!canMount())('the room that is kept on a disk', () => {
  it('is used when that is full: what was entered is saved, and staff are told', async () => {
    const { test, disk } = await schoolOnSmallDisk(true)
    const reserve = join(disk, '.school.rollbook.reserve')
    const wholeReserve = { size: 4_194_304, mode: 0o100600 }
    await expect.poll(() => stat(reserve).catch(String)).toMatchObject(wholeReserve)
    await fillDisk(disk)
    for (let count = 0; !test.events.some(({ name }) => name === 'diskFull'); count++) {
      await addPerson(test)
      if (count > 5_000) throw new Error('the disk is not full')
    }
    expect(await readdir(disk)).not.toContain('.school.rollbook.reserve')

    await rm(join(disk, 'filler'))
    await addPerson(test)
    expect(await stat(reserve)).toMatchObject(wholeReserve)
    await test.school.close()
    expect((await readdir(disk)).sort()).toEqual(['school.rollbook', 'school.rollbook.lock'])
  })

  it('is never why a change fails: it is noted when it cannot be set aside again, and the change is saved', async () => {
    const noted: unknown[] = []
    const onUnexpected = (what: string, error: unknown) => void noted.push([what, (error as Error).message])
    const { test, disk } = await schoolOnSmallDisk(true, { onUnexpected })
    const reserve = join(disk, '.school.rollbook.reserve')
    await expect.poll(() => stat(reserve).catch(String)).toMatchObject({ size: 4_194_304 })
    await fillDisk(disk)
    while (!test.events.some(({ name }) => name === 'diskFull')) await addPerson(test)
    await rm(join(disk, 'filler'))
    await mkdir(reserve)
    const { userId } = await addPerson(test)
    expect(await test.api.users.get({ userId })).toMatchObject({ firstName: 'Ana' })
    expect(noted).toContainEqual(['reserve', expect.stringContaining('EISDIR')])
  })

  it('is never what hides that the disk is full, where it cannot be let go', async () => {
    const { test, disk } = await schoolOnSmallDisk(true, { onUnexpected: () => {} })
    const reserve = join(disk, '.school.rollbook.reserve')
    await expect.poll(() => stat(reserve).catch(String)).toMatchObject({ size: 4_194_304 })
    await rm(reserve)
    await mkdir(reserve)
    await fillDisk(disk)
    const adding = async () => {
      for (let count = 0; count < 5_000; count++) await addPerson(test)
    }
    await expect(adding()).rejects.toMatchObject({ code: 'disk-full' })
    await rm(join(disk, 'filler'))
  })

  it('is what saves it: without it, it is refused, and nothing is half-done', async () => {
    const { test, disk } = await schoolOnSmallDisk(false)
    await fillDisk(disk)
    const adding = async () => {
      for (let count = 0; count < 5_000; count++) await addPerson(test)
    }
    await expect(adding()).rejects.toMatchObject({ code: 'disk-full' })
    await rm(join(disk, 'filler'))
    await addPerson(test)
  })

  it('is never written into another file, whose name stands where it should be', async () => {
    const { test, disk } = await schoolOnSmallDisk(false)
    await writeFile(join(disk, 'list.csv'), 'Ana')
    await symlink(join(disk, 'list.csv'), join(disk, '.school.rollbook.reserve'))
    await new Reserve(test.path, test.options.onUnexpected).keep()
    expect(await readFile(join(disk, 'list.csv'), 'utf8')).toBe('Ana')
    expect(await stat(join(disk, '.school.rollbook.reserve'))).toMatchObject({ size: 4_194_304 })
  })

  it('is not kept on a disk that has hardly more', async () => {
    const { test, disk } = await schoolOnSmallDisk(true)
    await test.school.close()
    await writeFile(join(disk, 'filler'), Buffer.alloc(40 * 1_048_576))
    await new Reserve(test.path, test.options.onUnexpected).keep()
    expect(await readdir(disk)).not.toContain('.school.rollbook.reserve')
  })
})
