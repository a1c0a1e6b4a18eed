import { Worker } from 'node:worker_threads'
import { inject } from 'vitest'
import type { FromParser } from '../../electron/exchange/parserMessages'
import type { ForkParser } from '../../electron/exchange/parserProcess'

/** One that read its file to the end and can be told of another. */
let idle: Worker | null = null

/** The real parser, as it was built, in the Worker that reads files, without the process around that: to start both takes
 *  ten times as long as to read most files of tests. What the process is for has tests of its own, with it. */
export const forkParser: ForkParser = () => {
  const worker = idle ?? new Worker(inject('parserFile'))
  idle = null
  let isDone = false
  let batches = 0
  let isKilled = false
  worker.on('message', ({ kind }: FromParser) => {
    if (kind === 'done') isDone = true
    if (kind === 'batch') batches++
  })
  return {
    send(message) {
      if (message.kind === 'stored') batches--
      worker.postMessage(message)
    },
    onMessage: (listener) => worker.on('message', listener),
    onExit: (listener) => worker.on('exit', listener),
    kill() {
      if (isKilled) return
      isKilled = true
      // Without a name, those that Node itself has on it would go too.
      worker.removeAllListeners('message').removeAllListeners('exit')
      if (isDone && batches === 0) idle ??= worker
      if (worker !== idle) void worker.terminate()
    },
  }
}
