// `npm run --silent rollbook -- COMMAND ...`: the command line from a checkout, in this very Node process.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ensureBuild } from './build.mjs'
import { projectFolder } from './places.mjs'
import { callersFolder, runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

await runScript(async () => {
  await setUp({ forWindow: false })
  await ensureBuild()
})
if (process.exitCode === 0) {
  process.exitCode = undefined // From here on it is the program's to set.
  const program = join(projectFolder, 'out', 'main', 'cli.cjs')
  process.chdir(callersFolder())
  process.argv[1] = program
  createRequire(import.meta.url)(program)
}
