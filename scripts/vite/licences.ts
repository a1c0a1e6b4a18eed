import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Manifest {
  name: string
  version: string
  license: string
}

const FILE_NAME = /^(licen[cs]e|copying|notice)/i
const RULE = '-'.repeat(80)

const INTRODUCTION = `Rollbook itself is under the MIT licence. It is made with what others give
away; each part is listed here with its licence. Those of Electron and Chromium
are in LICENSE.electron.txt and LICENSES.chromium.html, beside the program.`

/** Texts for what has none in node_modules: what set-up compiles into the sqlite3 package, and the packages named here. */
const OWN_TEXTS = 'scripts/vite/licences'
const WITHOUT_TEXT = new Set(['node_modules/@iconify-json/lucide'])

/**
 * The licences of packages, each under the package's name and version, as one text.
 *
 * @param places the packages' folders below the project's: `node_modules/vue-router`. Fails where one has no licence in it.
 */
export async function licenceTexts(projectFolder: string, places: string[]): Promise<string> {
  const ownFolder = join(projectFolder, OWN_TEXTS)
  const own = (await readdir(ownFolder)).sort().map((name) => readText(join(ownFolder, name)))
  const others = places
    .filter((place) => !WITHOUT_TEXT.has(place))
    .map((place) => licenceOf(join(projectFolder, place)))
  return [INTRODUCTION, ...(await Promise.all([...own, ...others]))].join(`\n\n${RULE}\n\n`) + '\n'
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readText(join(folder, 'package.json'))) as Manifest
  const files = (await readdir(folder)).filter((file) => FILE_NAME.test(file)).sort()
  if (files.length === 0) throw new Error(`${name} ${version} has no licence in its folder: ${folder}`)
  const texts = await Promise.all(files.map((file) => readText(join(folder, file))))
  return [`${name} ${version} (${license})`, ...texts].join('\n\n')
}

async function readText(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\r\n?/g, '\n').trim()
}
