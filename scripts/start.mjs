// `npm start`: sets up, builds if need be, and opens Rollbook. What comes after `npm start --` is the program's.
import { ensureBuild } from './build.mjs'
import { electronEnvironment, electronRuntime } from './electron.mjs'
import { projectFolder } from './places.mjs'
import { runAttached, say } from './process/command.mjs'
import { needsOwnDisplay, openDisplay } from './process/display.mjs'
import { sandboxArguments, sandboxHint } from './process/sandbox.mjs'
import { callersFolder, runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

await runScript(async () => {
  const given = process.argv.slice(2)
  await setUp()
  await ensureBuild()
  const electron = electronRuntime()
  if (electron.isFallback)
    say(`Running on Electron ${electron.version}, which is for development and tests only`)

  const isUnseen = needsOwnDisplay()
  // With nothing to look at and nothing asked for, the program shows by itself that it works.
  const args = isUnseen && given.length === 0 ? ['--demo'] : given
  const display = await openDisplay()
  if (isUnseen) say(`There is no display, so the window opens on an unseen one (${display.env.DISPLAY})`)
  try {
    const code = await runAttached(electron.executable, [...sandboxArguments(), projectFolder, ...args], {
      cwd: callersFolder(),
      env: electronEnvironment(electron, display.env),
    })
    if (code > 128) sandboxHint(electron.folder)
    return code
  } finally {
    display.close()
    if (isUnseen)
      say(
        'To see the window, run `npm start` in a desktop session, or with DISPLAY naming an X server (ssh -X)',
      )
  }
})
