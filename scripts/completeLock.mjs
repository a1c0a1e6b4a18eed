// Adds to package-lock.json the packages for other systems that npm left out of it.
//   node scripts/completeLock.mjs       after an `npm install` that changed the lock file
//
// A registry mirror may lack the builds for systems that it does not serve. npm then drops them from the lock file
// without a word, and `npm ci` refuses that lock file: here and, worse, on the systems in question
// (https://github.com/npm/cli/issues/4828). The entries added here carry no integrity, since there is no file to hash;
// npm fills it in on a registry that has them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from './places.mjs'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'

/** @typedef {Record<string, any>} LockEntry */

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]

await runScript(async () => {
  const file = join(projectFolder, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = findMissing(lock.packages)
  for (const { name, version, parent } of missing)
    lock.packages[`node_modules/${name}`] = describe(name, version, parent)
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')) // npm's order
  if (missing.length > 0)
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
  say(`package-lock.json: ${missing.length} packages for other systems added`)
})

/** @param {Record<string, LockEntry>} packages */
function findMissing(packages) {
  return Object.entries(packages).flatMap(([path, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name]) => !resolve(packages, path, name))
      .map(([name, version]) => ({ name, version: /** @type {string} */ (version), parent })),
  )
}

/**
 * Where Node would find `name` from the package at `path`.
 * @param {Record<string, LockEntry>} packages
 * @param {string} path
 * @param {string} name
 */
function resolve(packages, path, name) {
  const parts = path.split('/node_modules/')
  const places = parts.map(
    (_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/node_modules/${name}`,
  )
  return [...places, `node_modules/${name}`].find((place) => place in packages)
}

/**
 * @param {string} name such as @tailwindcss/oxide-win32-x64-msvc
 * @param {string} version
 * @param {LockEntry} parent
 * @returns {LockEntry}
 */
function describe(name, version, parent) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-')
  const system = systems.find((each) => words.includes(each))
  const processor = processors.find((each) => words.includes(each))
  if (!processor || (!system && processor !== 'wasm32') || !/^\d/.test(version)) {
    throw new Error(
      `${name}@${version} is missing from package-lock.json, and its name does not say for which system it is.`,
    )
  }
  const { dev, engines, license } = parent
  return { version, cpu: [processor], dev, engines, license, optional: true, os: system && [system] }
}
