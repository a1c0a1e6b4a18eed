import type { ErrorCode } from '../../../electron/contract/errors'
import type { ImportOptions } from '../../../electron/contract/imports'
import type { ImportEntity } from '../../../electron/contract/imports'
import type { Records } from './records'

/** What a school is asked for. It can be written as JSON: another process may be the one that asks. */
export type Request =
  | { do: 'call'; method: string; input: object }
  | {
      do: 'import'
      lines: string[]
      mode: ImportOptions['mode']
      match: ImportOptions['match']
      onError: 'reject-rows' | 'all-or-nothing'
    }
  | { do: 'export'; entity: ImportEntity }
  | { do: 'letGo'; before: string }

/** Why something is refused, by what staff are told: `end-before-start` of a field, the reason of a conflict. */
export interface Refusal {
  code: ErrorCode
  why: string
}

/** How a request went. */
export type Outcome = { ok: true; value: unknown } | { ok: false; refusal: Refusal }

/** What a request should do to the records of the model: all that it may be refused for, or else what it leaves. */
export interface Plan {
  request: Request
  refusals: Refusal[]
  /** What it answers, as far as that is foretold. */
  value?: object
  records: Records
}

export const invalid = (field: string, code: string): Refusal => ({
  code: 'invalid',
  why: `${field}: ${code}`,
})
export const conflict = (reason: string): Refusal => ({ code: 'conflict', why: reason })
export const notFound = (entity: string): Refusal => ({ code: 'not-found', why: entity })

/** The refusals of which the condition holds. */
export const refusedWhere = (...cases: [holds: boolean, refusal: Refusal][]): Refusal[] =>
  cases.flatMap(([holds, refusal]) => (holds ? [refusal] : []))

/** A day some days from another, `YYYY-MM-DD`. */
export const dayFrom = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
