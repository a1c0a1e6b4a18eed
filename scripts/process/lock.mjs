// One set-up or build at a time for one checkout.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, projectFolder } from '../places.mjs'
import { say } from './command.mjs'
import { beforeLeaving } from './leaving.mjs'

const pollMs = 100
// Longer than any set-up takes: for owners whose process cannot be looked up (another host, a recycled id).
const abandonedMs = 30 * 60_000
// Between making the folder and writing the owner into it, the owner is unknown for a moment.
const unsignedMs = 5_000

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
  try {
    return await work()
  } finally {
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
    if (isStale(folder)) {
      remove(folder)
      continue
    }
    if (!hasSaid) say(`Waiting for another ${name} of this checkout to end (${folder})`)
    hasSaid = true
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
  try {
    const ageMs = Date.now() - statSync(folder).mtimeMs
    if (ageMs > abandonedMs) return true
    const owner = readOwner(folder)
    if (!owner) return ageMs > unsignedMs
    return owner.host === hostname() && !isAlive(owner.pid)
  } catch {
    return false // It was released while we looked.
  }
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

/** @param {string} folder */
function remove(folder) {
  // Renamed first: of several that find it stale one succeeds, and nobody removes the next owner's folder.
  const aside = `${folder}.${process.pid}.stale`
  try {
    renameSync(folder, aside)
    rmSync(aside, { recursive: true, force: true })
  } catch {
    // Another was faster.
  }
}
