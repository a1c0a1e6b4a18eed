import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'

const RESOLUTION = 5 // milliseconds
const IDLE = `
  const delays = require('node:perf_hooks').monitorEventLoopDelay({ resolution: ${RESOLUTION} })
  delays.enable()
  require('node:worker_threads').parentPort.once('message', function () {
    this.postMessage(Math.max(0, delays.max / 1e6 - ${RESOLUTION}))
  })`

/** What a piece of work took, and for how many milliseconds it blocked the event loop at most, beside that of a thread with
 *  nothing to do: on a busy machine it waits as well. */
export interface Measured {
  seconds: number
  blockMs: number
  idleBlockMs: number
}

/** Measures a piece of work. */
export async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
  const idle = new Worker(IDLE, { eval: true })
  await once(idle, 'online')
  const start = performance.now()
  // From the first turn on: before that the process loads its own code, when there is nobody to keep waiting.
  setImmediate(() => delays.enable())
  await work()
  const seconds = (performance.now() - start) / 1000
  const blockMs = Math.max(0, delays.max / 1e6 - RESOLUTION)
  idle.postMessage('enough')
  const [idleBlockMs] = (await once(idle, 'message')) as [number]
  return { seconds, blockMs, idleBlockMs }
}
