import { AppError } from '../contract/errors'
import { words } from '../services/words'
import { notOneOf, readArguments, usageError } from './arguments'
import type { Command, ExitCode, Outcome, Surroundings } from './command'
import { COMMAND_NAMES, loadCommand } from './commands'
import { failureOf } from './failure'
import { FailureLog } from './failureLog'
import { findFolders } from '../services/home'
import { logFile } from './home'
import { Output } from './output'
import { Session } from './session'
import { overview, usageOf } from './usage'
import { version } from './version'

/** Runs one command line and answers its exit code. It never throws: what fails is said on standard error. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const invocation = new Invocation(argv, surroundings)
  try {
    return invocation.output.finish(await invocation.run())
  } catch (error) {
    return invocation.fail(error)
  }
}

/** Tells of an error that escaped a run, and answers the exit code. */
export async function reportCrash(
  argv: readonly string[],
  surroundings: Surroundings,
  error: unknown,
): Promise<ExitCode> {
  return new Invocation(argv, surroundings).fail(error)
}

class Invocation {
  readonly output: Output
  readonly #argv: readonly string[]
  readonly #surroundings: Surroundings
  #foundHome: string | null = null
  #openedLog: FailureLog | null = null
  /** How the command is called, once it is known which. */
  #usage: string | null = null

  constructor(argv: readonly string[], surroundings: Surroundings) {
    this.output = new Output(surroundings, argv.includes('--json'))
    this.#argv = argv
    this.#surroundings = surroundings
  }

  async run(): Promise<Outcome> {
    const [first, ...rest] = this.#argv.filter((each) => each !== '--json')
    if (first === undefined) throw usageError('argument-missing', { name: 'COMMAND' })
    if (first === '--version') return { json: { version }, text: version }
    const isHelp = first === 'help' || first === '--help'
    const [word, second] = isHelp ? rest : [first, ...rest]
    if (word === undefined) return textOutcome(overview(COMMAND_NAMES))
    const group = COMMAND_NAMES.filter((name) => name.startsWith(`${word} `))
    if (group.length > 0 && (second === undefined || second === '--help')) return textOutcome(overview(group))
    const name = group.length > 0 ? `${word} ${second}` : word
    return isHelp ? textOutcome((await this.#load(name)).usage) : this.#runCommand(name)
  }

  /** Says what went wrong and what to do, never where in our code. */
  async fail(error: unknown): Promise<ExitCode> {
    const known = error instanceof AppError ? error : (await import('./knownError')).knownError(error)
    this.#debug(error)
    const failure = failureOf(known)
    if (known.code === 'usage')
      return this.output.fail(failure, `\n${this.#usage ?? overview(COMMAND_NAMES)}`)
    if (known.code !== 'unexpected') return this.output.fail(failure, '')
    // What a method of the school threw is in the log already, and its cause is known no more.
    if (known.cause !== undefined) this.#log.add(this.#argv[0] ?? '', known.cause)
    const isLogged = await this.#log.settle()
    return this.output.fail(
      failure,
      words(isLogged ? 'cli.logged' : 'cli.notLogged', { file: this.#log.file }),
    )
  }

  /** Found when it is wanted: help is there where this computer's policy is at fault, too. */
  get #home(): string {
    return (this.#foundHome ??= findFolders(this.#surroundings.env).home)
  }

  get #log(): FailureLog {
    return (this.#openedLog ??= new FailureLog(logFile(this.#home)))
  }

  async #runCommand(name: string): Promise<Outcome> {
    const { command, usage } = await this.#load(name)
    this.#usage = usage
    const rest = [...this.#argv]
    for (const word of name.split(' ')) rest.splice(rest.indexOf(word), 1)
    const args = readArguments(command, rest)
    if (args.has('help')) return textOutcome(usage)
    const session = new Session({
      home: this.#home,
      forkParser: this.#surroundings.forkParser,
      signal: this.#surroundings.signal,
      onProgress: (progress) => this.output.progress(progress),
      onUnexpected: (method, error) => {
        this.#debug(error)
        this.#log.add(method, error)
      },
    })
    try {
      const { checkout = null, ask = null } = this.#surroundings
      return await command.run({ args, session, say: (text) => this.output.say(text), checkout, ask })
    } finally {
      await session.close()
    }
  }

  async #load(name: string): Promise<{ command: Command; usage: string }> {
    const command = await loadCommand(name)
    if (!command) throw notOneOf('COMMAND', name, COMMAND_NAMES)
    return { command, usage: usageOf(name, command) }
  }

  #debug(error: unknown): void {
    if (!this.#surroundings.env.ROLLBOOK_DEBUG) return
    this.output.say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}

function textOutcome(text: string): Outcome {
  return { json: { text }, text }
}
