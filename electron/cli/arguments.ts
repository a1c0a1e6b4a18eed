import { parseArgs } from 'node:util'
import { AppError, type Params } from '../contract/errors'
import { day } from '../contract/fields'
import type { Command, OptionSpec } from './command'

/** Every command has these. */
export const COMMON_OPTIONS: Record<string, OptionSpec> = { json: {}, help: {} }

/** The command line was not understood. Words for `problem` stand in the catalog under `cli.usage`. */
export function usageError(problem: string, params: Params = {}): AppError {
  return new AppError('usage', { problem, ...params })
}

/** What was typed after a command, checked against how it is called. */
export class Arguments {
  readonly #arguments: ReadonlyMap<string, string[]>
  readonly #options: ReadonlyMap<string, string[]>

  constructor(values: ReadonlyMap<string, string[]>, options: ReadonlyMap<string, string[]>) {
    this.#arguments = values
    this.#options = options
  }

  /** An argument that is always there. */
  argument(name: string): string {
    return this.#arguments.get(name)?.[0] ?? ''
  }

  /** All values of a repeated argument. */
  arguments(name: string): string[] {
    return this.#arguments.get(name) ?? []
  }

  has(option: string): boolean {
    return this.#options.has(option)
  }

  text(option: string): string | undefined {
    return this.#options.get(option)?.[0]
  }

  /** An option that is always there. */
  required(option: string): string {
    return this.text(option) ?? ''
  }

  texts(option: string): string[] {
    return this.#options.get(option) ?? []
  }

  /** One of the words that the option's `choices` list. */
  choice<Choice extends string>(option: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(option)
    const choice = choices.find((each) => each === text)
    if (text !== undefined && choice === undefined) throw notOneOf(`--${option}`, text, choices)
    return choice
  }

  /** A whole number within limits. */
  wholeNumber(option: string, min: number, max: number): number | undefined {
    const text = this.text(option)
    if (text === undefined) return undefined
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (!(number >= min && number <= max)) {
      throw usageError('not-a-number', { name: `--${option}`, value: text, min, max })
    }
    return number
  }

  /** A day, `YYYY-MM-DD`. */
  day(option: string): string | undefined {
    const text = this.text(option)
    if (text === undefined) return undefined
    const parsed = day.safeParse(text)
    if (!parsed.success) throw usageError('not-a-day', { name: `--${option}`, value: text })
    return parsed.data
  }

  /** A repeated option of the form `name=value`. */
  pairs(option: string): Record<string, string> {
    return Object.fromEntries(this.texts(option).map((text) => pairOf(text)))
  }
}

/** Splits `field=value` at its first equals sign. */
export function pairOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) throw usageError('not-a-pair', { value: text })
  return [text.slice(0, at).trim(), text.slice(at + 1)]
}

export function notOneOf(name: string, value: string, choices: readonly string[]): AppError {
  return usageError('not-one-of', { name, value, values: choices.join(', ') })
}

/** Reads what was typed after a command. Throws `usage` for what the command does not know or lacks. */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const specs = { ...COMMON_OPTIONS, ...command.options }
  const types = Object.entries(specs).map(([name, { value, short }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [name, { type, ...(short !== undefined && { short }) }] as const
  })
  // Its own strictness speaks in its own words; it also refuses `--sort -name`.
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(types),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const options = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    // `db downgrade -1`: no option is called by a number.
    const typed = argv[token.index] ?? ''
    if (!/^-\d+$/.test(typed)) addOption(options, specs[token.name], token)
    else if (positionals.at(-1) !== typed) positionals.push(typed)
  }
  if (!options.has('help')) requireOptions(command, options)
  return new Arguments(assign(command, positionals, options.has('help')), options)
}

interface OptionToken {
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

function addOption(options: Map<string, string[]>, spec: OptionSpec | undefined, token: OptionToken): void {
  const { rawName, name, value, inlineValue } = token
  if (!spec) throw usageError('unknown-option', { name: rawName })
  if (spec.value === undefined) {
    if (value !== undefined) throw usageError('no-value', { name: rawName })
    options.set(name, [])
    return
  }
  const isMissing = value === undefined || (!inlineValue && value.startsWith('--'))
  if (isMissing || value === '') throw usageError('value-missing', { name: rawName, value: spec.value })
  const former = options.get(name) ?? []
  if (former.length > 0 && !spec.isRepeated) throw usageError('given-twice', { name: rawName })
  options.set(name, [...former, value])
}

function requireOptions(command: Command, options: ReadonlyMap<string, string[]>): void {
  for (const [name, { isRequired, value }] of Object.entries(command.options)) {
    if (isRequired && !options.has(name)) {
      throw usageError('option-missing', { name: `--${name} ${value ?? ''}`.trim() })
    }
  }
}

function assign(command: Command, positionals: string[], isHelp: boolean): Map<string, string[]> {
  const values = new Map<string, string[]>()
  const rest = [...positionals]
  for (const { name, isRepeated, isOptional } of command.arguments) {
    const taken = rest.splice(0, isRepeated ? rest.length : 1)
    if (taken.length === 0 && !isOptional && !isHelp) throw usageError('argument-missing', { name })
    values.set(name, taken)
  }
  const [extra] = rest
  if (extra !== undefined) throw usageError('argument-unexpected', { value: extra })
  return values
}
