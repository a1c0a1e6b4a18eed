import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backupFolder } from '../../electron/database/backup'
import { upgrade } from '../../electron/database/migrate'
import { appliedCount } from '../../electron/database/recognise'
import { allRevisions } from '../../electron/database/revisions'
import { hasStrace } from './strace'
import { note, spread, trials } from './trials'
import { contentOf, filesBeside } from './work/content'
import { launchProblems } from './work/launch'
import { type Place, prepareWork, type Work } from './work/place'
import { cutPower, type Judge, record, withoutSync } from './work/powerCuts'
import { STEPS_IN_ROUND } from './work/steps'
import { RELEASE } from '../helpers/releases'

const STATES = trials({ few: 24, many: 1_000, full: 8_000 })
const UPGRADES = trials({ few: 10, many: 300, full: 2_000 })
const CONTROLS = trials({ few: 20, many: 60, full: 400 })
/** One in so many is opened by the whole program; all are by SQLite. */
const LAUNCHED = 20

let folder: string
let work: Work
beforeAll(async () => {
  // What a disk would keep does not matter here: one in memory is faster.
  folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rollbook-power-'))
  work = await prepareWork(2 * STEPS_IN_ROUND)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await work.remove()
})

const begin = (name: string) => work.begin(join(folder, name))

/** All that was said to be done is there, and at most the next step with it. */
const judgeWork: Judge = async (file, said, number) => {
  const done = Math.max(0, said.done - 1)
  const wrong: string[] = []
  const content = await contentOf(file).catch(String)
  if (content !== work.contents[done] && content !== work.contents[done + 1])
    wrong.push(`${done} steps were done, and it holds that of ${work.contents.indexOf(content)}: ${content}`)
  if (number % LAUNCHED === 0) wrong.push(...(await launchProblems(file, join(folder, 'launch'))))
  return wrong
}

describe.skipIf(!hasStrace())('after a power cut', () => {
  const asked = ['open', ...Array.from({ length: 2 * STEPS_IN_ROUND }, (_, step) => step)]

  it('all that was said to be done is there', async () => {
    const usual = await cutPower(await record(await begin('usual'), asked), STATES / 2, judgeWork)
    // The journal of a day is folded into the file now and then, and begun anew.
    const recorded = await record(await begin('folding'), asked, 'checkpoint often')
    const folding = await cutPower(recorded, STATES / 2, judgeWork)

    const normal = await cutPower(
      await record(await begin('normal'), asked, 'synchronous=NORMAL'),
      CONTROLS,
      judgeWork,
    )
    const unsynced: string[] = []
    for (const kind of spread([...KINDS], trials({ few: 1, many: 4, full: 4 }))) {
      const { broken } = await cutPower(
        withoutSync(recorded, isOfKind(kind, recorded.place)),
        CONTROLS,
        judgeWork,
      )
      expect(broken, kind).toBeGreaterThan(0)
      unsynced.push(`${broken} with ${kind} not synced`)
    }
    await note({
      promise: 'P2',
      what: 'edits, undo, import, export, backup, restore survive a power cut: unsynced writes lost, reordered, torn',
      trials: STATES,
      failures: usual.broken + folding.broken,
      control: `of ${CONTROLS} each ${normal.broken} broken with synchronous=NORMAL, ${unsynced.join(', ')}`,
    })
    expect([...usual.wrong, ...folding.wrong]).toEqual([])
    expect(normal.broken).toBeGreaterThan(CONTROLS / 4)
  }, 3_600_000)

  it('an upgrade is at one revision or the next, and where it was begun it can be taken back', async () => {
    const contents = await contentsByRevision()
    const place = await beginUpgrade('upgrade')
    const recorded = await record(place, ['open'])
    const upgraded = await contentOf(place.file)

    const judge: Judge = async (file, said, number) => {
      const wrong: string[] = []
      const content = await contentOf(file).catch(String)
      const isUpgraded = content === upgraded
      if (!isUpgraded && (said.done > 0 || !contents.includes(content))) wrong.push(`it holds ${content}`)
      if (
        content !== contents[0] &&
        !(await filesBeside(file)).some((name) => name.includes('before-upgrade'))
      )
        wrong.push('there is no restore point')
      if (number % LAUNCHED !== 0) return wrong
      wrong.push(...(await launchProblems(file, join(folder, 'launch'))))
      if ((await contentOf(file).catch(String)) !== upgraded)
        wrong.push('the next launch does not upgrade it')
      return wrong
    }
    const { broken, wrong } = await cutPower(recorded, UPGRADES, judge)
    const unsynced = await cutPower(
      withoutSync(recorded, () => true),
      CONTROLS,
      judge,
    )
    await note({
      promise: 'P2',
      what: 'an upgrade survives a power cut: one revision or the next, with the restore point made before it',
      trials: UPGRADES,
      failures: broken,
      control: `${unsynced.broken} of ${CONTROLS} broken with nothing synced`,
    })
    expect(wrong).toEqual([])
    expect(unsynced.broken).toBeGreaterThan(CONTROLS / 4)
  }, 3_600_000)
})

/** What is synced, each kind for a reason. */
const KINDS = ['a copy', 'the folders', 'the journal', 'the school'] as const

function isOfKind(kind: (typeof KINDS)[number], { folder: own, file }: Place): (name: string) => boolean {
  const folders = [own, backupFolder(file)]
  return {
    'a copy': (name: string) => name.endsWith('.tmp'),
    'the folders': (name: string) => folders.includes(name),
    'the journal': (name: string) => name === `${file}-wal`,
    'the school': (name: string) => name === file,
  }[kind]
}

async function beginUpgrade(name: string): Promise<Place> {
  const place = await begin(name)
  await copyFile(RELEASE, place.file)
  return place
}

/** What the file of an early release holds after each revision that it lacks. */
async function contentsByRevision(): Promise<string[]> {
  const revisions = allRevisions()
  const { file } = await beginUpgrade('stepwise')
  const contents = [await contentOf(file)]
  for (let count = await appliedCount(file, revisions); count < revisions.length; count++) {
    await upgrade(file, revisions.slice(0, count + 1), { appVersion: 'test' })
    contents.push(await contentOf(file))
  }
  return contents
}
