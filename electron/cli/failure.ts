import type { AppError, Params, Problem } from '../contract/errors'
import { findWords, words } from '../services/words'
import type { ExitCode } from './command'

/** A failure as programs and people are told of it. */
export interface Failure {
  code: string
  /** What stood in the way, where the code alone does not say. */
  reason: string | null
  message: string
  exitCode: ExitCode
  /** What is wrong with single values. */
  problems: { field: string; value: string | null; code: string; message: string }[]
}

/** What an error means to whoever typed the command. */
export function failureOf({ code, params, fields = {} }: AppError): Failure {
  const problems = Object.entries(fields).map(([field, problem]) => ({
    field,
    value: problem.params.value === undefined ? null : String(problem.params.value),
    code: problem.code,
    message: problemWords(problem),
  }))
  const reason = params.reason === undefined ? null : String(params.reason)
  return { code, reason, message: messageOf(code, params), exitCode: exitCodeOf(code), problems }
}

/** What is wrong with a value, in words. */
export function problemWords({ code, params }: Problem): string {
  return findWords(`problems.${code}`, params) ?? words('problems.not-accepted')
}

function messageOf(code: string, params: Params): string {
  const { reason, problem, entity } = params
  const readable = typeof params.since === 'string' ? { ...params, since: localTime(params.since) } : params
  return (
    findWords(`cli.usage.${problem}`, readable) ??
    findWords(`cli.reasons.${reason}`, readable) ??
    findWords(`reasons.${reason}`, readable) ??
    (code === 'not-found' ? findWords(`cli.missing.${entity}`, readable) : null) ??
    (code === 'locked' && !params.holder ? null : findWords(`cli.errors.${code}`, readable)) ??
    words(`errors.${code}`, readable)
  )
}

function exitCodeOf(code: string): ExitCode {
  if (code === 'usage') return 2
  return REFUSED.has(code) ? 4 : 1
}

const REFUSED = new Set(['locked', 'newer-file', 'foreign-file', 'read-only', 'forbidden'])

function localTime(instant: string): string {
  const time = new Date(instant)
  if (Number.isNaN(time.getTime())) return instant
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(time)
}
