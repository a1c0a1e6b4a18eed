import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { copyFile, readdir, truncate, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BACKUP_REASONS } from '../../electron/contract/backups'
import { backupFolder } from '../../electron/database/backup'
import { backUpDaily, isOverdue, secondFolder } from '../../electron/services/automaticBackups'
import { backupName, readBackupName } from '../../electron/services/backupNames'
import { backUpFile, newestOfTheFile } from '../../electron/services/backups'
import { thinnedNames } from '../../electron/services/backupThinning'
import { createTestSchool, temporaryFolder } from '../helpers/school'

const DAY = 86_400_000
const NOON = new Date(2026, 10, 23, 12).getTime()
const daysAgo = (days: number) => new Date(NOON - days * DAY)
const dailyName = (days: number) => backupName('school.rollbook', 'daily', daysAgo(days))

/** As if the file, and its `-wal`, had been written then. */
async function writtenAt(path: string, at: Date) {
  for (const file of [path, `${path}-wal`]) if (existsSync(file)) await utimes(file, at, at)
}

describe('which automatic backups stay', () => {
  it('the newest of 7 days, 4 weeks and 12 months', () => {
    const names = Array.from({ length: 400 }, (_, days) => dailyName(days))
    const gone = new Set(thinnedNames('school.rollbook', names, daysAgo(0)))
    const ages = names.flatMap((name, days) => (gone.has(name) ? [] : [days]))
    // 23 November 2026 is a Monday: a week's newest is its Sunday, a month's its last day.
    expect(ages).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 23, 54, 84, 115, 146, 176, 207, 237, 268, 296, 327])
  })

  it('all that a person made, that undoes an upgrade or a restore, or that is none of ours', () => {
    const others = BACKUP_REASONS.filter((reason) => !/daily|import|change/.test(reason))
    const names = [
      ...others.map((reason) => backupName('school.rollbook', reason, daysAgo(900))),
      backupName('school.rollbook', 'daily', daysAgo(900), true),
      'copy.rollbook',
      'notes.txt',
    ]
    const daily = Array.from({ length: 30 }, (_, days) => dailyName(days))
    const gone = thinnedNames('school.rollbook', [...names, ...daily], daysAgo(0))
    expect(gone).not.toEqual([])
    expect(daily).toEqual(expect.arrayContaining(gone))
  })

  it('nothing for a clock that was ahead, nor what a person has named, nor anything of the last week', () => {
    const ahead = Array.from({ length: 20 }, (_, days) => dailyName(-days - 1))
    const named = `Before the exams, keep-${dailyName(100)}`
    const imports = [1, 2, 3].map((hours) =>
      backupName('school.rollbook', 'before-import', new Date(NOON - hours * 3_600_000)),
    )
    const daily = Array.from({ length: 40 }, (_, days) => dailyName(days))
    const gone = thinnedNames('school.rollbook', [...ahead, named, ...imports, ...daily], daysAgo(0))
    expect(gone).toEqual(thinnedNames('school.rollbook', daily, daysAgo(0)))
    expect(gone).not.toEqual([])
  })

  it('always the newest and the last week, of older ones never more than 23, and thinning again removes nothing', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000 * 24 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(times, (hours) => {
        const names = [...new Set(hours)].map((hour) => dailyName(hour / 24))
        const gone = thinnedNames('school.rollbook', names, daysAgo(0))
        const kept = names.filter((name) => !gone.includes(name))
        expect(kept).toContain([...names].sort().at(-1))
        const old = kept.filter((name) => Number(readBackupName(name)?.createdAt) < NOON - 7 * DAY)
        expect(old.length).toBeLessThanOrEqual(23)
        expect(thinnedNames('school.rollbook', kept, daysAgo(0))).toEqual([])
      }),
    )
  })
})

