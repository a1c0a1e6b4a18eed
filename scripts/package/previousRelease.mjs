// The release before this one, packed as this one is, for the test of an upgrade on an installed program.
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPackageWithOptions, extractAll, uncache } from '@electron/asar'
import { nodeModules, projectFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'

// 0.1.0, which has no tag. It goes, and wrappedConfig with it, when there is a tag.
const firstRelease = 'e6e91d594a6b97922cee0cc10f6e7321e617c7b2'
const wrappedConfig = `
  import config from './electron.vite.config'
  config.main.build.rolldownOptions.output.dynamicImportInCjs = false // as electron.vite.config.ts says today
  export default config`

/** Has this checkout the sources of the release before this one? */
export async function hasPreviousRelease() {
  const commit = await previousCommit()
  return git('cat-file', '-e', `${commit}^{commit}`).then(
    () => true,
    () => false,
  )
}

/**
 * Builds the sources of the release before this one, and puts them into a copy of this version's packed folder. Returns
 * that folder and its version.
 * @param {string} packed this version's folder, as buildFolder returns it
 * @param {string} work an empty folder, which it fills
 */
export async function packPreviousRelease(packed, work) {
  const sources = await unpackSources(await previousCommit(), work)
  const electronVite = join(nodeModules, 'electron-vite', 'bin', 'electron-vite.js')
  const env = { ...process.env, NODE_ENV: 'production' }
  await run(process.execPath, [electronVite, 'build', '--config', 'packed.config.ts'], { cwd: sources, env })

  const folder = join(work, 'packed')
  await cp(packed, folder, { recursive: true, verbatimSymlinks: true })
  const { version } = JSON.parse(await readFile(join(sources, 'package.json'), 'utf8'))
  await replaceProgram(join(folder, 'resources', 'app.asar'), sources, version)
  return { folder, version: `${version}+test` }
}

/** Of the commit before HEAD, so that a release is not tried on itself. */
async function previousCommit() {
  return git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^').catch(() => firstRelease)
}

/**
 * @param {string} commit
 * @param {string} work
 */
async function unpackSources(commit, work) {
  say(`  the release before this one: ${commit}`)
  const sources = join(work, 'sources')
  await mkdir(sources)
  await git('archive', '--output', `${sources}.tar`, commit)
  await run('tar', ['-xf', `${sources}.tar`, '-C', sources])
  await symlink(nodeModules, join(sources, 'node_modules'))
  await writeFile(join(sources, 'packed.config.ts'), wrappedConfig)
  return sources
}

/**
 * @param {string} archive app.asar
 * @param {string} sources
 * @param {string} version
 */
async function replaceProgram(archive, sources, version) {
  const content = `${archive}.content`
  extractAll(archive, content)
  await rm(join(content, 'out'), { recursive: true })
  await cp(join(sources, 'out'), join(content, 'out'), { recursive: true })
  const manifest = join(content, 'package.json')
  const packed = JSON.parse(await readFile(manifest, 'utf8'))
  await writeFile(manifest, JSON.stringify({ ...packed, version: `${version}+test` }))
  await rm(archive)
  await rm(`${archive}.unpacked`, { recursive: true })
  await createPackageWithOptions(content, archive, { unpackDir: 'node_modules/sqlite3' })
  await rm(content, { recursive: true })
  uncache(archive) // Who reads it next would be given the list of the old one.
}

/** @param {string[]} args */
async function git(...args) {
  return (await run('git', args, { cwd: projectFolder })).trim()
}
