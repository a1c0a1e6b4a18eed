// `npm run dev`: the program with its page reloading as it is edited. More arguments go to electron-vite: `-- --watch`.
import { join } from 'node:path'
import { electronEnvironment, electronRuntime } from './electron.mjs'
import { nodeModules, projectFolder } from './places.mjs'
import { runAttached } from './process/command.mjs'
import { openDisplay } from './process/display.mjs'
import { sandboxArguments } from './process/sandbox.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

await runScript(async () => {
  await setUp()
  const display = await openDisplay()
  const noSandbox = sandboxArguments().length > 0 ? ['--noSandbox'] : []
  const electronVite = join(nodeModules, 'electron-vite', 'bin', 'electron-vite.js')
  try {
    return await runAttached(
      process.execPath,
      [electronVite, 'dev', ...noSandbox, ...process.argv.slice(2)],
      {
        cwd: projectFolder,
        env: electronEnvironment(electronRuntime(), display.env),
      },
    )
  } finally {
    display.close()
  }
})
