// Which packages are in a packed program: those that lie in it as they are, and those that its bundles hold.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { extractFile, listPackage } from '@electron/asar'
import { projectFolder } from '../places.mjs'

const MANIFEST = /^\/(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+package\.json$/
const BUNDLE_NOTE = /^\/out\/[^/]+\/packages\.json$/

/**
 * Their names with their versions: `vue-router@5.5.1`. Throws where the bundles do not say what they hold, or node_modules
 * has since changed.
 * @param {string} archive an app.asar
 * @returns {Set<string>}
 */
export function packedPackages(archive) {
  const names = listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'))
  /** @param {string} name */
  const read = (name) => JSON.parse(extractFile(archive, name.slice(1)).toString())
  const notes = names.filter((name) => BUNDLE_NOTE.test(name))
  if (notes.length === 0) throw new Error(`${archive} does not say which packages its bundles hold`)
  /** @type {string[]} */
  const bundled = notes.flatMap(read)
  const manifests = [
    ...names.filter((name) => MANIFEST.test(name)).map(read),
    ...bundled.map((place) => JSON.parse(readFileSync(join(projectFolder, place, 'package.json'), 'utf8'))),
  ]
  return new Set(manifests.map(({ name, version }) => `${name}@${version}`))
}
