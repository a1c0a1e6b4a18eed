// The sqlite3 package on a sound SQLite: sqlite3 6.0.1 bundles 3.52.0, a withdrawn release, and versions up to
// 3.51.2 can corrupt a database in WAL mode with two connections. SQLite3 Multiple Ciphers (MIT) also makes
// encryption possible. Node-API: one build serves Node and Electron.
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeModules, projectFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { summarize } from '../process/script.mjs'
import { withTemporaryFolder } from '../process/temporaryFolder.mjs'
import { installPackages } from './linuxPackages.mjs'
import { unpackPackage } from './npmPackage.mjs'
import { addonDefinition, buildAddon, ownBuild } from './sqliteAddon.mjs'
import { discardKept, findKept, keep } from './sqliteCache.mjs'

/** @typedef {{ sqlite: string, sqlite3mc: string | null }} SqliteVersions */
/** @typedef {{ key: string, sha256: string, isSound: boolean } & SqliteVersions} SqliteNote */

/** Where the amalgamation comes from: another package has it inside. */
export const sqliteSource = {
  name: 'better-sqlite3-multiple-ciphers',
  version: '13.0.3',
  integrity:
    'sha512-UYabM82r1J84TLWc/SszoHs6XopWpl/2HCg3Nui1JUaFXg/VLswzkPowYiRhK/4CftI8dgtikwyZQecMldrGxQ==',
}
/** The versions that a sound build reports. */
export const expectedSqlite = { sqlite: '3.53.4', sqlite3mc: '2.4.0' }

const packageFolder = join(nodeModules, 'sqlite3')
const addonFile = join(packageFolder, 'build', 'Release', 'node_sqlite3.node')
// Beside the addon, so that it goes with it.
const noteFile = join(packageFolder, 'build', 'Release', 'rollbook.json')

/** Is sqlite3 compiled, and is the file the one that set-up put there? */
export function isSqliteReady() {
  const note = readNote()
  try {
    return note?.key === buildKey() && note.sha256 === hashAddon()
  } catch {
    return false // The file is gone.
  }
}

/** Puts a build of sqlite3 into node_modules: from the cache, compiled now, or else the package's own. */
export async function prepareSqlite() {
  const key = buildKey()
  await rm(noteFile, { force: true })
  if (await useKept(key)) return
  if (await attempt(() => compile(key))) return
  if (await attempt(() => useOwnBuild(key))) return
  await installPackages(['g++', 'make', 'python3'], 'sqlite3 needs a C++ compiler')
  await compile(key)
}

/**
 * Puts a build for another processor than this machine's into node_modules, where a packager takes it from. It cannot be
 * tried here, and the next set-up puts this machine's own back. Throws where the compiler fails.
 * @param {string} arch as Node names it: `x64`
 * @param {string} folder a passing folder, which it fills
 */
export async function compileForOther(arch, folder) {
  await rm(noteFile, { force: true })
  await place(await build(folder, arch))
}

/** Makes the next set-up try again where sqlite3's own build serves. */
export function forgetOwnBuild() {
  if (!readNote()?.isSound) rmSync(noteFile, { force: true })
}

/**
 * The versions that sqlite3 reports in a process of its own. `sqlite3mc` is null on another SQLite.
 * @param {string} runtime the executable of Node, or of Electron, which then serves as Node
 */
export async function reportedVersions(runtime) {
  const program = `
    const { Database } = require('sqlite3')
    const database = new Database(':memory:')
    const done = (error, row) => { if (error) throw error; console.log(JSON.stringify(row)) }
    database.get('select sqlite_version() as sqlite, sqlite3mc_version() as sqlite3mc', (error, row) =>
      error ? database.get('select sqlite_version() as sqlite, null as sqlite3mc', done) : done(null, row))`
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  /** @type {SqliteVersions} */
  const versions = JSON.parse(
    await run(runtime, ['-e', program], { cwd: projectFolder, env, timeoutMs: 60_000 }),
  )
  // It says "SQLite3 Multiple Ciphers 2.4.0".
  return { ...versions, sqlite3mc: versions.sqlite3mc?.split(' ').at(-1) ?? null }
}

/** @param {string} key */
async function useKept(key) {
  const kept = await findKept(key)
  if (!kept) return false
  try {
    await install(kept, key)
    say(`  sqlite3: SQLite ${expectedSqlite.sqlite}, compiled for an earlier checkout`)
    return true
  } catch {
    await discardKept(key)
    return false
  }
}

/** @param {string} key */
async function compile(key) {
  say(`  sqlite3: compiling it with SQLite ${expectedSqlite.sqlite} (half a minute or more)`)
  await withTemporaryFolder(join(tmpdir(), 'rollbook-sqlite3-'), async (folder) => {
    const addon = await build(folder, process.arch)
    await install(addon, key)
    await keep(key, addon).catch((error) => say(`  sqlite3: not kept for other checkouts (${error.message})`))
  })
}

/**
 * @param {string} folder
 * @param {string} arch
 */
async function build(folder, arch) {
  const members = ['sqlite3.c', 'sqlite3.h', 'sqlite3ext.h'].map((name) => `package/deps/sqlite3/${name}`)
  await unpackPackage(sqliteSource, members, folder)
  return await buildAddon(packageFolder, join(folder, 'package/deps/sqlite3'), { folder, arch })
}

/** @param {string} key */
async function useOwnBuild(key) {
  await ownBuild(packageFolder)
  const { sqlite } = await note(key, false)
  say(
    `  sqlite3: its own build serves, with SQLite ${sqlite}, a withdrawn release, instead of ${expectedSqlite.sqlite}`,
  )
  say('  sqlite3: (with a compiler, `node scripts/setup.mjs --force` makes the better one)')
}

/** @param {() => Promise<void>} build */
async function attempt(build) {
  try {
    await build()
    return true
  } catch (error) {
    say(`  sqlite3: that failed (${summarize(error)})`)
    return false
  }
}

/**
 * Puts a sound build into place. Throws where it does not run or is another SQLite than expectedSqlite.
 * @param {string} built
 * @param {string} key
 */
async function install(built, key) {
  await place(built)
  await note(key, true)
}

/** @param {string} built */
async function place(built) {
  await mkdir(join(addonFile, '..'), { recursive: true })
  // Renamed into place: a running program may have the old file mapped into memory.
  const fresh = `${addonFile}.${randomUUID()}`
  await copyFile(built, fresh)
  await rename(fresh, addonFile)
}

/**
 * @param {string} key
 * @param {boolean} isSound
 */
async function note(key, isSound) {
  const versions = await reportedVersions(process.execPath)
  const isExpected =
    versions.sqlite === expectedSqlite.sqlite && versions.sqlite3mc === expectedSqlite.sqlite3mc
  if (isSound && !isExpected)
    throw new Error(`it is SQLite ${versions.sqlite}, sqlite3mc ${versions.sqlite3mc}`)
  /** @type {SqliteNote} */
  const content = { key, sha256: hashAddon(), isSound, ...versions }
  await writeFile(noteFile, JSON.stringify(content))
  return versions
}

/** @returns {SqliteNote | undefined} */
function readNote() {
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8'))
  } catch {
    return undefined
  }
}

function hashAddon() {
  return createHash('sha256').update(readFileSync(addonFile)).digest('hex')
}

function buildKey() {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  const parts = [sqliteSource.integrity, version, process.platform, process.arch, addonDefinition('')]
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
  return `${version}-sqlite-${expectedSqlite.sqlite}-${process.platform}-${process.arch}-${digest}`
}
