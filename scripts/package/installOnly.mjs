// Which installed packages serve only to install or to type others, and are not packed: an HTTP client among them.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { projectFolder } from '../places.mjs'

// Set-up compiles sqlite3; what it brings along is to fetch or to compile it.
const toInstallSqlite = ['node-addon-api', 'node-gyp', 'prebuild-install', 'tar']

/** The names of the packages that the program's dependencies bring along and that it never loads. */
export function installOnlyPackages() {
  const needed = reach((owner, name) => !isForInstall(owner, name))
  return [...reach(() => true)].filter((name) => !needed.has(name))
}

/**
 * @param {string} owner
 * @param {string} name
 */
function isForInstall(owner, name) {
  return name.startsWith('@types/') || (owner === 'sqlite3' && toInstallSqlite.includes(name))
}

/**
 * The names of the packages that the program stands on, by the dependencies that are followed.
 * @param {(owner: string, name: string) => boolean} isFollowed
 */
function reach(isFollowed) {
  /** @type {Set<string>} */
  const found = new Set()
  /** @param {string} manifest */
  const visit = (manifest) => {
    const { name: owner, dependencies, optionalDependencies } = JSON.parse(readFileSync(manifest, 'utf8'))
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const inner = manifestOf(name, manifest)
      if (inner === undefined || found.has(name) || !isFollowed(owner, name)) continue
      found.add(name)
      visit(inner)
    }
  }
  visit(join(projectFolder, 'package.json'))
  return found
}

/**
 * The manifest of a package as another finds it; undefined where it is not installed, which an optional one need not be.
 * @param {string} name
 * @param {string} owner its manifest
 */
function manifestOf(name, owner) {
  const folders = createRequire(owner).resolve.paths(`${name}/package.json`) ?? []
  return folders.map((folder) => join(folder, name, 'package.json')).find(existsSync)
}
