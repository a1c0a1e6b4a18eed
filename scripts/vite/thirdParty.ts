import { readFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import type { Plugin } from 'vite'
import { licenceTexts } from './licences'

/** Where the licences are put, in the page's folder: Help > Licences shows them. */
const LICENCES_FILE = 'THIRD-PARTY-LICENSES.txt'
/** In each part's folder, for `npm run sbom`: the packages' places in package-lock.json. */
const PACKAGES_FILE = 'packages.json'

const PACKAGE = /^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/

/** Modules that plugins make up as they build, by how their names begin, and the package whose code is in them. */
const MADE_UP: [start: string, place: string][] = [
  ['\0rolldown/', 'node_modules/rolldown'],
  ['\0vite/', 'node_modules/vite'],
  ['\0plugin-vue:', 'node_modules/@vitejs/plugin-vue'],
  ['virtual:nuxt-ui-icons', 'node_modules/@iconify-json/lucide'],
  ['virtual:nuxt-ui-', 'node_modules/@nuxt/ui'],
]

/**
 * Notes in `packages.json` which packages' code is in this part of the build, whatever package.json calls them. The page's
 * part, which is built last, also gets the licences of all parts.
 */
export function thirdParty(projectFolder: string, { isLast = false } = {}): Plugin {
  return {
    name: 'rollbook:third-party',
    apply: 'build',
    enforce: 'post',
    async generateBundle({ dir }, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const ids = [...new Set(chunks.flatMap(({ modules }) => Object.keys(modules)))]
      const places = [...new Set(ids.map((id) => placeOf(projectFolder, id)))]
        .filter((place) => place !== null)
        .sort()
      this.emitFile({ type: 'asset', fileName: PACKAGES_FILE, source: JSON.stringify(places) })
      if (!isLast) return
      if (dir === undefined) return this.error('It is to be built into a folder, beside the other parts.')
      const all = new Set([
        ...places,
        ...notedIn(dir, 'main'),
        ...notedIn(dir, 'preload'),
        ...unbundled(projectFolder),
      ])
      const source = await licenceTexts(projectFolder, [...all].sort())
      this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source })
    },
  }
}

/** The package that a module belongs to, or null where it is ours. Throws where that is not known. */
function placeOf(projectFolder: string, id: string): string | null {
  const madeUp = MADE_UP.find(([start]) => id.startsWith(start))
  if (madeUp) return madeUp[1]
  const path = relative(projectFolder, id.replace(/^\0/, '').split('?')[0] ?? '')
    .split(sep)
    .join('/')
  const place = PACKAGE.exec(path)?.[0].slice(0, -1)
  if (place === undefined && (path.startsWith('../') || path.includes(':')))
    throw new Error(`Of which package is the module ${JSON.stringify(id)}?`)
  return place ?? null
}

function notedIn(folder: string, part: string): string[] {
  return JSON.parse(readFileSync(resolve(folder, '..', part, PACKAGES_FILE), 'utf8')) as string[]
}

/** Packed as they are, beside the bundles: what `dependencies` lists, and what that needs in turn. */
function unbundled(projectFolder: string): string[] {
  const { packages } = JSON.parse(readFileSync(resolve(projectFolder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>
  }
  return Object.entries(packages)
    .filter(([place, { dev, devOptional, optional }]) => place !== '' && !dev && !devOptional && !optional)
    .map(([place]) => place)
}
