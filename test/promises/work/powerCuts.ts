import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { randomNumbers } from '../trials'
import { filesBeside } from './content'
import { Disk, type FolderContent, type Random, readFolder } from './disk'
import type { Place } from './place'
import type { Ordered } from './protocol'
import { type Call, readRecording, recordingOptions } from './recording'
import { Program } from './startedProgram'

/** What a program did, and what there was before. */
export interface Recorded {
  place: Place
  before: FolderContent
  calls: Call[]
}

/** What a program had said when the power went. */
interface Said {
  /** How many things were done. */
  done: number
  /** Files that were made, by their names from the school's folder. */
  made: string[]
}

/** Says what is wrong with the school that a power cut has left. */
export type Judge = (file: string, said: Said, number: number) => Promise<string[]>

export interface PowerCuts {
  /** After how many of them something was wrong. */
  broken: number
  wrong: string[]
}

/** Runs the program under strace, asked for these things, and answers all that it did to files. */
export async function record(
  place: Place,
  asked: (string | number)[],
  setting?: Ordered['setting'],
): Promise<Recorded> {
  const before = await readFolder(place.folder)
  const log = `${place.folder}.log`
  const program = new Program('strace', [...recordingOptions(log), process.execPath, ...place.args(setting)])
  program.ask(...asked)
  while (program.told.length < asked.length && (await program.next()) !== null);
  await program.ended()
  const calls = await readRecording(log, place.folder)
  await rm(log)
  return { place, before, calls }
}

/** Cuts the power at so many moments, half of them just when something was said to be done. Each file that was ever made
 *  beside the school has to be as it was made, or not there; the school itself is judged. */
export async function cutPower(
  { place, before, calls }: Recorded,
  count: number,
  judge: Judge,
): Promise<PowerCuts> {
  const disk = new Disk(before)
  const random = randomNumbers(count)
  const moments = momentsIn(calls, count, random)
  const cuts: PowerCuts = { broken: 0, wrong: [] }
  const said: Said = { done: 0, made: [] }
  for (const [index, call] of calls.entries()) {
    for (; moments[0] === index; moments.shift()) {
      const wrong = await inFolderOf(disk.afterPowerCut(random), place, async (file) => [
        ...(await wrongCopies(file, place.folder, said.made)),
        ...(await judge(file, said, moments.length)),
      ])
      if (wrong.length > 0) cuts.broken++
      cuts.wrong.push(
        ...wrong.map((each) => `before call ${index} of ${calls.length}, ${call.kind}: ${each}`),
      )
    }
    disk.do(call)
    if (call.kind !== 'tell' || !('done' in call.told)) continue
    said.done++
    said.made.push(...call.told.made)
  }
  return cuts
}

function momentsIn(calls: Call[], count: number, random: Random): number[] {
  const told = calls.flatMap(({ kind }, index) => (kind === 'tell' ? [index + 1] : []))
  const anyOf = (limit: number) => Math.floor(random() * limit)
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? (told[anyOf(told.length)] ?? 0) : anyOf(calls.length),
  ).sort((one, other) => one - other)
}

/** The same, but that files of some names were not synced. */
export function withoutSync(recorded: Recorded, isLeftOut: (name: string) => boolean): Recorded {
  const calls = recorded.calls.filter((call) => call.kind !== 'sync' || !isLeftOut(call.name))
  return { ...recorded, calls }
}

async function inFolderOf<Result>(
  files: Map<string, Buffer>,
  { folder, file }: Place,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const cut = await mkdtemp(`${folder}-cut-`)
  try {
    for (const [name, bytes] of files) {
      const path = join(cut, relative(folder, name))
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, bytes)
    }
    return await work(join(cut, relative(folder, file)))
  } finally {
    await rm(cut, { recursive: true })
  }
}

async function wrongCopies(file: string, worked: string, made: string[]): Promise<string[]> {
  const found = await filesBeside(file)
  const wrong = made.filter((name) => !found.includes(name)).map((name) => `${name} is not there`)
  for (const name of found) {
    const [copy, original] = await Promise.all(
      [dirname(file), worked].map((each) => readFile(join(each, name))),
    )
    if (!copy?.equals(original ?? Buffer.of())) wrong.push(`${name} is not whole`)
  }
  return wrong
}
