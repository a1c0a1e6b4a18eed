import { resolve } from 'node:path'

/** What the program was started for: a window or a run that nobody watches, or a command of the command line. */
export type LaunchArguments = WindowArguments | CommandArguments

export interface WindowArguments {
  /** The school file to work on, absolute; null for the one that was open last. */
  file: string | null
  /** `smoke`: show the first list, say so, quit. `demo`: do the main job on a sample school, say so, quit. */
  run: 'window' | 'smoke' | 'demo'
}

interface CommandArguments {
  run: 'command'
  /** As the command line reads it: the command and all that follows. */
  argv: string[]
}

/** Reads what was typed after the program's own name: `--file FILE`, `--smoke`, `--demo`, a school file alone, as a double
 *  click passes it, or a command. Throws where `--file` lacks its value. */
export function readArguments(given: readonly string[]): LaunchArguments {
  const argv = commandIn(given)
  if (argv !== null) return { run: 'command', argv }
  const file = flagValue(given, '--file') ?? given.find((each) => !each.startsWith('-'))
  return { file: file === undefined ? null : resolve(file), run: runOf(given) }
}

/** What was typed after the program's own name: an Electron that is not packed is given the folder of the program first. */
export function typedArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const folder = isPackaged ? undefined : argv.slice(1).find((each) => !each.startsWith('-'))
  return argv.filter((_, at) => at > 0 && (folder === undefined || at !== argv.indexOf(folder, 1)))
}

/** Switches that the command line has before a command, too. All others there are Electron's. */
const OF_COMMANDS = new Set(['--help', '--version', '--json'])
const OF_WINDOW = /^--(file|smoke|demo)(=|$)/

/** Null where no command is meant. Any word is one that could not be a file of ours: which ones there are, and what to do
 *  about others, is for the command line to say. */
function commandIn(given: readonly string[]): string[] | null {
  const at = given.findIndex((each) => !each.startsWith('-'))
  const before = at === -1 ? given : given.slice(0, at)
  if (before.some((each) => OF_WINDOW.test(each))) return null
  const first = before.filter((each) => OF_COMMANDS.has(each))
  if (at === -1) return first.length > 0 ? first : null
  return /^[a-z]+$/i.test(given[at] ?? '') ? [...first, ...given.slice(at)] : null
}

function runOf(given: readonly string[]): WindowArguments['run'] {
  if (given.includes('--smoke')) return 'smoke'
  return given.includes('--demo') ? 'demo' : 'window'
}

function flagValue(given: readonly string[], flag: string): string | undefined {
  const joined = given.find((each) => each.startsWith(`${flag}=`))
  if (joined !== undefined) return fileOf(flag, joined.slice(flag.length + 1))
  const at = given.indexOf(flag)
  if (at === -1) return undefined
  return fileOf(flag, given[at + 1])
}

function fileOf(flag: string, value: string | undefined): string {
  if (value === undefined || value === '' || value.startsWith('-')) throw new Error(`${flag} needs a file`)
  return value
}
