import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ErrorCode } from '../../electron/contract/errors'
import { backupFolder } from '../../electron/database/backup'
import { countingOptions, countsIn, type Fault, faultOptions, hasStrace, WRITING_CALLS } from './strace'
import { note, spread, trials } from './trials'
import { contentOf, wrongFiles } from './work/content'
import { type Place, prepareWork, type Work } from './work/place'
import type { Ordered } from './work/protocol'
import { Program } from './work/startedProgram'
import { STEPS_IN_ROUND } from './work/steps'

/** With one thread for all work on files its calls come in the same order each time. */
const ENVIRONMENT = { ...process.env, UV_THREADPOOL_SIZE: '1' }
/** What somebody at the screen can be told of a disk. SQLite opens for reading what it fails to open for writing. */
const OF_DISK: ErrorCode[] = ['disk-full', 'file-unwritable', 'file-unreadable', 'read-only']
/** It takes longer than the rest. */
const IS_CONTROLLED = trials({ few: false, many: true, full: true })
/** A fault is over by then. */
const ATTEMPTS = 15

let folder: string
let work: Work
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-failing-'))
  work = await prepareWork(STEPS_IN_ROUND)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await work.remove()
})

/** Every call by which the program writes or opens what it writes to, with what can go wrong there. */
async function allFaults(perCall: number): Promise<Fault[]> {
  const place = await work.begin(join(folder, 'count'))
  const log = join(folder, 'calls.log')
  const program = new Program(
    'strace',
    [...countingOptions(log), process.execPath, ...place.args()],
    ENVIRONMENT,
  )
  for (const step of ['open', ...stepsOf(work)])
    expect(await program.do(step)).toMatchObject({ done: `${step}` })
  await program.ended()
  const counts = await countsIn(log)
  return [...WRITING_CALLS, 'openat'].flatMap((call) => {
    const count = call === 'openat' ? 30 : (counts.get(call) ?? 0)
    // An opening that fails may be one for reading from then on, which is another matter at each.
    const most = call === 'openat' ? 3 * perCall : perCall
    const ordinals = spread(
      Array.from({ length: count }, (_, index) => index + 1),
      most,
    )
    return ordinals.flatMap((at) =>
      (['ENOSPC for a while', 'EIO'] as const).map((kind) => ({ call, at, kind })),
    )
  })
}

const stepsOf = ({ steps }: Work) => Array.from({ length: steps }, (_, step) => step)

/** Files that are opened to be written to. */
const writtenFiles = ({ file, folder: own }: Place) => [
  ...[own, backupFolder(file)],
  ...['', '-wal', '-shm', '-journal', '.lock', '.lock-journal'].map((end) => file + end),
]

interface Trial {
  /** What failed, as people are told of it. */
  told: string[]
  wrong: string[]
}

/** Works at a school on a disk that fails once, or is full for a while, and tries again what failed. */
async function workWith(fault: Fault, name: string, setting?: Ordered['setting']): Promise<Trial> {
  const place = await work.begin(join(folder, name))
  const files = fault.call === 'openat' ? writtenFiles(place) : []
  const traced = [...faultOptions({ ...fault, files }), process.execPath, ...place.args(setting)]
  const program = new Program('strace', traced, ENVIRONMENT)
  const trial: Trial = { told: [], wrong: [] }
  let done = 0
  for (const step of ['open', ...stepsOf(work)]) {
    await takeUntilDone(program, step, place, done, trial)
    if (trial.wrong.length > 0) {
      program.kill()
      break
    }
    if (step !== 'open') done++
  }
  const code = await program.ended()
  if (code !== 0) trial.wrong.push(`ended with ${code}`)
  trial.wrong.push(...(await wrongFiles(place.file, { contents: work.contents, done, made: [] })))
  await rm(join(folder, name), { recursive: true })
  return {
    told: trial.told,
    wrong: trial.wrong.map((each) => `${fault.kind} at ${fault.call} ${fault.at}: ${each}`),
  }
}

async function takeUntilDone(
  program: Program,
  step: number | string,
  { file }: Place,
  done: number,
  { told, wrong }: Trial,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS && wrong.length === 0; attempt++) {
    const answer = await program.do(step)
    if (answer === null) return void wrong.push(`ended at ${step}`)
    if ('done' in answer) return
    if ('unexpected' in answer) {
      wrong.push(`${step}: ${answer.unexpected}`)
      await program.next()
      continue
    }
    told.push(answer.code)
    if (!OF_DISK.includes(answer.code))
      wrong.push(`${step} failed as ${answer.code} ${JSON.stringify(answer.params)}`)
    if (step === 'open') continue
    const content = await contentOf(file).catch(String)
    // Done, but not said to be: what came after it failed.
    if (content === work.contents[done + 1] && content !== work.contents[done]) return
    if (content !== work.contents[done]) wrong.push(`${step} is half-done: ${content}`)
  }
  if (wrong.length === 0) wrong.push(`${step} fails for ever`)
}

it.skipIf(!hasStrace())(
  'a full or failing disk leaves the old or the new, says so, and the work goes on',
  async () => {
    const all = await allFaults(trials({ few: 1, many: 4, full: 150 }))
    const faults = spread(all, trials({ few: 2, many: all.length, full: all.length }))
    const failures: string[] = []
    let told = 0
    for (const [index, fault] of faults.entries()) {
      const trial = await workWith(fault, `trial-${index}`)
      if (trial.told.length > 0) told++
      failures.push(...trial.wrong)
    }
    await note({
      promise: 'P3',
      what: 'a disk full for a while, or failing, at any write, sync, renaming, removal, opening: old or new, told, work goes on',
      trials: faults.length,
      failures: failures.length,
      control: `${told} faults stopped a step${IS_CONTROLLED ? `; ${await withoutTransactions()}` : ''}`,
    })
    expect(failures).toEqual([])
    expect(told).toBeGreaterThan(faults.length / 4)
  },
  3_600_000,
)

/** The same program, its gate without a transaction, on a disk that is full for a while. */
async function withoutTransactions(): Promise<string> {
  for (let at = 30; at < 300; at += 15) {
    const fault = { call: 'pwrite64', at, kind: 'ENOSPC for a while' } as const
    const { wrong } = await workWith(fault, `unsafe-${at}`, 'no transactions')
    if (wrong.some((each) => each.includes('half-done'))) return `half-done without transactions`
  }
  throw new Error('a gate without a transaction was not seen to leave anything half-done')
}
