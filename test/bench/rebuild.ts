// Our side of the bench of a rebuild, in a process of its own: `rebuild.js sql` writes the statements of the revision for
// the shell to run, `rebuild.js run FILE` takes a file past it.
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { migrationSql } from '../../electron/database/migrationSql'
import { stepsBetween, takeStep, withMigrator } from '../../electron/database/migrator'
import type { Revision } from '../../electron/database/operations'
import { allRevisions } from '../../electron/database/revisions'

const RESOLUTION = 5 // milliseconds
const IDLE = `
  const delays = require('node:perf_hooks').monitorEventLoopDelay({ resolution: ${RESOLUTION} })
  delays.enable()
  require('node:worker_threads').parentPort.once('message', function () {
    this.postMessage(Math.max(0, delays.max / 1e6 - ${RESOLUTION}))
  })`

const appVersion = 'bench'
const revisions = allRevisions()
const head = revisions.length

/** What SQLite cannot do but by a rebuild: every row is written, and every index of it. */
const revision: Revision = {
  name: '20990101T0000-rebuild-users',
  revises: revisions.at(-1)?.name ?? null,
  upgrade: (op) => op.addColumn('users', 'code', { type: 'TEXT' }, { using: `'u' || user_id` }),
  downgrade: (op) => op.dropColumn('users', 'code'),
}

const [, , command, file = ''] = process.argv
const answer =
  command === 'sql'
    ? await migrationSql([...revisions, revision], head, head + 1, { appVersion })
    : await run()
process.stdout.write(JSON.stringify(answer))

/** Seconds, how often progress was told, and for how many milliseconds the event loop was blocked at most, beside that of a
 *  thread with nothing to do: on a busy machine it waits as well. */
async function run() {
  const [step] = stepsBetween([...revisions, revision], head, head + 1)
  if (!step) throw new Error('there is no step')
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
  const idle = new Worker(IDLE, { eval: true })
  await once(idle, 'online')
  let reports = 0
  const start = performance.now()
  await withMigrator(file, false, async (connection) => {
    // From the first statement on: before that the process loads its own code, when there is nobody to keep waiting.
    setImmediate(() => delays.enable())
    await takeStep(connection, step, { appVersion, onRows: () => reports++ })
  })
  const seconds = (performance.now() - start) / 1000
  const blockMs = Math.max(0, delays.max / 1e6 - RESOLUTION)
  idle.postMessage('enough')
  const [idleBlockMs] = (await once(idle, 'message')) as [number]
  return { seconds, reports, blockMs, idleBlockMs }
}
