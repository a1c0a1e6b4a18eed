import type { z } from 'zod'

/** Why a call failed. Words for each stand in the catalogs under `errors`. */
export const ERROR_CODES = [
  'invalid',
  'not-found',
  'conflict',
  'forbidden',
  'busy',
  'cancelled',
  'no-school',
  'list-expired',
  'locked',
  'read-only',
  'newer-file',
  'foreign-file',
  'damaged-file',
  'upgrade-failed',
  'file-exists',
  'file-gone',
  'file-unreadable',
  'file-unwritable',
  'disk-full',
  'usage',
  'unexpected',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

export type Params = Record<string, string | number>

/** What is wrong with one value. Words for each code stand in the catalogs under `problems`. */
export interface Problem {
  code: string
  params: Params
}

export interface ErrorData {
  code: ErrorCode
  params: Params
  /** Problems by the name of the input field that has them. */
  fields?: Record<string, Problem>
}

/** How a result crosses to the page: errors travel as data, never as exceptions. */
export type Reply<Value = unknown> = { ok: true; value: Value } | { ok: false; error: ErrorData }

/** A failure that a person can be told about: a code with parameters, never a sentence. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly params: Params
  readonly fields: Record<string, Problem> | undefined

  constructor(
    code: ErrorCode,
    params: Params = {},
    fields?: Record<string, Problem>,
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify({ ...params, ...fields })}`, options)
    this.name = 'AppError'
    this.code = code
    this.params = params
    this.fields = fields
  }

  toData(): ErrorData {
    return { code: this.code, params: this.params, ...(this.fields && { fields: this.fields }) }
  }
}

/** An input with one bad field. */
export function invalidField(field: string, code: string, params: Params = {}): AppError {
  return new AppError('invalid', {}, { [field]: { code, params } })
}

/** Parses an input by its schema, or throws `invalid` with the problems by field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  throw new AppError('invalid', {}, problemsOf(result.error))
}

/** The first problem of each field that zod complains of, keyed by the field's path (`filters.state`).
 *  The value must have been parsed with `reportInput`, or a missing value cannot be told from a wrong one. */
export function problemsOf(error: z.ZodError): Record<string, Problem> {
  const problems: Record<string, Problem> = {}
  for (const issue of error.issues) {
    const field = issue.path.map(String).join('.')
    problems[field] ??= problemOf(issue)
  }
  return problems
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  switch (issue.code) {
    case 'custom': {
      const { code, ...params } = (issue.params ?? {}) as Params & { code?: string }
      return { code: code ?? 'not-accepted', params }
    }
    case 'invalid_type':
      return {
        code: issue.input === undefined || issue.input === null ? 'required' : 'not-accepted',
        params: {},
      }
    case 'too_small':
      return { code: 'too-small', params: { min: Number(issue.minimum) } }
    case 'too_big':
      return { code: 'too-big', params: { max: Number(issue.maximum) } }
    case 'invalid_value':
      return { code: 'not-one-of', params: { values: issue.values.map(String).join(', ') } }
    default:
      return { code: 'not-accepted', params: {} }
  }
}
