import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { AppError } from '../contract/errors'
import { readCopy, type CopyRequest } from './copyFile'
import { parseFile, type ParseRequest, type ParseSink } from './parseFile'
import { BATCHES_UNDER_WAY, type FromParser, type ToParser } from './parserMessages'

// The entry of the process that reads data files. The reading itself is done in a Worker of it, this same file once
// more, so that the process can always tell its size and be told to end.

/** What Electron's utilityProcess has in place of `process.send`. */
interface ElectronPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

const MEMORY_INTERVAL_MS = 100

if (isMainThread) runProcess()
else runWorker()

function runProcess(): void {
  const worker = new Worker(__filename)
  const send = channelToParent((message) => worker.postMessage(message))
  worker.on('message', send)
  worker.on('error', (error) => send({ kind: 'crashed', message: String(error.stack) }))
  const tellSize = () => send({ kind: 'memory', bytes: process.memoryUsage.rss() })
  tellSize()
  setInterval(tellSize, MEMORY_INTERVAL_MS)
}

/** Both ways in which this process can have been started. Without its parent it ends. */
function channelToParent(onMessage: (message: unknown) => void): (message: FromParser) => void {
  const { parentPort: port } = process as { parentPort?: ElectronPort }
  if (port) {
    port.on('message', ({ data }) => onMessage(data))
    return (message) => port.postMessage(message)
  }
  process.on('message', onMessage)
  process.on('disconnect', () => process.exit())
  return (message) => process.connected && process.send?.(message)
}

function runWorker(): void {
  let underWay = 0
  let resume: (() => void) | null = null
  const send = (message: FromParser) => parentPort?.postMessage(message)
  const batch: ParseSink['batch'] = async (found) => {
    send({ kind: 'batch', batch: found })
    underWay++
    if (underWay >= BATCHES_UNDER_WAY) await new Promise<void>((resolve) => (resume = resolve))
  }
  parentPort?.on('message', (message: ToParser) => {
    if (message.kind === 'parse') {
      void run(message.request)
      return
    }
    underWay--
    resume?.()
    resume = null
  })

  async function run(request: ParseRequest | CopyRequest): Promise<void> {
    const sink: ParseSink = {
      opened: (file) => send({ kind: 'opened', file }),
      batch,
      progress: (done, total) => send({ kind: 'progress', done, total }),
    }
    try {
      const parsed = 'entity' in request ? await readCopy(request, sink) : await parseFile(request, sink)
      send({ kind: 'done', parsed })
    } catch (error) {
      if (error instanceof AppError) send({ kind: 'failed', error: error.toData() })
      else send({ kind: 'crashed', message: String(error instanceof Error ? error.stack : error) })
    }
  }
}
