// Becomes resources/app/index.js of the fallback Electron (fallbackElectron.mjs), which has no default app of its own:
// loads the program in the folder that the command line names, so that `electron . --flag` and Playwright work.
const { existsSync, readFileSync, statSync } = require('node:fs')
const path = require('node:path')
const { app } = require('electron')

const argument = process.argv.slice(1).find((each) => !each.startsWith('-'))
const target = path.resolve(argument ?? '.')
if (!existsSync(target)) {
  process.stderr.write(`electron: there is no ${target}\n`)
  process.exit(1)
}
require(statSync(target).isDirectory() ? loadManifest(target) : target)

/** Gives the program its name, version and place, as Electron's own default app does; returns its main file. */
function loadManifest(folder) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  app.setName(manifest.productName ?? manifest.name)
  if (manifest.version) app.setVersion(manifest.version)
  if (manifest.desktopName) app.setDesktopName(manifest.desktopName)
  app.setAppPath(folder)
  return path.join(folder, manifest.main ?? 'index.js')
}
