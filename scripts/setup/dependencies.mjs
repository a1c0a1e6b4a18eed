// The packages of package-lock.json, exactly those.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeModules, projectFolder } from '../places.mjs'
import { CommandError, runNpm, say } from '../process/command.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, extraneous?: boolean }} LockEntry */

/** Does node_modules hold what package-lock.json lists, and nothing else? */
export function areDependenciesReady() {
  const wanted = readPackages(join(projectFolder, 'package-lock.json'))
  // npm's own record of what it installed; written last, so an install that was cut short has none.
  const installed = readPackages(join(nodeModules, '.package-lock.json'))
  if (!wanted || !installed) return false
  const isInstalled = (/** @type {string} */ path) => existsSync(join(projectFolder, path, 'package.json'))
  return (
    Object.keys(installed).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, entry]) => {
      const found = installed[path]
      // Of other systems' packages, and of those that npm has lost interest in, none need be there.
      if (path === '' || (!found && (entry.optional || entry.devOptional || entry.extraneous))) return true
      return found?.version === entry.version && found?.integrity === entry.integrity && isInstalled(path)
    })
  )
}

/**
 * Installs from the lock file. No package's own scripts run: the only one that Rollbook needs is sqlite3's, whose
 * work soundSqlite.mjs does, whatever npm's policy for scripts says.
 */
export async function installDependencies() {
  say('  packages: npm ci, from package-lock.json (up to a minute or so)')
  const options = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
  ]
  try {
    await runNpm(['ci', ...options], { cwd: projectFolder })
  } catch (error) {
    if (!(error instanceof CommandError) || !error.output.includes(' from lock file')) throw error
    // Where the registry lacks builds for other systems, npm leaves them out of the lock file and `npm ci` refuses it
    // (completeLock.mjs); `npm install` keeps to the same versions and hashes.
    say('  packages: the lock file lacks packages for other systems, so npm install --no-save')
    await runNpm(['install', '--no-save', ...options], { cwd: projectFolder })
  }
}

/**
 * @param {string} lockFile
 * @returns {Record<string, LockEntry> | undefined}
 */
function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages
  } catch {
    return undefined
  }
}
