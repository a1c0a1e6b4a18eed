// On Linux: the shared libraries that Electron needs, and an X server for where there is no display.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { electronRuntime } from '../electron.mjs'
import { notesFolder } from '../places.mjs'
import { findProgram, run, say } from '../process/command.mjs'
import { needsOwnDisplay } from '../process/display.mjs'

// Debian's names. Since its 64-bit time change (Debian 13, Ubuntu 24.04) some end in t64.
export const electronPackages = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libxtst6',
]
export const displayPackages = ['xvfb', 'xauth']
const waitForOthers = ['-o', 'DPkg::Lock::Timeout=120']
const noteFile = join(notesFolder, 'libraries.json')

/** Are the libraries still where they were found for this Electron, and is there a display or an X server? */
export function areLibrariesReady() {
  if (process.platform !== 'linux') return true
  if (!hasDisplay()) return false
  try {
    const { executable, libraries } = JSON.parse(readFileSync(noteFile, 'utf8'))
    return executable === electronRuntime().executable && libraries.every(existsSync)
  } catch {
    return false
  }
}

/** Installs what is missing, as root on a Debian; elsewhere throws with the command to type. */
export async function prepareLibraries() {
  const { executable } = electronRuntime()
  const { missing } = await listLibraries(executable)
  if (missing.length > 0 || !hasDisplay()) await installFor(missing)
  const { found, missing: still } = await listLibraries(executable)
  if (still.length > 0) throw new Error(`Electron still lacks ${still.join(', ')}.`)
  await mkdir(notesFolder, { recursive: true })
  await writeFile(noteFile, JSON.stringify({ executable, libraries: found }))
}

/**
 * Installs Debian packages. Throws with the command to type where we are not root, or there is no apt-get.
 * @param {string[]} names
 * @param {string} purpose
 */
export async function installPackages(names, purpose) {
  const packages = await namesHere(names)
  if (!findProgram('apt-get'))
    throw new Error(`${purpose}: install what this system calls ${packages.join(' ')}`)
  if (process.getuid?.() !== 0)
    throw new Error(`${purpose}. Type:\n  sudo apt-get install -y ${packages.join(' ')}`)
  say(`  system: ${purpose}: apt-get install ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    run('apt-get', ['install', '-y', '--no-install-recommends', ...waitForOthers, ...packages], { env })
  try {
    await install()
  } catch {
    // A fresh image has no package lists, an old one stale ones.
    await run('apt-get', ['update', ...waitForOthers], { env })
    await install()
  }
}

function hasDisplay() {
  return !needsOwnDisplay() || findProgram('Xvfb') !== undefined
}

/** @param {string[]} missing names of libraries */
function installFor(missing) {
  const what = hasDisplay() ? missing : [...missing, 'Xvfb (there is no display)']
  const packages = [...(missing.length > 0 ? electronPackages : []), ...(hasDisplay() ? [] : displayPackages)]
  return installPackages(packages, `Electron needs ${what.join(', ')}`)
}

/** @param {string} executable */
async function listLibraries(executable) {
  const lines = (await run('ldd', [executable])).split('\n')
  const found = lines.flatMap((line) => line.match(/=> (\/\S+)/)?.[1] ?? [])
  const missing = lines.flatMap((line) => line.match(/^\s*(\S+) => not found/)?.[1] ?? [])
  return { found, missing }
}

/** @param {string[]} names */
async function namesHere(names) {
  const listing = await run('apt-cache', ['pkgnames']).catch(() => '')
  const known = new Set(listing.split('\n'))
  return names.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name))
}
