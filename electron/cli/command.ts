import type { ForkParser } from '../exchange/parserProcess'
import type { Arguments } from './arguments'
import type { Session } from './session'

/** 0 all done, 1 failed and nothing changed, 2 wrong usage, 3 done but for rejected rows, 4 refused. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** What stands after the command without a dash: `FILE`. */
export interface ArgumentSpec {
  name: string
  /** It takes all that follow; there must be one. */
  isRepeated?: boolean
  isOptional?: boolean
}

export interface OptionSpec {
  /** What stands for its value in the usage: `FOLDER`. A switch has none. */
  value?: string
  /** One letter for it: `-m`. */
  short?: string
  isRequired?: boolean
  isRepeated?: boolean
  choices?: readonly string[]
  /** Words of the catalog under `cli.options`, where they are not those of the option's own name. */
  words?: string
}

/** One command: how it is called, and what it does. Its words stand in the catalog under `cli.commands`. */
export interface Command {
  arguments: readonly ArgumentSpec[]
  options: Readonly<Record<string, OptionSpec>>
  run: (work: Work) => Promise<Outcome>
}

/** What a command has at hand. What it opens by `session` is closed when it ends. */
export interface Work {
  args: Arguments
  session: Session
  /** Words for the person beside the result, on standard error. */
  say: (text: string) => void
  /** The folder of the sources, where the program runs from one; else null. */
  checkout: string | null
  /** Asks whoever sits at the terminal to say yes or no; null where there is nobody. */
  ask: Ask | null
}

type Ask = (question: string) => Promise<boolean>

/** What a command answers: one object for programs, or a text for people. */
export interface Outcome {
  json: object
  text: string
  exitCode?: ExitCode
}

/** Where words go: standard output or standard error, or what a test reads. */
interface Stream {
  write: (text: string) => unknown
  isTTY?: boolean
}

/** The world around a run. */
export interface Surroundings {
  stdout: Stream
  stderr: Stream
  env: Record<string, string | undefined>
  forkParser: ForkParser
  /** Aborted by Ctrl+C: long work then stops and leaves nothing half done. */
  signal: AbortSignal
  checkout?: string
  ask?: Ask
}
