// One package of the registry as a file whose hash is known, through npm: its registry, proxy and cache settings hold.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run, runNpm } from '../process/command.mjs'

/**
 * Fetches `name@version`, checks it against `integrity` (`sha512-...`) and unpacks `members` of it into `folder`, which exists.
 * @param {{ name: string, version: string, integrity: string }} source
 * @param {string[]} members paths inside the package, `package/` first
 * @param {string} folder
 */
export async function unpackPackage({ name, version, integrity }, members, folder) {
  await runNpm(
    ['pack', `${name}@${version}`, '--pack-destination', folder, '--ignore-scripts', '--prefer-offline'],
    { cwd: folder },
  )
  const file = (await readdir(folder)).find((entry) => entry.endsWith('.tgz'))
  if (!file) throw new Error(`npm pack ${name}@${version} left no file in ${folder}`)
  const found = `sha512-${await hashFile(join(folder, file), 'sha512', 'base64')}`
  if (found !== integrity)
    throw new Error(`${name}@${version} is not the file that is expected: ${found} instead of ${integrity}`)
  await unpack(file, folder, members)
}

/**
 * Unpacks a .tgz that lies in `folder` there. By the system's tar: Linux, macOS and Windows 10 have one, Node has none.
 * @param {string} file
 * @param {string} folder
 * @param {string[]} [members]
 */
export function unpack(file, folder, members = []) {
  // The owners named in an archive mean nothing here, but tar would give them to root's files.
  return run('tar', ['-xzof', file, ...members], { cwd: folder })
}

/**
 * @param {string} file
 * @param {'sha256' | 'sha512'} algorithm
 * @param {'hex' | 'base64'} encoding
 */
export async function hashFile(file, algorithm, encoding) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest(encoding)
}
