import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { schoolContract } from '../../electron/contract'
import type { ErrorCode } from '../../electron/contract/errors'
import { readHeader } from '../../electron/database/header'
import { toAppError } from '../../electron/services/failures'
import { FileTokens } from '../../electron/services/fileTokens'
import { School } from '../../electron/services/school'
import { forkParser } from '../helpers/forkParser'
import { RELEASES } from '../helpers/releases'
import { note, trials } from './trials'

/** The first of the page's questions: each list, and what Home shows. */
const QUESTIONS = ['users', 'courses', 'enrollments', 'userTypes'] as const

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-broken-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The same random numbers in every run, so that a failure can be seen again. */
function* randomNumbers(): Generator<number, never> {
  for (let state = 1; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 4_294_967_296
  }
}

/** A file with some bytes changed, or its end cut off. */
function broken(whole: Buffer, random: Generator<number, never>): { bytes: Buffer; what: string } {
  const below = (limit: number) => Math.floor(random.next().value * limit)
  if (below(4) === 0) {
    const length = below(whole.length)
    return { bytes: whole.subarray(0, length), what: `cut to ${length}` }
  }
  const bytes = Buffer.from(whole)
  // Half of them where the file says what it is and where its tables are.
  const range = below(2) === 0 ? 200 : bytes.length
  const places = Array.from({ length: 1 + below(8) }, () => below(range))
  for (const place of places) bytes[place] = below(256)
  return { bytes, what: `changed at ${places.join(', ')}` }
}

/** What a file of unknown soundness may be refused for. */
const REFUSALS: ErrorCode[] = ['foreign-file', 'newer-file', 'damaged-file', 'upgrade-failed']

/** Opens a broken file and looks at all of it; answers what is wrong with how that went. */
async function wrongWith(bytes: Buffer, number: number): Promise<{ wrong: string[]; isRefused: boolean }> {
  const place = join(folder, String(number))
  await mkdir(place)
  const file = join(place, 'school.rollbook')
  await writeFile(file, bytes)
  const wrong: string[] = []
  const unexpected: unknown[] = []
  const school = await School.open(file, {
    person: 'Tester',
    appVersion: 'test',
    workFolder: folder,
    files: new FileTokens(),
    forkParser,
    emit: () => {},
    // A value that cannot be is told as unexpected, whatever made it.
    onUnexpected: (_, error) => error instanceof z.ZodError || unexpected.push(error),
  }).catch(toAppError)
  if (school instanceof School) {
    for (const entity of QUESTIONS) await readAll(school, entity)
    await school.call('overview.get', {})
    await school.close()
  } else {
    if (!REFUSALS.includes(school.code)) wrong.push(`refused as ${school.code}: ${String(school.cause)}`)
    // Rows that break a rule show when they are copied: then there is a restore point, and the file is as it was but for
    // the way in which SQLite writes it.
    if (school.code !== 'upgrade-failed') wrong.push(...(await alterations(place, bytes)))
    else if ((await readHeader(file)).kind !== 'rollbook') wrong.push('no longer a file of ours')
  }
  for (const error of unexpected) wrong.push(`unexpected: ${String(error)}`)
  await rm(place, { recursive: true })
  return { wrong, isRefused: !(school instanceof School) }
}

async function alterations(place: string, bytes: Buffer): Promise<string[]> {
  const left = (await readdir(place)).filter((name) => !/^school\.rollbook(\.lock)?$/.test(name))
  const isAltered = hashOf(await readFile(join(place, 'school.rollbook'))) !== hashOf(bytes)
  return [
    ...(isAltered ? ['altered though it was refused'] : []),
    ...left.map((name) => `left ${name} beside it`),
  ]
}

async function readAll(school: School, entity: (typeof QUESTIONS)[number]): Promise<void> {
  const opened = await school.call(`${entity}.openList`, {})
  if (!opened.ok) return
  const { listId } = schoolContract[entity].openList.output.parse(opened.value)
  await school.call(`${entity}.list`, { listId, offset: 0, count: 200 })
}

it('a broken file is refused unaltered or read as far as it goes, and nothing crashes', async () => {
  const whole = await Promise.all((await readdir(RELEASES)).map((name) => readFile(join(RELEASES, name))))
  const random = randomNumbers()
  const count = trials({ few: 40, many: 1_000, full: 5_000 })
  const failures: string[] = []
  let refused = 0
  for (let number = 0; number < count; number++) {
    const { bytes, what } = broken(whole[number % whole.length] ?? Buffer.of(), random)
    const { wrong, isRefused } = await wrongWith(bytes, number)
    if (isRefused) refused++
    failures.push(...wrong.map((each) => `${what}: ${each}`))
  }
  expect(refused).toBeGreaterThan(count / 10)
  await note({
    promise: 'P7',
    what: 'a damaged file is never altered, and never crashes the program: bytes changed, end cut off',
    trials: count,
    failures: failures.length,
    control: `${count - refused} opened and read, ${refused} refused`,
  })
  expect(failures).toEqual([])
})
