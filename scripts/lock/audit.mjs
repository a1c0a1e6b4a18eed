// What package-lock.json is held to: `npm ci` installs whatever it names.

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [resolved] where it is from, where npm noted that
 * @property {string} [integrity]
 * @property {string} [license]
 * @property {boolean} [link]
 * @property {boolean} [dev]
 * @property {boolean} [devOptional]
 * @property {boolean} [optional]
 * @property {boolean} [hasInstallScript]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */
/** @typedef {{ lockfileVersion: number, packages: Record<string, LockEntry> }} Lock */
/** @typedef {{ allowScripts?: Record<string, boolean> }} Manifest */

const REGISTRY = 'https://registry.npmjs.org/'
// 64 bytes in base64.
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/
// A version, a range of them, a tag or another name in the registry; no address, no folder and no repository.
const OF_REGISTRY = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?[\w.^~<>=|*+ -]*$/
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
])

/**
 * What completeLock.mjs adds without integrity: builds for other systems that the mirror lacks, so that there was no file
 * to hash. npm fills it in on a registry that has them.
 */
const WITHOUT_INTEGRITY = /^node_modules\/(@oxc-parser\/binding|@tailwindcss\/oxide)-[\w-]+$/

/**
 * Packages with scripts that Rollbook does without: set-up lets npm run none at all (scripts/setup/dependencies.mjs). Each
 * with its version, so that a new one is looked at.
 */
const IDLE_SCRIPTS = new Set(['electron-winstaller@5.4.0', 'esbuild@0.27.7', 'vue-demi@0.14.10'])

/**
 * What is wrong with a lock file, one sentence each; none where all is well.
 * @param {Lock} lock
 * @param {Manifest} manifest package.json
 * @param {Iterable<string>} [bundled] places in the lock of what the bundles hold: that is given away, too
 * @returns {string[]}
 */
export function complaintsOfLock({ lockfileVersion, packages }, { allowScripts = {} }, bundled = []) {
  if (lockfileVersion !== 3)
    return [`package-lock.json is of version ${lockfileVersion}; only 3 is understood`]
  const packed = new Set(bundled)
  return Object.entries(packages).flatMap(([place, entry]) => {
    const isGivenAway = packed.has(place) || !(entry.dev || entry.devOptional || entry.optional)
    const complaints = [
      ...complaintsOfRanges(entry),
      ...(place === '' ? [] : complaintsOfSource(place, entry)),
      ...(mayRunScripts(place, entry, allowScripts) ? [] : ['has scripts of its own that npm would run']),
      ...(place !== '' && isGivenAway && !isPermissive(entry.license)
        ? [`is packed, but its licence is ${entry.license ?? 'not stated'}`]
        : []),
    ]
    return complaints.map((complaint) => `${place || 'package.json'}: ${complaint}`)
  })
}

/**
 * Of SPDX's expressions those that are a choice or a sum of licences.
 * @param {string} [license]
 */
function isPermissive(license = '') {
  const choices = license.replace(/[()]/g, '').split(' OR ')
  return choices.some((choice) => choice.split(' AND ').every((each) => PERMISSIVE.has(each)))
}

/**
 * @param {string} place
 * @param {LockEntry} entry
 */
function complaintsOfSource(place, { resolved, integrity, link, optional, os, cpu }) {
  if (link) return ['is a folder of this computer']
  const complaints = []
  if (resolved !== undefined && !resolved.startsWith(REGISTRY))
    complaints.push(`is from ${resolved}, not from ${REGISTRY}`)
  const isOfOtherSystem = WITHOUT_INTEGRITY.test(place) && optional && (os ?? cpu) !== undefined
  if (integrity === undefined ? !isOfOtherSystem : !SHA512.test(integrity))
    complaints.push(`has ${integrity ?? 'nothing'} to tell that it is the right one, not a sha512`)
  return complaints
}

/** @param {LockEntry} entry */
function complaintsOfRanges({ dependencies, devDependencies, optionalDependencies }) {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, range]) => !OF_REGISTRY.test(range))
    .map(([name, range]) => `asks for ${name} from ${range}, not from the registry`)
}

/**
 * @param {string} place
 * @param {LockEntry} entry
 * @param {Record<string, boolean>} allowScripts
 */
function mayRunScripts(place, { hasInstallScript, version }, allowScripts) {
  if (!hasInstallScript) return true
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
  return allowScripts[name] === true || IDLE_SCRIPTS.has(`${name}@${version}`)
}
