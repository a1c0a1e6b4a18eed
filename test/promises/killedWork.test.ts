import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { note, trials } from './trials'
import { wrongFiles } from './work/content'
import { launchProblems } from './work/launch'
import { prepareWork, type Work } from './work/place'
import { Program } from './work/startedProgram'
import type { Ordered } from './work/protocol'
import { STEPS_IN_ROUND } from './work/steps'

const KILLS = trials({ few: 2, many: 140, full: 1_200 })
/** It takes longer than the rest. */
const IS_CONTROLLED = trials({ few: false, many: true, full: true })

let folder: string
let work: Work
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-killed-'))
  work = await prepareWork(2 * STEPS_IN_ROUND)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await work.remove()
})

interface Killed {
  file: string
  /** How many steps it had told of as done. */
  done: number
  /** Files that it had told of. */
  made: string[]
  /** Milliseconds from when the school was open. */
  took: number
}

/** Starts the program and kills it so many milliseconds after it has opened the school. */
async function workAndKill(name: string, delay: number, setting?: Ordered['setting']): Promise<Killed> {
  const { args, file } = await work.begin(join(folder, name))
  const program = new Program(process.execPath, args(setting))
  program.ask('open', ...Array.from({ length: work.steps }, (_, step) => step))
  await program.next()
  const openedAt = performance.now()
  const timer = setTimeout(() => program.kill(), delay)
  while (program.told.length <= work.steps && (await program.next()) !== null);
  const took = performance.now() - openedAt
  clearTimeout(timer)
  program.kill()
  await program.ended()
  expect(program.told.filter((told) => !('done' in told))).toEqual([])
  const made = program.told.flatMap((told) => ('done' in told ? told.made : []))
  return { file, done: program.told.length - 1, made, took }
}

/** What is wrong with a school that was killed, and with the launch after that. */
async function wrongAfter({ file, done, made }: Killed): Promise<string[]> {
  // Killed between the commit and the word of it, the step is done.
  const wrong = await wrongFiles(file, { contents: work.contents, done, made })
  return [...wrong, ...(await launchProblems(file, join(folder, 'launch')))]
}

it(`work killed at any moment is done as far as was said, ${KILLS} times over`, async () => {
  const { done, took: whole } = await workAndKill('whole', 60_000)
  expect(done).toBe(work.steps)

  const failures: string[] = []
  let killed = 0
  for (let trial = 1; trial <= KILLS; trial++) {
    const name = `trial-${trial}`
    const trialled = await workAndKill(name, (whole * trial) / KILLS)
    if (trialled.done < work.steps) killed++
    failures.push(...(await wrongAfter(trialled)).map((wrong) => `${name}, ${trialled.done} done: ${wrong}`))
    await rm(join(folder, name), { recursive: true })
  }
  expect(killed).toBeGreaterThan(KILLS / 4)
  await note({
    promise: 'P1',
    what: 'edits, undo, import, export, backup and restore killed at any moment: what was said to be done is',
    trials: killed,
    failures: failures.length,
    control: IS_CONTROLLED ? await withoutTransactions(whole) : '',
  })
  expect(failures).toEqual([])
}, 3_600_000)

/** The same program, its gate without a transaction, killed until something is left half-done. */
async function withoutTransactions(whole: number): Promise<string> {
  for (let trial = 1; trial <= 40; trial++) {
    const killed = await workAndKill(`unsafe-${trial}`, (whole * ((trial * 7) % 40)) / 40, 'no transactions')
    const wrong = await wrongFiles(killed.file, { contents: work.contents, ...killed })
    if (wrong.length > 0) return `half-done at kill ${trial} without transactions`
  }
  throw new Error('a gate without a transaction was not seen to leave anything half-done')
}
