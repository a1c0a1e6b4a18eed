// A list of the parts of the program, in CycloneDX's format (https://cyclonedx.org): npm's own list of all that
// package-lock.json names, less what is not packed, and with what is packed and is no package.
import { projectFolder } from '../places.mjs'
import { runNpm } from '../process/command.mjs'

/**
 * @typedef {object} Component
 * @property {string} bom-ref
 * @property {string} type
 * @property {string} name
 * @property {string} version
 * @property {string} [scope]
 * @property {{ name: string, value: string }[]} [properties]
 * @property {object[]} [licenses]
 * @property {string} [purl]
 */
/** @typedef {{ ref: string, dependsOn: string[] }} Dependency */
/** @typedef {{ metadata: { component: Component, lifecycles: object[] }, components: Component[], dependencies: Dependency[] }} Bill */
/** @typedef {{ electron: string, sqlite: string, sqlite3mc: string | null }} Runtimes versions */

/**
 * @param {ReadonlySet<string>} packed the packages, as `vue-router@5.5.1`
 * @param {Runtimes} runtimes
 * @returns {Promise<Bill>} throws where a package is not in package-lock.json
 */
export async function billOfMaterials(packed, runtimes) {
  const all = await everything()
  const others = packedBesides(runtimes)
  const refs = new Set([...packed, ...others.map((component) => component['bom-ref'])])
  const packages = all.components.filter((component) => packed.has(component['bom-ref']))
  const found = new Set(packages.map((component) => component['bom-ref']))
  const unknown = [...packed].filter((ref) => !found.has(ref))
  if (unknown.length > 0) throw new Error(`package-lock.json does not know ${unknown.join(', ')}`)

  const { component } = all.metadata
  const root = component['bom-ref']
  return {
    ...all,
    // npm calls it what its folder is called, and a library.
    metadata: {
      ...all.metadata,
      lifecycles: [{ phase: 'post-build' }],
      component: { ...component, name: 'Rollbook', type: 'application' },
    },
    components: [...packages.map(asPacked), ...others],
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref) || ref === root)
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: [
          ...dependsOn.filter((each) => packed.has(each)),
          ...(ref === root ? others.map((other) => other['bom-ref']) : []),
        ],
      })),
  }
}

/** @returns {Promise<Bill>} */
async function everything() {
  // Or npm refuses where two packages disagree about a third that neither of them brings.
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--legacy-peer-deps']
  return JSON.parse(await runNpm(args, { cwd: projectFolder }))
}

/**
 * To npm what is bundled is for development only.
 * @param {Component} component
 * @returns {Component}
 */
function asPacked(component) {
  const properties = component.properties?.filter(({ name }) => name !== 'cdx:npm:package:development')
  return { ...component, scope: 'required', properties }
}

/**
 * The program runs on Electron, and sqlite3 is compiled with SQLite (scripts/setup/soundSqlite.mjs).
 * @param {Runtimes} runtimes
 * @returns {Component[]}
 */
function packedBesides({ electron, sqlite, sqlite3mc }) {
  const ciphers = sqlite3mc === null ? [] : [part('SQLite3 Multiple Ciphers', sqlite3mc, 'MIT')]
  return [
    { ...part('electron', electron, 'MIT'), type: 'framework', purl: `pkg:npm/electron@${electron}` },
    part('SQLite', sqlite, 'blessing'),
    ...ciphers,
  ]
}

/**
 * @param {string} name
 * @param {string} version
 * @param {string} license SPDX's name of it
 */
function part(name, version, license) {
  const ref = `${name}@${version}`
  return {
    'bom-ref': ref,
    type: 'library',
    name,
    version,
    scope: 'required',
    licenses: [{ license: { id: license } }],
  }
}