describe('the backup of each day', () => {
  it('is made when the file was written since the last one, and not twice a day', async () => {
    const { path } = await createTestSchool()
    const folder = backupFolder(path)
    await writtenAt(path, daysAgo(3))
    expect(await backUpDaily(path, folder, daysAgo(2))).toEqual(daysAgo(2))
    expect(await backUpDaily(path, folder, new Date(NOON - 2 * DAY + 60_000))).toEqual(daysAgo(2))
    expect(await backUpDaily(path, folder, daysAgo(1))).toEqual(daysAgo(2))
    await writtenAt(path, daysAgo(0.5))
    expect(await backUpDaily(path, folder, daysAgo(0))).toEqual(daysAgo(0))
    expect(await readdir(folder)).toHaveLength(2)
  })

  it('is made anew where the newest is damaged, and lets no good one go for a damaged one', async () => {
    const { path } = await createTestSchool()
    const folder = backupFolder(path)
    const at = daysAgo(0)
    const damaged = await backUpFile(path, { reason: 'by-hand', at: new Date(NOON - 60_000) })
    await truncate(damaged, 5_000)
    expect(await newestOfTheFile(folder, daysAgo(0))).toBeNull()
    expect(await backUpDaily(path, folder, at)).toEqual(at)
    expect(await newestOfTheFile(folder, daysAgo(0))).toEqual(at)
  })

  it('is made, and told to be due, whatever a clock that was ahead has left', async () => {
    const { path } = await createTestSchool()
    const folder = backupFolder(path)
    await backUpFile(path, { reason: 'daily', at: daysAgo(-700) })
    expect(await newestOfTheFile(folder, daysAgo(0))).toBeNull()
    expect(await backUpDaily(path, folder, daysAgo(0))).toEqual(daysAgo(0))
    expect(await isOverdue(path, daysAgo(8), daysAgo(0))).toBe(true)
    expect(await isOverdue(path, daysAgo(6), daysAgo(0))).toBe(false)
    await writtenAt(path, daysAgo(9))
    expect(await isOverdue(path, daysAgo(8), daysAgo(0))).toBe(false)
  })

  it('thins what is older, once a newer one is there', async () => {
    const { path } = await createTestSchool()
    const folder = backupFolder(path)
    for (const days of [40, 39, 38]) await backUpFile(path, { reason: 'daily', at: daysAgo(days) })
    await backUpFile(path, { reason: 'by-hand', at: daysAgo(39.5) })
    await writtenAt(path, daysAgo(0))
    await backUpDaily(path, folder, daysAgo(0))
    const ages = (await readdir(folder)).map((name) => (NOON - Number(readBackupName(name)?.createdAt)) / DAY)
    expect(ages.sort((one, other) => one - other)).toEqual([0, 38, 39, 39.5, 40])
  })

  it('keeps a good one where the one that would stay instead is damaged', async () => {
    const { path } = await createTestSchool()
    const folder = backupFolder(path)
    const first = await backUpFile(path, { reason: 'daily', at: daysAgo(34) })
    const days = Array.from({ length: 33 }, (_, day) => day + 1)
    for (const day of days) await copyFile(first, join(folder, dailyName(day)))
    // The newest of the third week and of the month before.
    const damaged = [15, 23].map(dailyName)
    for (const name of damaged) await truncate(join(folder, name), 5_000)
    await writtenAt(path, daysAgo(0))
    await backUpDaily(path, folder, daysAgo(0))
    const ages = (await readdir(folder)).map((name) => (NOON - Number(readBackupName(name)?.createdAt)) / DAY)
    expect(ages.sort((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 23, 24])
  })

  it('lies in a second place by the file it is of, apart from those of another', async () => {
    const place = await temporaryFolder()
    const { path } = await createTestSchool()
    const folder = secondFolder(place, path)
    expect(folder).not.toBe(secondFolder(place, join('elsewhere', 'school.rollbook')))
    expect(folder).not.toBe(secondFolder(place, path, 'another-computer'))
    await backUpDaily(path, folder, daysAgo(0))
    expect(await newestOfTheFile(folder, daysAgo(0))).toEqual(daysAgo(0))
  })
})
