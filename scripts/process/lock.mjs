// One set-up or build at a time for one checkout.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, utimes, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, projectFolder } from '../places.mjs'
import { say } from './command.mjs'
import { beforeLeaving } from './leaving.mjs'

const pollMs = 100
const signOfLifeMs = 2_000
// An owner that shows no sign of life for so long has ended: on another host, or its process id is another's now.
const silentMs = 60_000

/**
 * Runs `work` while no other process runs work of this name for this checkout; waits for its turn.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 */
export async function withLock(name, work) {
  // Outside the checkout: `npm ci` empties node_modules and a build replaces out/.
  const checkout = createHash('sha256').update(projectFolder).digest('hex').slice(0, 16)
  const folder = join(cacheFolder(), 'locks', `${name}-${checkout}`)
  mkdirSync(join(folder, '..'), { recursive: true })
  await acquire(folder, name)
  const release = () => rmSync(folder, { recursive: true, force: true })
  const callOff = beforeLeaving(release)
  // An error changes nothing for us: the lock was removed by hand.
  const signsOfLife = setInterval(() => utimes(folder, new Date(), new Date(), () => {}), signOfLifeMs)
  try {
    return await work()
  } finally {
    clearInterval(signsOfLife)
    callOff()
    release()
  }
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function acquire(folder, name) {
  let hasSaid = false
  while (!take(folder)) {
    if (isStale(folder)) removeStale(folder)
    else if (!hasSaid) {
      say(`Waiting for another ${name} of this checkout to end (${folder})`)
      hasSaid = true
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** @param {string} folder */
function take(folder) {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }))
  return true
}

/** @param {string} folder */
function isStale(folder) {
  const ageMs = ageOf(folder)
  if (ageMs === undefined) return false // It was released while we looked.
  if (ageMs > silentMs) return true
  const owner = readOwner(folder)
  return owner?.host === hostname() && !isAlive(owner.pid)
}

/** @param {string} folder */
function removeStale(folder) {
  // One at a time, and looking again: else two find it stale, one removes it and takes the lock, and the other
  // removes that one.
  const guard = `${folder}.removing`
  try {
    mkdirSync(guard)
  } catch {
    if ((ageOf(guard) ?? 0) > silentMs) rmSync(guard, { recursive: true, force: true })
    return
  }
  if (isStale(folder)) rmSync(folder, { recursive: true, force: true })
  rmSync(guard, { recursive: true, force: true })
}

/** @param {string} path */
function ageOf(path) {
  const status = statSync(path, { throwIfNoEntry: false })
  return status && Date.now() - status.mtimeMs
}

/**
 * @param {string} folder
 * @returns {{ pid: number, host: string } | undefined}
 */
function readOwner(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
