import { join } from 'node:path'
import { nodeParser } from '../exchange/parserProcess'
import type { Surroundings } from './command'
import { reportCrash, run } from './run'

// The entry of the command line: plain Node, no window.

const argv = process.argv.slice(2)
const controller = new AbortController()
const surroundings: Surroundings = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  // The build puts it beside this file.
  forkParser: nodeParser(join(__dirname, 'parser.cjs')),
  signal: controller.signal,
}

// The first Ctrl+C stops the work cleanly, a second one ends the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())

// Who reads `rollbook list ... | head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

process.on('uncaughtException', (error) => {
  void reportCrash(argv, surroundings, error).then((exitCode) => process.exit(exitCode))
})

void run(argv, surroundings).then((exitCode) => (process.exitCode = exitCode))
