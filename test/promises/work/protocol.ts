import type { ErrorCode, Params } from '../../../electron/contract/errors'

/** What program.ts is started with. */
export interface Ordered {
  file: string
  sources: string
  workFolder: string
  /** The built parser. */
  parser: string
  /** What is set otherwise than in the program itself: what keeps records safe is left out, to see that it is missed, or
   *  what comes once in a long day comes in a short one. */
  setting?: 'no transactions' | 'synchronous=NORMAL' | 'checkpoint often'
}

/** A line that it prints: how a step went, whose files it names as they lie beside the school's. */
export type Told =
  | { done: string; made: string[] }
  | { failed: string; code: ErrorCode; params: Params }
  | { unexpected: string }
