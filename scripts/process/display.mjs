// A display for windows that nobody needs to see.
import { spawn } from 'node:child_process'
import { findProgram } from './command.mjs'
import { beforeLeaving } from './leaving.mjs'

const startMs = 20_000

/** Is this a Linux session without a display? Electron ends at once there. */
export function needsOwnDisplay() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
}

/**
 * Starts an X server that nobody sees, where there is no display. Returns the environment for its clients
 * and the way to end it; it ends with this process in any case.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, close: () => void }>}
 */
export async function openDisplay() {
  if (!needsOwnDisplay()) return { env: process.env, close: () => {} }
  const server = startServer()
  const close = () => void server.kill('SIGTERM')
  const callOff = beforeLeaving(close)
  const number = await readNumber(server)
  return {
    env: { ...process.env, DISPLAY: `:${number}` },
    close: () => {
      callOff()
      close()
    },
  }
}

function startServer() {
  const options = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset']
  // Tells the kernel to end the server when we are killed without a chance to do it ourselves.
  const setpriv = findProgram('setpriv')
  const args = setpriv ? ['--pdeathsig', 'TERM', '--', 'Xvfb', ...options] : options
  // A group of its own: Ctrl+C in a terminal must not take the display away before the window has closed.
  /** @type {import('node:child_process').SpawnOptions} */
  const apart = { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true }
  const server = spawn(setpriv ?? 'Xvfb', args, apart)
  server.unref()
  return server
}

/** @param {import('node:child_process').ChildProcess} server */
function readNumber(server) {
  return new Promise((resolve, reject) => {
    let words = ''
    let number = ''
    const fail = (/** @type {string} */ why) => reject(new Error(`Xvfb did not start: ${why}\n${words}`))
    const timer = setTimeout(() => fail('no answer'), startMs)
    const errors = /** @type {import('node:stream').Readable} */ (server.stdio[2])
    const answer = /** @type {import('node:stream').Readable} */ (server.stdio[3])
    errors.on('data', (text) => (words += text))
    answer.on('data', (text) => {
      number += text
      if (!number.includes('\n')) return
      clearTimeout(timer)
      for (const stream of [errors, answer]) stream.destroy()
      resolve(number.trim())
    })
    server.on('error', (error) => fail(error.message))
    server.on('exit', (code) => fail(`exit code ${code}`))
  })
}
