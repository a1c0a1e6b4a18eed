import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../contract/errors'
import type { ForkParser } from '../exchange/parserProcess'
import type { Surroundings } from './command'
import { reportCrash, run } from './run'

/** Runs one command line as this process, on its streams and signals, and ends it with the command's exit code: in plain
 *  Node and in an Electron that is ready. */
export async function runProgram(argv: readonly string[], forkParser: ForkParser): Promise<void> {
  // Whatever is written holds people's data: it is for its owner alone.
  process.umask(0o077)
  const controller = new AbortController()
  const surroundings = surroundingsOf(forkParser, controller.signal)

  // The first Ctrl+C stops the work cleanly, a second one ends the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())

  // Who reads `rollbook list ... | head` has read enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })

  // Electron would only warn of the second kind.
  for (const crash of ['uncaughtException', 'unhandledRejection'] as const)
    process.once(crash, (error: unknown) => {
      void reportCrash(argv, surroundings, error).then((exitCode) => process.exit(exitCode))
    })

  const exitCode = await run(argv, surroundings)
  await Promise.all([process.stdout, process.stderr].map(written))
  process.exit(exitCode)
}

function surroundingsOf(forkParser: ForkParser, signal: AbortSignal): Surroundings {
  // Where the build lies in a checkout, its sources are two folders up; an installed program has none.
  const checkout = join(__dirname, '..', '..')
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    forkParser,
    signal,
    ...(existsSync(join(checkout, 'migrations')) && { checkout }),
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
  }
}

/** A pipe takes what is written to it in its own time, and would lose the rest with the process. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

/** Throws AppError where somebody leaves without an answer: by Ctrl+C, or by Ctrl+D. */
async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await new Promise<string>((resolve, reject) => {
    terminal.once('close', () => reject(new AppError('cancelled')))
    terminal.question(`${question} [y/N] `, resolve)
  })
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}
