// Other programs: in the background with their words kept back, or in our place with our streams.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { beforeLeaving, exitCodeOf, passSignalsTo } from './leaving.mjs'

const isWindows = process.platform === 'win32'
const killAfterMs = 10_000
const keptOutput = 100_000 // characters

/** A program that could not be started, took too long or ended with another code than 0. `output` is what it said. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {string} output
   */
  constructor(message, output) {
    super(message)
    this.name = 'CommandError'
    this.output = output
  }
}

/**
 * Runs a program to its end and returns its standard output. Throws CommandError, with both its outputs.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a compiler started by a build tool can be ended with it.
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !isWindows,
      windowsHide: true,
    })
    const kill = () => killGroup(child)
    const callOff = beforeLeaving(kill)
    const timer = timeoutMs && setTimeout(kill, timeoutMs)
    let out = ''
    let all = ''
    const keep = (/** @type {string} */ text) => (all = (all + text).slice(-keptOutput))
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
      keep(text)
    })
    child.stderr.setEncoding('utf8').on('data', keep)
    const settle = (/** @type {string} */ failure) => {
      clearTimeout(timer)
      callOff()
      if (failure) reject(new CommandError(`${[command, ...args].join(' ')}: ${failure}`, all))
      else resolve(out)
    }
    child.on('error', (error) => settle(error.message))
    child.on('close', (code, signal) =>
      settle(code === 0 ? '' : signal ? `ended by ${signal}` : `exit code ${code}`),
    )
  })
}

/**
 * Runs a program on our own standard streams and returns its exit code. Signals are passed on to it.
 * With `isGroup` they reach the processes that it starts too, it leaves none of those behind, and it has no input.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, isGroup?: boolean }} [options]
 * @returns {Promise<number>}
 */
export function runAttached(command, args, { cwd, env, isGroup = false } = {}) {
  const stdin = isGroup ? 'ignore' : 'inherit'
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: [stdin, 'inherit', 'inherit'],
    detached: isGroup && !isWindows,
  })
  const kill = (/** @type {NodeJS.Signals} */ signal) =>
    isGroup ? killGroup(child, signal) : child.kill(signal)
  const callOff = beforeLeaving(() => kill('SIGKILL'))
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (isGroup) killGroup(child)
      callOff()
      resolve(signal ? exitCodeOf(signal) : (code ?? 1))
    })
  })
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    // Ctrl+C in a terminal reaches the child without us, and a second SIGINT would cut Electron's orderly end short.
    if (signal === 'SIGINT' && process.stdin.isTTY && !isGroup) return
    kill(signal)
    setTimeout(() => kill('SIGKILL'), killAfterMs).unref()
  }
  return passSignalsTo(pass, ended)
}

/**
 * Runs npm with these arguments, as `run` does; npm need not be on the PATH.
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNpm(args, options) {
  const home = dirname(process.execPath)
  const candidates = [
    process.env.npm_execpath ?? '',
    join(home, 'node_modules/npm/bin/npm-cli.js'),
    join(home, '../lib/node_modules/npm/bin/npm-cli.js'),
  ]
  const cli = candidates.find((path) => path.endsWith('npm-cli.js') && existsSync(path))
  return cli ? run(process.execPath, [cli, ...args], options) : run('npm', args, options)
}

/**
 * The full path of a program on the PATH, or undefined.
 * @param {string} name
 */
export function findProgram(name) {
  const endings = isWindows ? ['.exe', '.cmd', '.bat'] : ['']
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)))
    .find((path) => existsSync(path))
}

/**
 * Writes one line for people. On standard error: standard output belongs to the program that is started.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
function killGroup(child, signal = 'SIGTERM') {
  if (!child.pid) return
  try {
    if (isWindows) child.kill()
    else process.kill(-child.pid, signal)
  } catch {
    // All of it has ended.
  }
}
