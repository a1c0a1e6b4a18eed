// Writes SHA256SUMS and RELEASE-NOTES.md into a folder of installers.
//   node scripts/releaseNotes.mjs FOLDER
import { resolve } from 'node:path'
import { runScript } from './process/script.mjs'
import { writeReleaseNotes } from './release/notes.mjs'

await runScript(() => writeReleaseNotes(resolve(process.argv[2] ?? 'dist')))
