import { readFile } from 'node:fs/promises'
import type { Told } from './protocol'

/** What a program did with files, in the order in which it was done, as far as it outlives the program. Names are absolute. */
export type Call =
  /** `at` is null for what is added at the end. */
  | { kind: 'write'; name: string; at: number | null; bytes: Buffer }
  | { kind: 'truncate'; name: string; size: number }
  | { kind: 'create' | 'create empty' | 'remove' | 'sync' | 'make folder'; name: string }
  | { kind: 'rename' | 'link'; name: string; to: string }
  | { kind: 'tell'; told: Told }

const TRACED = [
  ...['pwrite64', 'write', 'pwritev', 'writev', 'ftruncate', 'truncate', 'fallocate', 'copy_file_range'],
  ...['sendfile', 'openat', 'fsync', 'fdatasync', 'rename', 'renameat', 'renameat2', 'link', 'linkat'],
  ...['unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir'],
]

/** The options of strace that make a log for `readRecording`. Names and bytes are whole, and in hexadecimal. */
export const recordingOptions = (log: string) => [
  ...['-f', '--seccomp-bpf', '-qq', '-y', '-xx', '-s', '10000000', '-e', 'signal=none'],
  ...['-e', `trace=${TRACED.join(',')}`, '-o', log],
]

/** Reads from a log of strace what was done in a folder, and what was printed. Throws for a call that it does not know. */
export async function readRecording(log: string, folder: string): Promise<Call[]> {
  const calls: Call[] = []
  for (const line of wholeLines(await readFile(log, 'latin1'))) {
    const [, name = '', text = '', result = ''] = /^(\w+)\((.*)\) += (.*)$/.exec(line) ?? []
    if (result.startsWith('-1 ') || result.startsWith('?') || !isMeant(text, folder)) continue
    const read = READ[name]
    if (!read) throw new Error(`a call that cannot be read: ${line.slice(0, 300)}`)
    const call = read(text.split(', '), result)
    if (call) calls.push(call)
  }
  return calls
}

/** A call that another thread's came into the middle of is told of in two lines. It counts from its end: what was not
 *  over when the power went may not have happened. */
function wholeLines(log: string): string[] {
  const begun = new Map<string, string>()
  const whole: string[] = []
  for (const line of log.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/s.exec(line) ?? []
    const [, resumed] = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest) ?? []
    if (rest.endsWith(' <unfinished ...>')) begun.set(thread, rest.slice(0, -' <unfinished ...>'.length))
    else if (resumed !== undefined) whole.push(`${begun.get(thread)}${resumed}`)
    else if (/^\w+\(/.test(rest)) whole.push(rest)
  }
  return whole
}

const STANDARD_OUTPUT = /^1</

const isMeant = (text: string, folder: string) => text.includes(inHex(folder)) || STANDARD_OUTPUT.test(text)

const inHex = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '\\x$&')

/** Bytes as they stand between quotes, or, of an open file, its name between angle brackets. */
function bytesOf(text = ''): Buffer {
  return Buffer.from(/["<]([^">]*)[">]/.exec(text)?.[1]?.replaceAll('\\x', '') ?? '', 'hex')
}

const nameOf = (text = '') => bytesOf(text).toString()

type ReadCall = (args: string[], result: string) => Call | null

const sync: ReadCall = ([file]) => ({ kind: 'sync', name: nameOf(file) })

const READ: Record<string, ReadCall> = {
  pwrite64: ([file, bytes, , at], result) => writing(file, bytes, Number(at), result),
  write: ([file = '', bytes], result) => {
    if (!STANDARD_OUTPUT.test(file)) return writing(file, bytes, null, result)
    return { kind: 'tell', told: JSON.parse(bytesOf(bytes).toString()) as Told }
  },
  ftruncate: ([file, size]) => ({ kind: 'truncate', name: nameOf(file), size: Number(size) }),
  openat: ([, , flags = ''], result) => {
    if (!flags.includes('O_CREAT')) return null
    return { kind: flags.includes('O_TRUNC') ? 'create empty' : 'create', name: nameOf(result) }
  },
  fsync: sync,
  fdatasync: sync,
  unlink: ([name]) => ({ kind: 'remove', name: nameOf(name) }),
  rename: ([name, to]) => ({ kind: 'rename', name: nameOf(name), to: nameOf(to) }),
  link: ([name, to]) => ({ kind: 'link', name: nameOf(name), to: nameOf(to) }),
  mkdir: ([name]) => ({ kind: 'make folder', name: nameOf(name) }),
}

function writing(file = '', text = '', at: number | null, result: string): Call {
  const bytes = bytesOf(text)
  if (Number(result) !== bytes.length) throw new Error(`${bytes.length} bytes were written as ${result}`)
  return { kind: 'write', name: nameOf(file), at, bytes }
}
