// Packs the program for people, by electron-builder and for Debian by debian.mjs.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'electron-builder'
import config from '../../electron-builder.config.mjs'
import { electronRuntime } from '../electron.mjs'
import { projectFolder, readVersion } from '../places.mjs'
import { say } from '../process/command.mjs'
import { makeDeb } from './debian.mjs'
import { drawIcons } from './icons.mjs'
import { requireSmall } from './sizes.mjs'

const output = join(projectFolder, 'dist')

/**
 * The program's folder on Linux as it will be installed, not packed, with whichever Electron is at hand. Returns its path.
 * Throws where what is ours in it is too large.
 */
export async function buildFolder() {
  if (process.platform !== 'linux') throw new Error('This is built on Linux only.')
  const { folder, version, isFallback } = electronRuntime()
  await drawIcons()
  const runtime = { electronDist: folder, electronVersion: version, afterExtract: removeOwnApp }
  await runBuilder(isFallback ? { ...runtime, electronFuses: olderFuses() } : runtime, true)
  const packed = join(output, 'linux-unpacked')
  await requireSmall(packed)
  return packed
}

/** The .deb, with whichever Electron is at hand. Returns its path. */
export async function buildDeb() {
  const file = await makeDeb(await buildFolder(), output, packedVersion())
  say(`  ${file}`)
  return file
}

/** Every installer of this system. Throws where there is only the old Electron for tests. */
export async function buildInstallers() {
  const { isFallback, version } = electronRuntime()
  if (isFallback)
    throw new Error(
      `There is only Electron ${version} here, for development and tests, which is not given to people. \`npm run dist:deb\` packs it for a test.`,
    )
  if (process.platform === 'linux') await buildDeb()
  else await drawIcons()
  await runBuilder({}, false)
}

/**
 * @param {import('electron-builder').Configuration} more
 * @param {boolean} isFolderOnly
 */
async function runBuilder(more, isFolderOnly) {
  await build({
    projectDir: projectFolder,
    publish: 'never',
    dir: isFolderOnly,
    config: { ...config, ...more, extraMetadata: { version: packedVersion() } },
  })
}

/** A package with the old Electron must never be taken for one that is meant for people. */
export function packedVersion() {
  return electronRuntime().isFallback ? `${readVersion()}+test` : readVersion()
}

/** Without the one that came with Electron 29: on the fallback it would be an error. Goes when the fallback goes. */
function olderFuses() {
  return { ...config.electronFuses, grantFileProtocolExtraPrivileges: undefined }
}

/**
 * What loads a program from the command line has no place in a packed one.
 * @param {{ appOutDir: string }} context
 */
async function removeOwnApp({ appOutDir }) {
  await rm(join(appOutDir, 'resources', 'app'), { recursive: true, force: true })
}
