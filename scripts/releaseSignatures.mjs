// Notes which installers in a folder are signed, for scripts/releaseNotes.mjs.
//   node scripts/releaseSignatures.mjs FOLDER
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'
import { findSignatures } from './release/signatures.mjs'

await runScript(async () => {
  const folder = resolve(process.argv[2] ?? 'dist')
  const signatures = await findSignatures(folder)
  await writeFile(join(folder, `signatures-${process.platform}.json`), JSON.stringify(signatures))
  for (const [name, signature] of Object.entries(signatures)) say(`${name}: ${signature}`)
})
