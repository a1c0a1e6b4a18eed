import { resolve } from 'node:path'

export interface LaunchArguments {
  /** The school file to work on, absolute; null for the one that was open last. */
  file: string | null
  /** `smoke`: show the first list, say so, quit. `demo`: do the main job on a sample school, say so, quit. */
  run: 'window' | 'smoke' | 'demo'
}

/** Reads the command line: `--file FILE`, `--smoke`, `--demo`, or a school file alone, as a double click passes it.
 *  Throws where `--file` lacks its value. */
export function readArguments(argv: readonly string[]): LaunchArguments {
  const file = flagValue(argv, '--file') ?? argv.slice(1).find((each) => each.endsWith('.rollbook'))
  return { file: file === undefined ? null : resolve(file), run: runOf(argv) }
}

function runOf(argv: readonly string[]): LaunchArguments['run'] {
  if (argv.includes('--smoke')) return 'smoke'
  return argv.includes('--demo') ? 'demo' : 'window'
}

function flagValue(argv: readonly string[], flag: string): string | undefined {
  const joined = argv.find((each) => each.startsWith(`${flag}=`))
  if (joined !== undefined) return fileOf(flag, joined.slice(flag.length + 1))
  const at = argv.indexOf(flag)
  if (at === -1) return undefined
  return fileOf(flag, argv[at + 1])
}

function fileOf(flag: string, value: string | undefined): string {
  if (value === undefined || value === '' || value.startsWith('-')) throw new Error(`${flag} needs a file`)
  return value
}
