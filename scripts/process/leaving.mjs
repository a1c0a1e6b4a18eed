// However the script ends, nothing that it started stays behind.
import { constants } from 'node:os'

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/** @type {Set<() => void>} */
const actions = new Set()
/** @type {((signal: NodeJS.Signals) => void) | undefined} */
let receiver
let isListening = false

/**
 * Runs a synchronous `action` when this process ends, by a signal too. Returns the way to call it off.
 * @param {() => void} action
 */
export function beforeLeaving(action) {
  listen()
  actions.add(action)
  return () => {
    actions.delete(action)
    stopWhenIdle()
  }
}

/**
 * Hands signals to `receive` for as long as `work` takes; at any other time a signal ends this process.
 * @template T
 * @param {(signal: NodeJS.Signals) => void} receive
 * @param {Promise<T>} work
 */
export async function passSignalsTo(receive, work) {
  listen()
  receiver = receive
  try {
    return await work
  } finally {
    receiver = undefined
    stopWhenIdle()
  }
}

/**
 * The exit code that shells give a process ended by `signal`.
 * @param {NodeJS.Signals} signal
 */
export function exitCodeOf(signal) {
  return 128 + (constants.signals[signal] ?? 0)
}

/**
 * Is this the exit code of a program that somebody ended?
 * @param {number} code
 */
export function isInterruption(code) {
  return signals.some((signal) => exitCodeOf(signal) === code)
}

function listen() {
  if (isListening) return
  isListening = true
  for (const signal of signals) process.on(signal, onSignal)
  process.on('exit', onExit)
}

/** A program that runs in this process later has its own way with signals. */
function stopWhenIdle() {
  if (receiver || actions.size > 0) return
  isListening = false
  for (const signal of signals) process.off(signal, onSignal)
  process.off('exit', onExit)
}

/** @param {NodeJS.Signals} signal */
function onSignal(signal) {
  if (receiver) receiver(signal)
  else process.exit(exitCodeOf(signal))
}

function onExit() {
  for (const action of actions) action()
}
