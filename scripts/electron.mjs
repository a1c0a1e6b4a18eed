// Which Electron this checkout uses. Everything that starts one asks here.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nodeModules, notesFolder } from './places.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable the program to start
 * @property {string} folder what ELECTRON_OVERRIDE_DIST_PATH names
 * @property {string} version such as 45.4.1
 * @property {boolean} isFallback the old runtime for development and tests on machines without the official download
 */

/** Set-up writes here which folder the fallback is in. */
export const fallbackNote = join(notesFolder, 'electron.json')

const executableName =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[
    /** @type {string} */ (process.platform)
  ] ?? 'electron'

/**
 * The Electron in use: the one that ELECTRON_OVERRIDE_DIST_PATH names, else the official one, else the fallback;
 * undefined where there is none yet.
 * @returns {ElectronRuntime | undefined}
 */
export function findElectron() {
  const fallback = readFallbackFolder()
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) return describe(resolve(override), fallback)
  return findOfficial() ?? (fallback ? describe(fallback, fallback) : undefined)
}

/** As findElectron, but throws where there is none: after set-up there is one. */
export function electronRuntime() {
  const runtime = findElectron()
  if (!runtime) throw new Error('There is no Electron here yet: run `node scripts/setup.mjs`.')
  return runtime
}

/**
 * `environment` with what makes electron's own command, Playwright and electron-vite use this runtime.
 * @param {ElectronRuntime} runtime
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnvironment({ executable, folder }, environment = process.env) {
  /** @type {NodeJS.ProcessEnv} */
  const result = { ...environment, ELECTRON_OVERRIDE_DIST_PATH: folder, ELECTRON_EXEC_PATH: executable }
  // Terminals inside programs made with Electron hand this down; with it there would be no window.
  delete result.ELECTRON_RUN_AS_NODE
  return result
}

function findOfficial() {
  const folder = join(nodeModules, 'electron')
  // path.txt is written when the download is unpacked whole.
  if (!existsSync(join(folder, 'path.txt'))) return undefined
  const runtime = describe(join(folder, 'dist'))
  return runtime?.version === readVersion(join(folder, 'package.json')) ? runtime : undefined
}

/**
 * @param {string} folder
 * @param {string} [fallback]
 * @returns {ElectronRuntime | undefined}
 */
function describe(folder, fallback) {
  const executable = join(folder, executableName)
  if (!existsSync(executable)) return undefined
  const versionFile = join(folder, 'version')
  const version = existsSync(versionFile)
    ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
    : 'unknown'
  return { executable, folder, version, isFallback: folder === fallback }
}

/** @returns {string | undefined} */
function readFallbackFolder() {
  try {
    return JSON.parse(readFileSync(fallbackNote, 'utf8')).folder
  } catch {
    return undefined
  }
}

/** @param {string} manifest */
function readVersion(manifest) {
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}
