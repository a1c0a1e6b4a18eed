import { fork } from 'node:child_process'
import { AppError, invalidField } from '../contract/errors'
import type { CopyRequest } from './copyFile'
import type { Batch, OpenedFile, ParsedFile, ParseRequest } from './parseFile'
import type { FromParser, ToParser } from './parserMessages'

/** A process that runs parser.ts, however it was started: by `child_process.fork` or by Electron's `utilityProcess`. */
interface ParserProcess {
  send: (message: ToParser) => void
  onMessage: (listener: (message: FromParser) => void) => void
  /** Called when the process ended, by itself or not. */
  onExit: (listener: () => void) => void
  kill: () => void
}

/** Starts a process that runs parser.ts. */
export type ForkParser = () => ParserProcess

export interface ParseLimits {
  /** Resident size of the process, in bytes. */
  memory: number
  /** Time without progress, in milliseconds. */
  silence: number
}

export const PARSE_LIMITS: ParseLimits = { memory: 512 * 1024 * 1024, silence: 30_000 }

export interface Parsing {
  fork: ForkParser
  request: ParseRequest | CopyRequest
  signal: AbortSignal
  limits?: ParseLimits
  opened: (file: OpenedFile) => Promise<void>
  /** The next batches wait until this one is done with. */
  batch: (batch: Batch) => Promise<void>
  /** In bytes. */
  progress?: (done: number, total: number) => void
}

/** Starts the parser by Node, for everything but the window. `entry` is the built parser.cjs. */
export function nodeParser(entry: string): ForkParser {
  return () => {
    // Copies strings as they are; the default would write JSON as JSON once more.
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    return {
      // A process that has just died is told nothing; its end is heard by onExit.
      send: (message) => child.connected && child.send(message, () => undefined),
      onMessage: (listener) => child.on('message', (message) => listener(message as FromParser)),
      onExit: (listener) => child.on('exit', listener).on('error', listener),
      kill: () => child.kill('SIGKILL'),
    }
  }
}

/** Reads a file in a process of its own, which is killed when it grows or falls silent, when it is told to stop, and when
 *  anything fails. Throws `invalid` with what is wrong with the file, or `cancelled`. */
export async function parseInProcess(parsing: Parsing): Promise<ParsedFile> {
  if (parsing.signal.aborted) throw new AppError('cancelled')
  const child = parsing.fork()
  try {
    return await listen(child, parsing)
  } finally {
    child.kill()
  }
}

function listen(child: ParserProcess, parsing: Parsing): Promise<ParsedFile> {
  const { signal, request, limits = PARSE_LIMITS } = parsing
  return new Promise((resolve, reject) => {
    let work: Promise<unknown> = Promise.resolve()
    let underWay = 0
    let isEnded = false
    const silence = setInterval(fall, limits.silence)
    const stop = () => fail(new AppError('cancelled'))
    signal.addEventListener('abort', stop)
    child.onMessage(hear)
    child.onExit(() => fail(invalidField('file', 'parser-ended')))
    child.send({ kind: 'parse', request })

    function hear(message: FromParser): void {
      if (message.kind === 'memory') {
        if (message.bytes > limits.memory) fail(invalidField('file', 'needs-too-much-memory'))
        return
      }
      silence.refresh()
      switch (message.kind) {
        case 'opened':
          return next(() => parsing.opened(message.file))
        case 'batch':
          return next(async () => {
            await parsing.batch(message.batch)
            child.send({ kind: 'stored' })
          })
        case 'progress':
          return parsing.progress?.(message.done, message.total)
        case 'done':
          return next(async () => end(() => resolve(message.parsed)))
        case 'failed':
          return fail(new AppError(message.error.code, message.error.params, message.error.fields))
        case 'crashed':
          return fail(new Error(`the parser failed: ${message.message}`))
      }
    }

    /** In the order in which they were heard. While one is under way, the parser may well be waiting for us. */
    function next(step: () => Promise<unknown>): void {
      underWay++
      work = work
        .then(() => (isEnded ? undefined : step()))
        .then(() => {
          underWay--
          silence.refresh()
        }, fail)
    }

    function fall(): void {
      if (underWay === 0) fail(invalidField('file', 'takes-too-long'))
    }

    function fail(error: unknown): void {
      // What is being stored is finished first, or it would go on behind the back of who cleans up.
      end(() => void work.then(() => reject(error)))
    }

    function end(settle: () => void): void {
      isEnded = true
      clearInterval(silence)
      signal.removeEventListener('abort', stop)
      child.kill()
      settle()
    }
  })
}
