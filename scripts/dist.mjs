// `npm run dist`: the installers of the system it runs on, into dist/.
//   node scripts/dist.mjs [--deb]
//     --deb   the .deb only, also where there is but an old Electron for tests: marked so in its version
import { ensureBuild } from './build.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

await runScript(async () => {
  await setUp()
  await ensureBuild()
  // Only now: before set-up its packages may not be there.
  const { buildDeb, buildInstallers } = await import('./package/installers.mjs')
  if (process.argv.includes('--deb')) await buildDeb()
  else await buildInstallers()
})
