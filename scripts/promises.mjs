// `npm run promises`: tries what Rollbook promises of its files again and again (docs/promises.md), each beside an unsafe
// setting that has to fail, and prints one table. `-- --full` tries as often as before a release.
//   node scripts/promises.mjs [--full] [arguments of vitest ...]
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { ensureBuild } from './build.mjs'
import { electronEnvironment, electronRuntime } from './electron.mjs'
import { nodeModules, notesFolder, projectFolder } from './places.mjs'
import { runAttached, say } from './process/command.mjs'
import { openDisplay } from './process/display.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

/** @typedef {{ promise: string, what: string, trials: number, failures: number, control: string }} Kept */

await runScript(async () => {
  const given = process.argv.slice(2)
  const isFull = given.includes('--full')
  await setUp()
  await ensureBuild()
  const notes = join(notesFolder, `promises-${process.pid}.jsonl`)
  const display = await openDisplay()
  const env = {
    ...electronEnvironment(electronRuntime(), display.env),
    ROLLBOOK_PROMISES: isFull ? 'full' : 'many',
    ROLLBOOK_PROMISES_NOTES: notes,
  }
  const vitest = join(nodeModules, 'vitest', 'vitest.mjs')
  const args = [
    vitest,
    'run',
    '--config',
    'vitest.promises.config.mts',
    ...given.filter((each) => each !== '--full'),
  ]
  const startedAt = performance.now()
  try {
    const code = await runAttached(process.execPath, args, { cwd: projectFolder, env, isGroup: true })
    printTable(await readNotes(notes), (performance.now() - startedAt) / 1000)
    return code
  } finally {
    display.close()
    await rm(notes, { force: true })
  }
})

/**
 * @param {string} file
 * @returns {Promise<Kept[]>}
 */
async function readNotes(file) {
  if (!existsSync(file)) return []
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line))
}

/**
 * @param {Kept[]} kept
 * @param {number} seconds
 */
function printTable(kept, seconds) {
  const rows = kept.map(({ promise, what, trials, failures, control }) => [
    promise,
    what,
    String(trials),
    failures === 0 ? 'kept' : `${failures} broken`,
    control,
  ])
  const lines = [
    ['', 'promise', 'trials', 'result', 'control'],
    ...rows.sort((a, b) => a[0].localeCompare(b[0], 'en', { numeric: true })),
  ]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  for (const line of lines)
    say(
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
  say(`${Math.round(seconds)} s`)
}
