import { execFile, execFileSync } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'

/** What goes wrong at one system call: the process is killed there, or the call fails once or from then on. */
export interface Fault {
  call: string
  /** The how manieth call of its kind in one thread, from 1. */
  at: number
  kind: 'KILL' | 'ENOSPC' | 'ENOSPC for a while' | 'EIO' | 'EIO from then on'
  /** Only calls on these files, where they are given. */
  files?: string[]
}

/** Calls by which bytes and names reach the disk. */
export const WRITING_CALLS = ['pwrite64', 'fdatasync', 'fsync', 'ftruncate', 'rename', 'unlink']

/** The filter in the kernel stops a program at these calls alone; without it every call would be slow. */
const FILTERED = ['-f', '--seccomp-bpf']

/** Whether strace is here and may trace. */
export function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a program to its end and counts its writing calls, by kind, in the thread that made most of each. */
export async function countCalls(
  args: string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<Map<string, number>> {
  await runTraced(countingOptions(log), args, env)
  return countsIn(log)
}

/** The options of strace that make a log for `countsIn`. */
export const countingOptions = (log: string) => [
  ...FILTERED,
  '-qq',
  '-o',
  log,
  '-e',
  `trace=${WRITING_CALLS.join(',')}`,
]

/** How many calls there were of each kind, in the thread that made most of it. */
export async function countsIn(log: string): Promise<Map<string, number>> {
  const byThread = new Map<string, number>()
  for (const [, thread, call] of (await readFile(log, 'utf8')).matchAll(/^(\d+) +(\w+)\(/gm)) {
    const key = `${call} ${thread}`
    byThread.set(key, (byThread.get(key) ?? 0) + 1)
  }
  const counts = new Map<string, number>()
  for (const [key, count] of byThread) {
    const call = key.split(' ')[0] ?? ''
    counts.set(call, Math.max(counts.get(call) ?? 0, count))
  }
  return counts
}

/** The options of strace that bring a fault about. */
export function faultOptions({ call, at, kind, files = [] }: Fault): string[] {
  // A full disk stays full until somebody makes room; a failing one fails here and there.
  const fault = {
    KILL: `signal=KILL:when=${at}`,
    ENOSPC: `error=ENOSPC:when=${at}+`,
    'ENOSPC for a while': `error=ENOSPC:when=${at}..${at + 9}`,
    EIO: `error=EIO:when=${at}`,
    'EIO from then on': `error=EIO:when=${at}+`,
  }[kind]
  const traced = ['-o', '/dev/null', ...files.flatMap((file) => ['-P', file]), '-e', `trace=${call}`]
  // With the filter strace sends its signal at the first call or never.
  const following = kind === 'KILL' ? ['-f'] : FILTERED
  return [...following, '-qq', ...traced, '-e', `inject=${call}:${fault}`]
}

/** Runs a program with one fault; answers what it wrote, and whether it ended well. */
export const runWithFault = (fault: Fault, args: string[], env: NodeJS.ProcessEnv) =>
  runTraced(faultOptions(fault), args, env)

/** Writes a script that starts a program with the arguments it is given, and notes in `log` where it and all its children
 *  connect to or send. */
export async function writeConnectionTracer(script: string, program: string, log: string): Promise<void> {
  const strace = `strace ${FILTERED.join(' ')} -qq -e trace=connect,sendto -e signal=none -o '${log}'`
  await writeFile(script, `#!/bin/sh\nexec ${strace} '${program}' "$@"\n`)
  await chmod(script, 0o755)
}

const INTERNET_ADDRESS = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g

/** The addresses of other computers in a log of `writeConnectionTracer`, each once. */
export async function connectedAddresses(log: string): Promise<string[]> {
  const addresses = [...(await readFile(log, 'utf8')).matchAll(INTERNET_ADDRESS)].map(
    ([, v4, v6]) => v4 ?? v6 ?? '',
  )
  return [...new Set(addresses)].filter((address) => !/^127\.|^::1$/.test(address))
}

/** With one thread for all work on files its calls come in the same order each time. */
function runTraced(options: string[], args: string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ isDone: boolean; output: string }>((resolve) => {
    execFile(
      'strace',
      [...options, process.execPath, ...args],
      { env: { ...env, UV_THREADPOOL_SIZE: '1' }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ isDone: error === null, output: stdout + stderr }),
    )
  })
}
