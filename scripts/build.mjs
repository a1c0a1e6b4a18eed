// Builds electron/ and renderer/ into out/, when a source is newer than the last build.
//   node scripts/build.mjs [--force]
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { nodeModules, projectFolder } from './places.mjs'
import { run, say } from './process/command.mjs'
import { withLock } from './process/lock.mjs'
import { isMain, runScript } from './process/script.mjs'
import { withTemporaryFolder } from './process/temporaryFolder.mjs'
import { setUp } from './setup.mjs'

// The guides of docs/ are part of the page.
const sourceFolders = ['docs', 'electron', 'renderer', 'migrations', 'scripts/vite']
const sourceFiles = /^(electron\.vite\.config\.\w+|package\.json|package-lock\.json|tsconfig.*\.json)$/
// Nuxt UI writes two of these while it builds, and no declaration changes what is built.
const ignoredFiles = /\.d\.ts$/

const outFolder = join(projectFolder, 'out')
const stampFile = join(outFolder, 'build.json')
const expectedFiles = [
  'main/index.cjs',
  'main/cli.cjs',
  'main/parser.cjs',
  'preload/index.cjs',
  'renderer/index.html',
]

/** Builds if the build is older than its sources, or damaged. Needs setUp first. Throws with the build's words. */
export async function ensureBuild() {
  if (isFresh()) return
  await withLock('build', async () => {
    if (isFresh()) return // Another process built it meanwhile.
    const startedAt = Date.now()
    // Taken before the build: a source that changes meanwhile makes it stale.
    const sources = digestSources()
    say('Building Rollbook (a source is newer than the build)')
    await build(sources)
    say(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
  })
}

function isFresh() {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'))
    return stamp.sources === digestSources() && stamp.output === digestOutput()
  } catch {
    return false
  }
}

/** @param {string} sources */
async function build(sources) {
  await mkdir(outFolder, { recursive: true })
  // Inside out/, where neither git nor Tailwind's search for class names looks. Built aside and then renamed, so that
  // a program that starts meanwhile finds a whole build.
  await withTemporaryFolder(join(outFolder, '.new-'), async (fresh) => {
    const electronVite = join(nodeModules, 'electron-vite', 'bin', 'electron-vite.js')
    await run(process.execPath, [electronVite, 'build', '--outDir', fresh], {
      cwd: projectFolder,
      env: { ...process.env, NODE_ENV: 'production' },
    })
    for (const file of expectedFiles)
      if (!existsSync(join(fresh, file))) throw new Error(`The build made no out/${file}.`)
    await rm(stampFile, { force: true })
    for (const name of await readdir(fresh)) await swap(join(fresh, name), join(outFolder, name))
  })
  await writeFile(`${stampFile}.new`, JSON.stringify({ sources, output: digestOutput() }))
  await rename(`${stampFile}.new`, stampFile)
}

/**
 * Puts a folder in another's place.
 * @param {string} fresh
 * @param {string} place
 */
async function swap(fresh, place) {
  const old = `${fresh}.old`
  if (existsSync(place)) await rename(place, old)
  await rename(fresh, place)
  await rm(old, { recursive: true, force: true })
}

function digestSources() {
  const loose = readdirSync(projectFolder).filter((name) => sourceFiles.test(name))
  const inFolders = sourceFolders.flatMap((name) => listFiles(join(projectFolder, name)))
  return digest([
    ...loose.map((name) => join(projectFolder, name)),
    ...inFolders.filter((file) => !ignoredFiles.test(file)),
  ])
}

/** Of what was built: it notices files that are gone, and what `npm run dev` left in their place. */
function digestOutput() {
  return digest(['main', 'preload', 'renderer'].flatMap((name) => listFiles(join(outFolder, name))))
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}

/** @param {string[]} files */
function digest(files) {
  const lines = files.sort().map((file) => {
    const { size, mtimeMs } = statSync(file)
    return JSON.stringify([relative(projectFolder, file), size, mtimeMs])
  })
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

if (isMain(import.meta)) {
  await runScript(async () => {
    await setUp({ forWindow: false })
    if (process.argv.includes('--force')) rmSync(stampFile, { force: true })
    await ensureBuild()
  })
}
