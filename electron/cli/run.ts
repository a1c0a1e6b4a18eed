import { AppError } from '../contract/errors'
import { words } from '../services/words'
import { notOneOf, readArguments } from './arguments'
import type { Command, ExitCode, Outcome, Surroundings } from './command'
import { COMMAND_NAMES, loadCommand } from './commands'
import { failureOf } from './failure'
import { homeFolder, logFile } from './home'
import { Output } from './output'
import { Session } from './session'
import { overview, usageOf } from './usage'
import { version } from './version'

/** Runs one command line and answers its exit code. It never throws: what fails is said on standard error. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const output = new Output(surroundings, argv.includes('--json'))
  let command: { name: string; command: Command } | null = null
  try {
    const [first, ...rest] = argv
    const general = await generalOutcome(argv)
    if (general) return output.finish(general)
    const name = first ?? ''
    command = { name, command: await loadKnown(name) }
    return output.finish(await runCommand(name, command.command, rest, output, surroundings))
  } catch (error) {
    return fail(error, output, command, surroundings)
  }
}

/** What is asked of the program rather than of a command; null for a command. */
async function generalOutcome(argv: readonly string[]): Promise<Outcome | null> {
  const [first, second] = argv.filter((each) => each !== '--json')
  if (first === '--version') return { json: { version }, text: version }
  const isHelp = first === 'help' || first === '--help' || first === '-h'
  if (isHelp && second !== undefined && !second.startsWith('-')) {
    return textOutcome(usageOf(second, await loadKnown(second)))
  }
  return isHelp ? textOutcome(overview(COMMAND_NAMES)) : null
}

async function loadKnown(name: string): Promise<Command> {
  const command = await loadCommand(name)
  if (!command) throw notOneOf('COMMAND', name, COMMAND_NAMES)
  return command
}

async function runCommand(
  name: string,
  command: Command,
  argv: readonly string[],
  output: Output,
  { env, forkParser, signal }: Surroundings,
): Promise<Outcome> {
  const args = readArguments(command, argv)
  if (args.has('help')) return textOutcome(usageOf(name, command))
  const home = homeFolder(env)
  const session = new Session({
    home,
    forkParser,
    signal,
    onProgress: (progress) => output.progress(progress),
    onUnexpected: (method, error) => void logUnexpected(home, method, error),
  })
  try {
    return await command.run({ args, session, say: (text) => output.say(text) })
  } finally {
    await session.close()
  }
}

async function fail(
  error: unknown,
  output: Output,
  command: { name: string; command: Command } | null,
  { env, stderr }: Surroundings,
): Promise<ExitCode> {
  const known = error instanceof AppError ? error : (await import('./knownError')).knownError(error)
  const failure = failureOf(known)
  if (env.ROLLBOOK_DEBUG) stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
  if (known.code === 'usage') {
    const usage = command ? usageOf(command.name, command.command) : overview(COMMAND_NAMES)
    return output.fail(failure, `\n${usage}`)
  }
  if (known.code !== 'unexpected') return output.fail(failure, '')
  const home = homeFolder(env)
  // What a method of the school threw was written down by the school already, and is known no more.
  if (known.cause !== undefined) await logUnexpected(home, command?.name ?? '', known.cause)
  return output.fail(failure, words('cli.logged', { file: logFile(home) }))
}

async function logUnexpected(home: string, what: string, error: unknown): Promise<void> {
  const { logFailure } = await import('./failureLog')
  await logFailure(logFile(home), what, error)
}

function textOutcome(text: string): Outcome {
  return { json: { text }, text }
}
