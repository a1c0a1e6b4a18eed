// What is written to a release: SHA-256 of each file, and which of them are signed.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** @typedef {{ name: string, sha256: string, bytes: number, signature: string }} ReleasedFile */

const SIGNATURES = /^signatures-\w+\.json$/
const OWN_NAMES = ['SHA256SUMS', 'RELEASE-NOTES.md']

/** @type {Record<string, string>} */
const SYSTEMS = {
  exe: 'Windows',
  msi: 'Windows, for administrators',
  dmg: 'macOS',
  zip: 'macOS, to be copied',
  AppImage: 'Linux',
  deb: 'Debian, Ubuntu',
  rpm: 'Fedora, SUSE',
  gz: 'Linux, to be unpacked',
  json: 'what it is made of (CycloneDX)',
}

/**
 * Writes `SHA256SUMS` and `RELEASE-NOTES.md` into a folder of installers. Throws where a system's note of signatures
 * (scripts/releaseSignatures.mjs) is missing, or names a file that is not there.
 * @param {string} folder
 */
export async function writeReleaseNotes(folder) {
  const files = await listFiles(folder)
  const sums = files.map(({ sha256, name }) => `${sha256}  ${name}\n`)
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''))
  await writeFile(join(folder, 'RELEASE-NOTES.md'), describe(files))
}

/**
 * @param {string} folder
 * @returns {Promise<ReleasedFile[]>}
 */
async function listFiles(folder) {
  const names = (await readdir(folder)).sort()
  const notes = names.filter((name) => SIGNATURES.test(name))
  for (const system of ['darwin', 'linux', 'win32'])
    if (!notes.includes(`signatures-${system}.json`))
      throw new Error(`${folder} has no note of the signatures of ${system}`)
  /** @type {Record<string, string>} */
  const signatures = {}
  for (const note of notes) Object.assign(signatures, JSON.parse(await readFile(join(folder, note), 'utf8')))
  const released = names.filter((name) => !SIGNATURES.test(name) && !OWN_NAMES.includes(name))
  const gone = Object.keys(signatures).filter((name) => !released.includes(name))
  if (gone.length > 0) throw new Error(`${folder} lacks ${gone.join(', ')}`)
  /** @type {ReleasedFile[]} */
  const files = []
  for (const name of released) {
    const { size: bytes } = await stat(join(folder, name))
    files.push({ name, sha256: await hash(join(folder, name)), bytes, signature: signatures[name] ?? '' })
  }
  return files
}

/** @param {string} file */
async function hash(file) {
  const sha256 = createHash('sha256')
  await pipeline(createReadStream(file), sha256)
  return sha256.digest('hex')
}

/** @param {ReleasedFile[]} files */
function describe(files) {
  const lines = files.map(
    ({ name, bytes, signature }) =>
      `| \`${name}\` | ${SYSTEMS[name.split('.').at(-1) ?? ''] ?? ''} | ${(bytes / 1e6).toFixed(1)} MB | ${signature} |`,
  )
  return [
    ...warnings(files),
    '| file | for | size | signature |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
    '`SHA256SUMS` holds the SHA-256 of each: `sha256sum --check --ignore-missing SHA256SUMS`.',
    '',
  ].join('\n')
}

/** @param {ReleasedFile[]} files */
function warnings(files) {
  const unsigned = files.filter(({ signature }) => signature === 'unsigned').map(({ name }) => name)
  if (unsigned.length === 0) return []
  return [
    `**Not signed: ${unsigned.join(', ')}.** Windows and macOS warn of them, and nothing but their SHA-256 tells that they are ours.`,
    '',
  ]
}
