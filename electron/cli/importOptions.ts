import { DATE_ORDERS, DELIMITERS, type importMethods } from '../contract/imports'
import type { z } from 'zod'
import { type Arguments, notOneOf, pairOf, usageError } from './arguments'
import { entityOf } from './entities'

export const MODES = ['add', 'update', 'upsert'] as const
export const MATCHES = ['email', 'externalId', 'id'] as const
export const ON_ERROR = ['reject-rows', 'all-or-nothing'] as const
export const UNKNOWN = ['ignore', 'error'] as const
export const DELIMITER_NAMES = Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[]

/** How a file is to be read and matched, as the contract has it. Throws `usage`. */
export function importOptionsOf(args: Arguments): z.input<typeof importMethods.prepare.input>['options'] {
  const entity = args.text('entity')
  return {
    entity: entity === undefined ? undefined : entityOf(entity),
    delimiter: delimiterOf(args),
    mode: args.choice('mode', MODES),
    match: args.choice('match', MATCHES),
    map: Object.fromEntries(args.texts('map').map(mappingOf)),
    defaults: Object.fromEntries(args.texts('default').map(pairOf)),
    dates: args.choice('dates', DATE_ORDERS),
    unknown: unknownOf(args),
  }
}

/** By name or by itself: `semicolon`, `;`, `\t`. */
function delimiterOf(args: Arguments): keyof typeof DELIMITERS | undefined {
  const text = args.text('delimiter')
  if (text === undefined) return undefined
  const sign = text === '\\t' ? '\t' : text
  const name = DELIMITER_NAMES.find((each) => each === text || DELIMITERS[each] === sign)
  if (!name) throw notOneOf('--delimiter', text, DELIMITER_NAMES)
  return name
}

/** A header may hold equals signs, a field none. */
function mappingOf(text: string): [header: string, field: string] {
  const at = text.lastIndexOf('=')
  if (at < 1) throw usageError('not-a-pair', { value: text })
  return [text.slice(0, at), text.slice(at + 1).trim()]
}

/** What later versions do with an unknown column is not yet to be had. */
function unknownOf(args: Arguments): (typeof UNKNOWN)[number] | undefined {
  const value = args.text('unknown')
  if (value === 'own-field')
    throw usageError('later', { name: '--unknown', value, values: UNKNOWN.join(', ') })
  return args.choice('unknown', UNKNOWN)
}
