import { open, stat, type FileHandle } from 'node:fs/promises'
import { TextDecoder } from 'node:util'
import { AppError, invalidField } from '../contract/errors'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** A piece of a text file. `done` of `total` bytes have been read with it. */
export interface TextPiece {
  text: string
  isLast: boolean
  done: number
  total: number
}

const MAX_BYTES = 1_073_741_824
const PIECE_BYTES = 1_048_576

/** The size of a data file in bytes. Throws where it is too large to be one, no plain file, or not there. */
async function sizeOfTextFile(path: string): Promise<number> {
  const found = await orUnreadable(() => stat(path))
  if (!found.isFile()) throw new AppError('file-unreadable')
  if (found.size > MAX_BYTES) throw invalidField('file', 'file-too-large', { max: '1 GB' })
  return found.size
}

/** How a file is encoded: by its byte order mark, else UTF-8. Throws for workbooks, which people try too. */
export async function encodingOf(path: string): Promise<Encoding> {
  const handle = await orUnreadable(() => open(path, 'r'))
  try {
    const start = Buffer.alloc(4)
    await orUnreadable(() => handle.read(start, 0, 4, 0))
    if (start.toString('latin1') === 'PK\x03\x04') throw invalidField('file', 'is-workbook')
    if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
    if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
    return 'utf-8'
  } finally {
    await handle.close()
  }
}

/** Reads a file as text, strictly: bytes that are no text of this encoding, and NUL, are refused by their line. */
export async function* readTextFile(path: string, encoding: Encoding): AsyncGenerator<TextPiece> {
  const total = await sizeOfTextFile(path)
  const handle = await orUnreadable(() => open(path, 'r'))
  try {
    yield* pieces(handle, encoding, total)
  } finally {
    await handle.close()
  }
}

async function* pieces(handle: FileHandle, encoding: Encoding, total: number): AsyncGenerator<TextPiece> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const buffer = Buffer.alloc(PIECE_BYTES)
  let line = 1
  for (let done = 0; ;) {
    const { bytesRead } = await orUnreadable(() => handle.read(buffer, 0, PIECE_BYTES, done))
    const bytes = buffer.subarray(0, bytesRead)
    const isLast = bytesRead === 0
    done += bytesRead
    // A file that grows while it is read shall not be read for ever.
    if (done > MAX_BYTES) throw invalidField('file', 'file-too-large', { max: '1 GB' })
    const text = decode(decoder, bytes, isLast, encoding, line)
    const nul = text.indexOf('\0')
    if (nul !== -1)
      throw invalidField('file', 'nul-characters', { line: line + breaksIn(text.slice(0, nul)) })
    line += breaksIn(text)
    yield { text, isLast, done, total }
    if (isLast) return
  }
}

function decode(
  decoder: TextDecoder,
  bytes: Uint8Array,
  isLast: boolean,
  encoding: Encoding,
  line: number,
): string {
  try {
    return decoder.decode(bytes, { stream: !isLast })
  } catch {
    const lenient = new TextDecoder(encoding).decode(bytes)
    const before = lenient.slice(0, Math.max(lenient.indexOf('\uFFFD'), 0))
    throw invalidField('file', 'not-utf-8', { line: line + breaksIn(before) })
  }
}

function breaksIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

async function orUnreadable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw new AppError('file-unreadable', {}, undefined, { cause: error })
  }
}
