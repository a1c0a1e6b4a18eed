import { findWords, words } from '../services/words'
import { COMMON_OPTIONS } from './arguments'
import type { ArgumentSpec, Command, OptionSpec } from './command'

/** How a command is called, and what its options mean. */
export function usageOf(name: string, command: Command): string {
  const { arguments: args, options } = command
  const required = Object.entries(options).filter(([, { isRequired }]) => isRequired)
  const call = [
    'rollbook',
    name,
    ...args.map(argumentText),
    ...required.map(([option, spec]) => optionText(option, { ...spec, short: undefined })),
    '[…]',
  ]
  const notes = findWords(`${wordsKey(name)}.notes`)
  const lines = Object.entries({ ...options, ...COMMON_OPTIONS }).map(
    ([option, spec]) => [optionText(option, spec), optionWords(option, spec)] as const,
  )
  return [
    words('cli.usageLine', { call: call.join(' ') }),
    '',
    words(`${wordsKey(name)}.summary`),
    ...(notes === null ? [] : [notes]),
    '',
    ...aligned(lines),
  ].join('\n')
}

/** All commands, a line each. */
export function overview(names: readonly string[]): string {
  return [
    words('cli.about'),
    '',
    words('cli.usageLine', { call: 'rollbook COMMAND […]' }),
    '',
    ...aligned(names.map((name) => [name, words(`${wordsKey(name)}.summary`)] as const)),
    '',
    words('cli.more'),
  ].join('\n')
}

/** `db upgrade` stands among the words of `db`. */
const wordsKey = (name: string) => `cli.commands.${name.replace(' ', '.')}`

function argumentText({ name, isRepeated, isOptional }: ArgumentSpec): string {
  const text = isRepeated ? `${name}…` : name
  return isOptional ? `[${text}]` : text
}

function optionText(name: string, { value, short }: OptionSpec): string {
  const names = short === undefined ? `--${name}` : `-${short}, --${name}`
  return value === undefined ? names : `${names} ${value}`
}

function optionWords(name: string, { words: key, choices, isRepeated }: OptionSpec): string {
  return [
    words(`cli.options.${key ?? name}`),
    choices ? words('cli.choices', { values: choices.join(', ') }) : '',
    isRepeated ? words('cli.repeatable') : '',
  ]
    .filter((text) => text !== '')
    .join(' ')
}

function aligned(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length))
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
