import { join } from 'node:path'
import { nodeParser } from '../exchange/parserProcess'
import { run } from './run'

// The entry of the command line: plain Node, no window.

const controller = new AbortController()
// The first Ctrl+C stops the work cleanly, a second one ends the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())

// `rollbook list ... | head` reads as much as it wants.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
}

void run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  // The build puts it beside this file.
  forkParser: nodeParser(join(__dirname, 'parser.cjs')),
  signal: controller.signal,
}).then((exitCode) => (process.exitCode = exitCode))
