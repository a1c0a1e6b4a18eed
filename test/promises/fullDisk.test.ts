import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { note, trials } from './trials'
import { prepareWork, type Work } from './work/place'
import { Program } from './work/startedProgram'
import { STEPS_IN_ROUND } from './work/steps'

const STEPS = 2 * STEPS_IN_ROUND
/** KiB that are free beside the school when the work begins: the last is as good as enough. */
const ROOMS = trials({
  few: [300],
  many: [40, 150, 300, 600, 900, 1_200],
  full: [40, 80, 150, 220, 300, 450, 600, 900, 1_200, 2_000],
})
const ALL_ROOM = 16_384

let folder: string
let work: Work
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-full-'))
  work = await prepareWork(STEPS)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await work.remove()
})

/** Whether this user may mount a disk that nobody else sees. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Mounts a small disk where the school lies, moves it there, fills what is left but for so much, and starts the program. */
const ON_SMALL_DISK = `
  set -e
  cp "$1/school.rollbook" "$1.moved"
  mount -t tmpfs -o size=${ALL_ROOM}k none "$1"
  mv "$1.moved" "$1/school.rollbook"
  free=$(df --output=avail -k "$1" | tail -1)
  head -c $(( (free - $2) * 1024 )) /dev/zero > "$1/filler"
  shift 2
  exec "$@"`

interface Trial {
  told: string[]
  wrong: string[]
}

/** Works until the disk is full, makes room, and works on. */
async function workOnSmallDisk(room: number): Promise<Trial> {
  const place = await work.begin(join(folder, `room-${room}`))
  const script = ['-rm', 'sh', '-c', ON_SMALL_DISK, 'sh', place.folder, String(room)]
  const program = new Program('unshare', [...script, process.execPath, ...place.args()])
  const trial: Trial = { told: [], wrong: [] }
  for (let done = -1; done < STEPS;) {
    const step = done < 0 ? 'open' : done
    const answer = await program.do(step)
    if (answer && 'done' in answer) {
      done++
      continue
    }
    const code = answer && 'failed' in answer ? answer.code : JSON.stringify(answer)
    trial.told.push(code)
    if (code !== 'disk-full' || trial.told.length > 1) trial.wrong.push(`${step} failed as ${code}`)
    if (trial.told.length > 1) break
    if (done >= 0) {
      trial.wrong.push(
        ...(await unlike(program, ['look'])),
        ...(await unlike(program, ['content', work.contents[done]])),
      )
    }
    // The program sees a disk of its own.
    await rm(`/proc/${program.process.pid}/root${place.folder}/filler`)
  }
  trial.wrong.push(...(await unlike(program, ['content', work.contents[STEPS]])))
  const code = await program.ended()
  if (code !== 0) trial.wrong.push(`ended with ${code}`)
  return { ...trial, wrong: trial.wrong.map((each) => `with room for ${room} KiB: ${each}`) }
}

/** What is wrong with an answer of the program; nothing where it is as it should be. */
async function unlike(program: Program, [asked = '', wanted]: (string | undefined)[]): Promise<string[]> {
  const answer = await program.do(asked)
  const isRight = answer && 'done' in answer && (wanted === undefined || answer.made[0] === wanted)
  return isRight ? [] : [`${asked} answers ${JSON.stringify(answer)}`]
}

it.skipIf(!canMount())(
  'work stops at a full disk as it was, and goes on when there is room',
  async () => {
    const trialled: Trial[] = []
    for (const room of ROOMS) trialled.push(await workOnSmallDisk(room))
    const wrong = trialled.flatMap((trial) => trial.wrong)
    const stopped = trialled.filter(({ told }) => told.length > 0).length
    await note({
      promise: 'P3',
      what: 'a disk that is really full: work stops as it was, says so, and goes on when there is room',
      trials: ROOMS.length,
      failures: wrong.length,
      control: `${stopped} of them came to a full disk`,
    })
    expect(wrong).toEqual([])
    expect(stopped).toBeGreaterThan(0)
  },
  600_000,
)
