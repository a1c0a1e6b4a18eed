// `npm run audit:lock`: what package-lock.json may bring in, told without a network.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { complaintsOfLock } from './lock/audit.mjs'
import { projectFolder } from './places.mjs'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'

await runScript(async () => {
  const lock = readJson('package-lock.json')
  // Notes of the build, where there is one (scripts/vite/thirdParty.ts).
  const notes = ['main', 'preload', 'renderer'].map((part) => `out/${part}/packages.json`)
  const bundled = notes.filter((note) => existsSync(join(projectFolder, note))).flatMap(readJson)
  const complaints = complaintsOfLock(lock, readJson('package.json'), bundled)
  for (const complaint of complaints) say(complaint)
  if (complaints.length > 0) return 1
  const count = Object.keys(lock.packages).length - 1
  say(
    `package-lock.json: nothing to object to in ${count} packages, ${new Set(bundled).size} of them in the build`,
  )
})

/** @param {string} name */
function readJson(name) {
  return JSON.parse(readFileSync(join(projectFolder, name), 'utf8'))
}
