// All that a fresh checkout needs before `npm start` or `npm test`. Node built-ins only.
//   node scripts/setup.mjs [--force]      --force does again what was settled with second best
import { findElectron } from './electron.mjs'
import { say } from './process/command.mjs'
import { withLock } from './process/lock.mjs'
import { isMain, runScript } from './process/script.mjs'
import { areDependenciesReady, installDependencies } from './setup/dependencies.mjs'
import { forgetFallback, isElectronReady, prepareElectron } from './setup/electronDownload.mjs'
import { areLibrariesReady, prepareLibraries } from './setup/linuxPackages.mjs'
import { forgetOwnBuild, isSqliteReady, prepareSqlite, reportedVersions } from './setup/soundSqlite.mjs'

/** @typedef {{ isReady: () => boolean, prepare: () => Promise<void> }} Step */

// Root's files are for others too: the security tests run the program as `nobody`.
if (process.getuid?.() === 0) process.umask(0o022)

/** @type {Step[]} */
const programSteps = [
  { isReady: areDependenciesReady, prepare: installDependencies },
  { isReady: isSqliteReady, prepare: prepareSqlite },
]
/** @type {Step[]} */
const windowSteps = [
  { isReady: isElectronReady, prepare: prepareElectron },
  { isReady: areLibrariesReady, prepare: prepareLibraries },
]

/**
 * Does what is not done yet, saying so on standard error; says nothing when all is there. The command line needs no
 * window, and so no Electron. Throws where something cannot be had; the message says what to do.
 */
export async function setUp({ forWindow = true } = {}) {
  requireNode()
  const steps = forWindow ? [...programSteps, ...windowSteps] : programSteps
  if (steps.every((step) => step.isReady())) return
  await withLock('set-up', async () => {
    if (steps.every((step) => step.isReady())) return // Another process did it meanwhile.
    const startedAt = Date.now()
    say('Setting up Rollbook in this folder (once):')
    // One after another: each stands on the one before it.
    for (const step of steps) if (!step.isReady()) await prepare(step)
    const versions = await tryVersions(forWindow)
    say(`Set up in ${((Date.now() - startedAt) / 1000).toFixed(1)} s: ${versions}`)
  })
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Rollbook needs Node 20.19 or later; this is ${process.versions.node}.`)
}

/** @param {Step} step */
async function prepare({ isReady, prepare }) {
  await prepare()
  if (!isReady())
    throw new Error(`Set-up went through ${prepare.name}, yet it is not done: please report this.`)
}

/**
 * Starts what was set up, so that a build that does not run is found here and not later.
 * @param {boolean} forWindow
 */
async function tryVersions(forWindow) {
  const { sqlite, sqlite3mc } = await reportedVersions(process.execPath)
  const electron = forWindow ? findElectron() : undefined
  if (electron) await reportedVersions(electron.executable) // The same build must load there.
  return [
    `Node ${process.versions.node}`,
    `SQLite ${sqlite}${sqlite3mc ? ` (Multiple Ciphers ${sqlite3mc})` : ''}`,
    ...(electron ? [`Electron ${electron.version}`] : []),
  ].join(', ')
}

if (isMain(import.meta)) {
  await runScript(async () => {
    if (process.argv.includes('--force')) {
      forgetOwnBuild()
      forgetFallback()
    }
    await setUp()
  })
}
