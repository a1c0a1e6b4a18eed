import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeParser } from '../exchange/parserProcess'
import type { Surroundings } from './command'
import { reportCrash, run } from './run'

// The entry of the command line: plain Node, no window.

const argv = process.argv.slice(2)
const controller = new AbortController()
// Where the build lies in a checkout, its sources are two folders up; an installed program has none.
const checkout = join(__dirname, '..', '..')
const surroundings: Surroundings = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  // The build puts it beside this file.
  forkParser: nodeParser(join(__dirname, 'parser.cjs')),
  signal: controller.signal,
  ...(existsSync(join(checkout, 'migrations')) && { checkout }),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
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

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
