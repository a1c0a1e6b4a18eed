import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SideConnection } from '../../electron/database/scratch'
import { SEED_FOLDER } from '../helpers/seed'
import { countCalls, type Fault, hasStrace, runWithFault, WRITING_CALLS } from './strace'
import { note, spread, trials } from './trials'
import { contentOf } from './work/content'

const CLI = resolve(import.meta.dirname, '../../out/main/cli.cjs')

interface Command {
  /** The file that it makes. */
  made: string
  argv: (folder: string) => string[]
}

const EXPORT = ['export', '--entity', 'users', '--format', 'csv', '--from']

/** The commands that make a file which was not there. */
const COMMANDS: Command[] = [
  { made: 'new.rollbook', argv: (own) => ['create', join(own, 'new.rollbook'), '--sample', '30'] },
  { made: 'new.rollbook', argv: (own) => ['adopt', join(own, 'seed'), '--into', join(own, 'new.rollbook')] },
  {
    made: 'new.rollbook',
    argv: (own) => ['salvage', join(own, 'damaged.rollbook'), '--into', join(own, 'new.rollbook')],
  },
  {
    made: 'people.csv',
    argv: (own) => [...EXPORT, join(own, 'school.rollbook'), '--out', join(own, 'people.csv')],
  },
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-new-files-'))
  const sources = join(folder, 'sources')
  await cp(SEED_FOLDER, join(sources, 'seed'), { recursive: true })
  const school = join(sources, 'school.rollbook')
  await promisify(execFile)(process.execPath, [CLI, 'create', school, '--sample', '30'], {
    env: environment(),
  })
  const [page] = await SideConnection.readImmutable(school, (side) =>
    side.query<{ at: number }>("SELECT pgoffset AS at FROM dbstat WHERE name = 'courses'"),
  )
  const bytes = await readFile(school)
  bytes.fill(0xff, page?.at, (page?.at ?? 0) + 4_096)
  await writeFile(join(sources, 'damaged.rollbook'), bytes)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const environment = () => ({ ...process.env, ROLLBOOK_HOME: join(folder, 'home') })

/** A folder of its own with all that the commands read. */
async function freshFolder(name: string): Promise<string> {
  const own = join(folder, name)
  await rm(own, { recursive: true, force: true })
  await cp(join(folder, 'sources'), own, { recursive: true })
  return own
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g

const madeIn = async (own: string, { made }: Command) =>
  made.endsWith('.csv')
    ? (await readFile(join(own, made), 'utf8')).replace(INSTANT, 'then')
    : contentOf(join(own, made))

interface Whole {
  content: string
  /** What is in the folder then. */
  names: string[]
}

/** Gives a command, which meets a fault, and gives it again; what is wrong after each, and whether the fault stopped it. */
async function tryWith(fault: Fault, command: Command, whole: Whole) {
  const own = await freshFolder('trial')
  const [wrong, before] = [[] as string[], await namesIn(own)]
  const { isDone, output } = await runWithFault(fault, [CLI, ...command.argv(own)], environment())
  const added = (await namesIn(own)).filter((name) => !before.includes(name))
  const isThere = added.includes(command.made)
  const content = isThere ? await madeIn(own, command).catch(String) : null
  if (isThere && content !== whole.content) wrong.push(`what it made is not whole: ${content}`)
  if (isDone && !isThere) wrong.push('said to be done and is not')
  if (fault.kind !== 'KILL' && !isThere) {
    if (output.trim() === '') wrong.push('failed without a word')
    const left = isRemovalRefused(fault) ? added.filter(isSeen) : await withoutEmptyWal(own, added)
    if (left.length > 0) wrong.push(`left behind: ${left.join(', ')}`)
  }
  for (const name of added.filter(isSeen)) await rm(join(own, name), { force: true })
  await again(command, own).catch((error: unknown) => wrong.push(`cannot be done again: ${String(error)}`))
  const left = (await namesIn(own)).filter((name) => !whole.names.includes(name))
  if (left.length > 0) wrong.push(`still left behind: ${left.join(', ')}`)
  return {
    isStopped: !isThere,
    wrong: wrong.map((what) => `${command.argv('')[0]}, ${fault.kind} at ${fault.call} ${fault.at}: ${what}`),
  }
}

/** Whether no file can be removed from then on: the next command does it. */
const isRemovalRefused = ({ call, kind }: Fault) => call === 'unlink' && kind === 'ENOSPC'

const isSeen = (name: string) => !name.startsWith('.')

/** Names but those of a `-wal` with nothing in it: SQLite alone may take it away, and cannot while the disk is full. */
async function withoutEmptyWal(own: string, names: string[]): Promise<string[]> {
  const wal = names.find((name) => name.endsWith('-wal'))
  if (wal === undefined || (await stat(join(own, wal))).size > 0) return names
  return names.filter((name) => name !== wal && name !== wal.replace(/wal$/, 'shm'))
}

const namesIn = async (own: string) => (await readdir(own)).sort()

/** Salvaging ends with 3: there is something that it lists. */
const again = (command: Command, own: string) =>
  promisify(execFile)(process.execPath, [CLI, ...command.argv(own)], { env: environment() }).catch(
    (error: { code?: number }) => {
      if (error.code !== 3) throw error as Error
    },
  )

it.skipIf(!hasStrace())('a new file is whole or not there, whatever fails while it is made', async () => {
  const failures: string[] = []
  let [count, stopped] = [0, 0]
  for (const command of COMMANDS) {
    const own = await freshFolder('count')
    const calls = await countCalls([CLI, ...command.argv(own)], environment(), join(folder, 'calls.log'))
    const whole = { content: await madeIn(own, command), names: await namesIn(own) }
    const all = WRITING_CALLS.flatMap((call) =>
      Array.from({ length: calls.get(call) ?? 0 }, (_, index) => index + 1).flatMap((at) =>
        (['KILL', 'ENOSPC', 'EIO'] as const).map((kind) => ({ call, at, kind })),
      ),
    )
    for (const fault of spread(all, trials({ few: 1, many: 12, full: 200 }))) {
      const { wrong, isStopped } = await tryWith(fault, command, whole)
      failures.push(...wrong)
      count++
      if (isStopped) stopped++
    }
  }
  await note({
    promise: 'P3',
    what: 'a new school, an adopted or a salvaged one, an export: whole or not there, under KILL, ENOSPC, EIO at any write',
    trials: count,
    failures: failures.length,
    control: `${stopped} faults stopped the command`,
  })
  expect(failures).toEqual([])
})
