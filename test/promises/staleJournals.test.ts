import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeBackup } from '../../electron/services/backups'
import { restoreBackup } from '../../electron/services/restore'
import { dumpOfFile } from '../helpers/dump'
import { leaveHalfWritten, leaveUnfolded, overwrite } from '../helpers/leftBehind'
import { createSampleSchool, openTestSchool, temporaryFolder } from '../helpers/school'
import { note, trials } from './trials'

const ROUNDS = trials({ few: 1, many: 5, full: 5 })
const BY = { person: 'Tester', appVersion: 'test', at: new Date() }

/** A closed school of a few people, and a backup of it from before the last of them was added. */
async function begin() {
  const { path, school, api } = await createSampleSchool(10)
  const backup = await school.backUp()
  await api.users.create({ firstName: 'Later', lastName: 'Than the backup', userTypeId: 1 })
  await school.close()
  return { path, backup }
}

/** A journal that an old file left under the name, and what it would do to a new one there. */
const STALE: Record<string, (target: string, other: string, round: number) => Promise<unknown>> = {
  'of the file itself, never folded in': (target, _, round) => leaveUnfolded(target, target, 1 + 3 * round),
  'of the file, of another moment': async (target, other, round) => {
    await leaveUnfolded(target, `${other}.then`, 4 + round)
    await leaveUnfolded(target, target, 1)
    await copyFile(`${other}.then-wal`, `${target}-wal`)
  },
  'of another school': async (target, other, round) => {
    await leaveUnfolded(other, `${other}.left`, 2 + round)
    await copyFile(`${other}.left-wal`, `${target}-wal`)
  },
  'cut short': async (target, _, round) => {
    await leaveUnfolded(target, target, 9)
    await truncate(`${target}-wal`, 32 + round * 7_001)
  },
  'with a byte turned over': async (target, _, round) => {
    await leaveUnfolded(target, target, 9)
    await overwrite(`${target}-wal`, 40 + round * 3_777, Buffer.from([255 - round]))
  },
  'of rubbish': (target, _, round) =>
    writeFile(`${target}-wal`, Buffer.alloc(5_000 * (round + 1), round + 1)),
  'without a byte': (target) => writeFile(`${target}-wal`, ''),
  'of a file that is gone': async (target, _, round) => {
    await leaveUnfolded(target, target, 2 + round)
    await rm(target)
  },
  'of a damaged file': async (target, _, round) => {
    await leaveUnfolded(target, target, 2 + round)
    await overwrite(target, 4096 * (1 + round), Buffer.alloc(9_000, 7))
  },
  'of the older kind, with half of a change in the file': (target) => leaveHalfWritten(target),
  'of the older kind, of rubbish': (target, _, round) =>
    writeFile(`${target}-journal`, Buffer.alloc(700 * round, 5)),
}

describe('stale journals', () => {
  it.each(Object.entries(STALE))('%s do nothing to the restored file', async (_, leave) => {
    const { path, backup } = await begin()
    const { path: other } = await begin()
    const wanted = await dumpOfFile(backup)
    const template = await readFile(path)
    for (let round = 0; round < ROUNDS; round++) {
      const folder = await temporaryFolder()
      const target = join(folder, 'school.rollbook')
      await writeFile(target, template)
      await leave(target, other, round)
      const kept = await restoreBackup(backup, target, BY)
      expect((await readdir(folder)).filter((name) => /-(wal|shm|journal)$/.test(name))).toEqual([])
      expect(await dumpOfFile(target)).toEqual(wanted)
      if (kept && !kept.isDamaged) expect(await describeBackup(kept.path)).toMatchObject({ state: 'sound' })
      const { api, school } = await openTestSchool(target)
      expect(await api.overview.get({})).toMatchObject({ users: { all: 10 } })
      await school.close()
    }
  })

  it('would have destroyed one that is only copied there', async () => {
    const { path, backup } = await begin()
    await leaveUnfolded(path, path, 4)
    await copyFile(backup, path)
    const wanted = JSON.stringify(await dumpOfFile(backup))
    const without = await dumpOfFile(path).then(JSON.stringify, () => 'damaged')
    expect(without).not.toBe(wanted)
    await note({
      promise: 'P6',
      what: 'a restored file is immune to whatever journal lies under its name',
      trials: Object.keys(STALE).length * ROUNDS,
      failures: 0,
      control: 'a plain copy is destroyed',
    })
  })
})
