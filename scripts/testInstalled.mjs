// `npm run test:installed`: builds the .deb of this version and of the one before, and goes a school's way with them:
// installed by apt, used, upgraded, removed. It installs a package on this machine, so it wants root and a Debian.
//   node scripts/testInstalled.mjs [arguments of vitest ...]
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureBuild } from './build.mjs'
import { electronEnvironment, electronRuntime } from './electron.mjs'
import { nodeModules, projectFolder } from './places.mjs'
import { findProgram, run, runAttached, say } from './process/command.mjs'
import { openDisplay } from './process/display.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'
import { installPackages } from './setup/linuxPackages.mjs'

await runScript(async () => {
  const given = process.argv.slice(2)
  await setUp()
  const reason = await whyNot()
  if (reason !== undefined) {
    say(`The installed program: not run, ${reason}`)
    return 0
  }
  if (!findProgram('xdotool') || !findProgram('gio'))
    await installPackages(
      ['xdotool', 'libglib2.0-bin'],
      'the test types into dialogs and opens files as a desktop does',
    )
  await ensureBuild()
  // apt reads the packages as a user of its own, who cannot look into every folder.
  const work = await mkdtemp('/var/tmp/rollbook-installed-')
  try {
    const packages = await buildPackages(work)
    const display = await openDisplay()
    const env = { ...electronEnvironment(electronRuntime(), display.env), ...packages }
    const vitest = join(nodeModules, 'vitest', 'vitest.mjs')
    const args = [vitest, 'run', '--config', 'vitest.installed.config.mts', ...given]
    try {
      return await runAttached(process.execPath, args, { cwd: projectFolder, env, isGroup: true })
    } finally {
      display.close()
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
})

/** Why the test cannot run here; undefined where it can. */
async function whyNot() {
  if (process.platform !== 'linux' || !findProgram('apt-get')) return 'it needs a Debian'
  if (process.getuid?.() !== 0) return 'it needs root, to install a package'
  const isInstalled = await run('dpkg-query', ['--status', 'rollbook']).then(
    () => true,
    () => false,
  )
  if (isInstalled) return 'for Rollbook is installed on this machine, and somebody may use it'
  const { hasPreviousRelease } = await import('./package/previousRelease.mjs')
  if (!(await hasPreviousRelease())) return 'this checkout lacks the history with the release before this one'
  return undefined
}

/** @param {string} work */
async function buildPackages(work) {
  const { buildFolder } = await import('./package/installers.mjs')
  const { makeDeb } = await import('./package/debian.mjs')
  const { packPreviousRelease } = await import('./package/previousRelease.mjs')
  const { packedVersion } = await import('./package/installers.mjs')
  const packed = await buildFolder()
  const before = await packPreviousRelease(packed, work)
  await run('chmod', ['755', work])
  return {
    ROLLBOOK_DEB: await makeDeb(packed, work, packedVersion()),
    ROLLBOOK_DEB_BEFORE: await makeDeb(before.folder, work, before.version),
  }
}
