import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hasStrace, runWithFault, type Fault } from './strace'
import { note, trials } from './trials'

const CLI = resolve(import.meta.dirname, '../../out/main/cli.cjs')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-disk-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.skipIf(!hasStrace())('a disk that fails at a read is never taken for a damaged file', async () => {
  const school = join(folder, 'school.rollbook')
  const env = { ...process.env, ROLLBOOK_HOME: join(folder, 'home') }
  const run = (at: number, args: string[], kind: Fault['kind'] = 'EIO from then on') =>
    runWithFault({ call: 'pread64', at, kind }, [CLI, ...args, '--json'], env)
  expect((await run(60_000, ['create', school, '--sample', '2000'])).isDone).toBe(true)
  const count = trials({ few: 10, many: 60, full: 400 })
  const called: string[] = []
  let failed = 0
  for (let trial = 0; trial < count; trial++) {
    const at = 8 + trial * Math.ceil(120 / count)
    // A disk that is gone, and one that fails here and there.
    const kind = trial % 3 === 2 ? 'EIO' : 'EIO from then on'
    const command = trial % 2 === 0 ? ['check', school] : ['list', 'users', '--in', school]
    const { isDone, output } = await run(at, command, kind)
    if (!isDone && /"file-un(readable|writable)"/.test(output)) failed++
    if (output.includes('"damaged') || output.includes('malformed'))
      called.push(`${command[0]}, ${kind} at read ${at}: ${output.slice(0, 300)}`)
  }
  expect(failed).toBeGreaterThan(count / 3)
  await note({
    promise: 'P3',
    what: 'a disk that fails at a read is told as that, never as damage',
    trials: count,
    failures: called.length,
    control: `${failed} of the reads that failed were told`,
  })
  expect(called).toEqual([])
})
