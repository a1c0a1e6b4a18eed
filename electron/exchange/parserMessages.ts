import type { ErrorData } from '../contract/errors'
import type { CopyRequest } from './copyFile'
import type { Batch, OpenedFile, ParsedFile, ParseRequest } from './parseFile'

// What a parser's process and its parent say to one another. Both channels copy structured data.

export type ToParser =
  | { kind: 'parse'; request: ParseRequest | CopyRequest }
  /** A batch was stored. The parser keeps `BATCHES_UNDER_WAY` ahead of these. */
  | { kind: 'stored' }

export type FromParser =
  | { kind: 'opened'; file: OpenedFile }
  | { kind: 'batch'; batch: Batch }
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'done'; parsed: ParsedFile }
  | { kind: 'failed'; error: ErrorData }
  /** A fault of the parser's own. */
  | { kind: 'crashed'; message: string }
  /** The resident size of the process in bytes. */
  | { kind: 'memory'; bytes: number }

export const BATCHES_UNDER_WAY = 4
