// How much of a packed program is ours.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { getRawHeader } from '@electron/asar'
import { say } from '../process/command.mjs'

/** What Rollbook may add to Electron itself, in bytes. */
const LIMIT = 40e6

/** @typedef {{ part: string, bytes: number }} Size */

/**
 * Says how large the packed program is, by part. Throws where ours is over the limit.
 * @param {string} folder the packed program, as electron-builder leaves it on Linux
 */
export async function requireSmall(folder) {
  const ours = await ourSizes(folder)
  const own = sum(ours)
  const electron = (await folderSize(folder)) - own
  const lines = [{ part: 'Electron', bytes: electron }, ...ours, { part: 'ours in all', bytes: own }]
  for (const { part, bytes } of lines) say(`  ${part.padEnd(28)}${(bytes / 1e6).toFixed(1).padStart(7)} MB`)
  if (own > LIMIT) throw new Error(`Rollbook adds ${own} bytes to Electron; ${LIMIT} are the limit.`)
}

/**
 * @param {string} folder
 * @returns {Promise<Size[]>}
 */
async function ourSizes(folder) {
  const archive = join(folder, 'resources', 'app.asar')
  const { header } = getRawHeader(archive)
  /** @type {Map<string, number>} */
  const parts = new Map()
  for (const { path, bytes } of packedFiles(header)) {
    const part = partOf(path)
    parts.set(part, (parts.get(part) ?? 0) + bytes)
  }
  const packed = [...parts].map(([part, bytes]) => ({ part, bytes })).sort((a, b) => b.bytes - a.bytes)
  const large = packed.filter(({ bytes }) => bytes >= 1e5)
  return [
    ...large,
    { part: 'smaller parts, their list', bytes: (await stat(archive)).size - sum(large) },
    { part: 'sqlite3 (native)', bytes: await folderSize(`${archive}.unpacked`) },
    { part: 'icon', bytes: (await stat(join(folder, 'resources', 'icon.png'))).size },
    { part: 'launcher', bytes: await folderSize(join(folder, 'bin')) },
  ]
}

/**
 * @param {string} path in the archive: `out/renderer/assets/index.js`
 * @returns {string} `out/renderer`, `node_modules/lodash`
 */
const partOf = (path) => path.split('/').slice(0, 2).join('/')

/**
 * The files inside of the archive, not those that lie unpacked beside it.
 * @param {any} entry
 * @param {string} path
 * @returns {{ path: string, bytes: number }[]}
 */
function packedFiles(entry, path = '') {
  if (!('files' in entry)) return entry.unpacked ? [] : [{ path, bytes: entry.size ?? 0 }]
  return Object.entries(entry.files).flatMap(([name, inner]) =>
    packedFiles(inner, path === '' ? name : `${path}/${name}`),
  )
}

/** @param {string} folder */
async function folderSize(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  return sizes.reduce((total, bytes) => total + bytes, 0)
}

/** @param {Size[]} sizes */
const sum = (sizes) => sizes.reduce((total, { bytes }) => total + bytes, 0)
