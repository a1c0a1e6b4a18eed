// Where set-up and build keep things. Node built-ins only: this runs before there are dependencies.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The checkout: the folder that holds package.json. */
export const projectFolder = resolve(import.meta.dirname, '..')

/** The installed packages of this checkout. */
export const nodeModules = join(projectFolder, 'node_modules')

/** Notes of what was set up. Inside node_modules, so that they go when it goes. */
export const notesFolder = join(nodeModules, '.rollbook')

/**
 * What every checkout of this user shares: compiled sqlite3, the fallback Electron, locks.
 * `ROLLBOOK_CACHE` names another folder.
 */
export function cacheFolder() {
  const { ROLLBOOK_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (ROLLBOOK_CACHE) return resolve(ROLLBOOK_CACHE)
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'rollbook', 'Cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'rollbook')
  // The security tests of root run Electron as `nobody`, who cannot look into /root.
  if (process.platform === 'linux' && process.getuid?.() === 0) return '/var/cache/rollbook'
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'rollbook')
}

/** The version in package.json. */
export function readVersion() {
  return JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version
}
