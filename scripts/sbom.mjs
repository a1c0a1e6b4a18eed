// `npm run sbom`: what the packed program in dist/ is made of, as a list in CycloneDX's format beside the installers.
//   node scripts/sbom.mjs [APP.ASAR]
import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { electronRuntime } from './electron.mjs'
import { projectFolder, readVersion } from './places.mjs'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'
import { reportedVersions } from './setup/soundSqlite.mjs'

const output = join(projectFolder, 'dist')

await runScript(async () => {
  const [given] = process.argv.slice(2)
  await setUp()
  // Only now: before set-up its packages may not be there.
  const { packedPackages } = await import('./sbom/packedPackages.mjs')
  const { billOfMaterials } = await import('./sbom/billOfMaterials.mjs')
  const archive = given ? resolve(given) : findArchive()
  const bill = await billOfMaterials(packedPackages(archive), {
    electron: electronRuntime().version,
    ...(await reportedVersions(process.execPath)),
  })
  const file = join(output, `Rollbook-${readVersion()}.cdx.json`)
  await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`)
  say(`${file}: ${bill.components.length} components in ${archive}`)
})

/** The program packed last, whichever system it is for. */
function findArchive() {
  const files = existsSync(output) ? readdirSync(output, { recursive: true }).map(String) : []
  const found = files.find((name) => /[\\/]app\.asar$/.test(name))
  if (!found) throw new Error(`There is no packed program in ${output} yet: run \`npm run dist\`.`)
  return join(output, found)
}
