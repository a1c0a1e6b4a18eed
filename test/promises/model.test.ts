import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SideConnection } from '../../electron/database/scratch'
import { School, valueOf } from '../../electron/services/school'
import { FileTokens } from '../../electron/services/fileTokens'
import { buildParser } from '../helpers/parserBuild'
import { type ForkParser, nodeParser } from '../../electron/exchange/parserProcess'
import { EMAILS } from './model/people'
import { type Step, STEPS } from './model/steps'
import { Trial, type TrialOptions } from './model/trial'
import { Unlike } from './model/settle'
import { note, trials } from './trials'
import { buildProgram } from './work/place'

const STEPS_WANTED = trials({ few: 60, many: 1_000, full: 10_000 })
const LONGEST = trials({ few: 60, many: 250, full: 500 })
/** A failure tells its seed, to be tried again with. */
const SEED = Number(process.env.ROLLBOOK_SEED ?? Date.now() % 1_000_000)

let folder: string
let built: string
let places: Omit<TrialOptions, 'folder'>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-model-'))
  built = await mkdtemp(resolve(import.meta.dirname, '../../node_modules/.rollbook/model-'))
  await buildProgram(join(import.meta.dirname, 'model/program.ts'), built)
  const parser = await buildParser(built)
  places = { template: join(folder, 'template.rollbook'), program: join(built, 'program.cjs'), parser }
  await makeSchool(places.template, nodeParser(parser))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(built, { recursive: true, force: true })
})

async function makeSchool(file: string, forkParser: ForkParser): Promise<void> {
  const newSchool = { name: 'School', language: 'hr', userTypes: ['Student', 'Teacher'] } as const
  const school = await School.create(
    file,
    { ...newSchool, userTypes: [...newSchool.userTypes] },
    {
      ...{ person: 'Tester', appVersion: 'test', workFolder: folder, files: new FileTokens(), forkParser },
      emit: () => {},
      onUnexpected: (method, error) => {
        throw new Error(`${method} failed unexpectedly`, { cause: error })
      },
    },
  )
  for (const [index, email] of EMAILS.slice(0, 4).entries()) {
    const person = { firstName: 'Ana', lastName: `Anić ${index}`, email, userTypeId: 1 }
    valueOf(await school.call('users.create', person))
  }
  const days = { startDate: '2026-09-01', endDate: '2099-06-18' }
  for (const [name, classType] of [
    ['Chess', 'scheduled'],
    ['VIII-2', 'homeroom'],
    ['VIII-1', 'homeroom'],
  ])
    valueOf(await school.call('courses.create', { name, classType, ...days }))
  await school.close()
}

const step: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom(...STEPS),
  numbers: fc.array(fc.nat(999), { minLength: 24, maxLength: 24 }),
})

/** What all trials came to. */
interface Tally {
  steps: number
  done: Map<string, number>
  cutShort: number
  doneUntold: number
}

/** Milliseconds after which no shorter steps are looked for that fail too. */
const SHRINKING = 300_000

/** Lines of what was done last that a failure tells. */
const TOLD = 40

let round = 0

/** Takes the steps in a new school. Throws Unlike where that did otherwise than the model. */
async function runTrial(steps: Step[], tally: Tally): Promise<void> {
  const own = join(folder, `round-${++round}`)
  await mkdir(own)
  const trial = await Trial.begin({ ...places, folder: own })
  try {
    for (const each of steps) {
      await trial.take(each)
      tally.steps++
    }
    await trial.finish()
  } catch (error) {
    throw new Error(`${String(error)}, after\n${trial.log.slice(-TOLD).join('\n')}`, { cause: error })
  } finally {
    await trial.close()
    for (const [name, count] of trial.done) tally.done.set(name, (tally.done.get(name) ?? 0) + count)
    tally.cutShort += trial.cutShort
    tally.doneUntold += trial.doneUntold
    await rm(own, { recursive: true })
  }
}

it(`a school does as its model in memory does, ${STEPS_WANTED} steps long`, async () => {
  const tally: Tally = { steps: 0, done: new Map(), cutShort: 0, doneUntold: 0 }
  for (let seed = SEED; tally.steps < STEPS_WANTED; seed++) {
    const steps = fc.array(step, { minLength: 1, maxLength: LONGEST, size: 'max' })
    await fc.assert(
      fc.asyncProperty(steps, (taken) => runTrial(taken, tally)),
      {
        seed,
        numRuns: 1,
        interruptAfterTimeLimit: SHRINKING,
        markInterruptAsFailure: true,
      },
    )
  }
  expect(tally.steps).toBeGreaterThanOrEqual(STEPS_WANTED)
  expect(tally.cutShort).toBeGreaterThanOrEqual(Math.floor(STEPS_WANTED / 500))
  await note({
    promise: 'P1',
    what: `random steps, undo, import, backup, restore and ${tally.done.get('kill') ?? 0} kills against a model in memory`,
    trials: tally.steps,
    failures: 0,
    control: await lostWrites(),
  })
}, 3_600_000)

const LOST = {
  'a lost write': `UPDATE users SET last_name = 'Lost' WHERE user_id = (SELECT max(user_id) FROM users)`,
  'a lost record': 'DELETE FROM users WHERE user_id = (SELECT max(user_id) FROM users)',
  'a lost change': 'DELETE FROM changes WHERE change_id = (SELECT max(change_id) FROM changes)',
}

/** Something is altered behind the school's back, which a trial has to notice. */
async function lostWrites(): Promise<string> {
  for (const [name, sql] of Object.entries(LOST)) {
    const own = join(folder, `round-${++round}`)
    await mkdir(own)
    const trial = await Trial.begin({ ...places, folder: own })
    try {
      await trial.take({ name: 'createType', numbers: [2] })
      const side = await SideConnection.open(trial.file)
      await side.run(sql)
      await side.close()
      const goOn = async () => {
        await trial.take({ name: 'renameSchool', numbers: [] })
        await trial.finish()
      }
      await expect(goOn(), name).rejects.toThrow(Unlike)
    } finally {
      await trial.close()
    }
  }
  return `seen: ${Object.keys(LOST).join(', ')}`
}
