// Compiled addons, kept for the next checkout.
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../places.mjs'
import { hashFile } from './npmPackage.mjs'

/**
 * The path of the addon kept under this key, if it is there and whole.
 * @param {string} key
 */
export async function findKept(key) {
  const file = keptFile(key)
  try {
    const expected = await readFile(`${file}.sha256`, 'utf8')
    return (await hashFile(file, 'sha256', 'hex')) === expected ? file : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps an addon. The whole folder appears at once, so that nobody finds half of it.
 * @param {string} key
 * @param {string} addon
 */
export async function keep(key, addon) {
  await mkdir(join(cacheFolder(), 'sqlite3'), { recursive: true })
  const fresh = await mkdtemp(join(cacheFolder(), 'sqlite3', 'new-'))
  const file = join(fresh, 'node_sqlite3.node')
  await copyFile(addon, file)
  await writeFile(`${file}.sha256`, await hashFile(file, 'sha256', 'hex'))
  await chmod(fresh, 0o755) // mkdtemp makes it private
  // What another set-up has put there meanwhile is as good, if it is whole.
  if (!(await findKept(key))) await discardKept(key)
  await rename(fresh, join(keptFile(key), '..')).catch(() => rm(fresh, { recursive: true, force: true }))
}

/**
 * Forgets an addon that is damaged, or compiled against another C library than this system's.
 * @param {string} key
 */
export async function discardKept(key) {
  await rm(join(keptFile(key), '..'), { recursive: true, force: true })
}

/** @param {string} key */
function keptFile(key) {
  return join(cacheFolder(), 'sqlite3', key, 'node_sqlite3.node')
}
