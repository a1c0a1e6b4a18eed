// `npm test`: sets up, builds if need be and runs the tests, one runner after another.
//   node scripts/test.mjs [unit|scripts|e2e] [arguments of vitest ...]
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureBuild } from './build.mjs'
import { electronEnvironment, electronRuntime } from './electron.mjs'
import { nodeModules, notesFolder, projectFolder } from './places.mjs'
import { runAttached, say } from './process/command.mjs'
import { openDisplay } from './process/display.mjs'
import { isInterruption } from './process/leaving.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @typedef {{ name: string, title: string, args: string[] }} Runner */

/** @type {Runner[]} */
const runners = [
  { name: 'unit', title: 'units and properties', args: [] },
  { name: 'scripts', title: 'the scripts of the project', args: ['--config', 'vitest.scripts.config.mts'] },
  { name: 'e2e', title: 'the journeys in the window', args: ['--config', 'vitest.e2e.config.mts'] },
]

await runScript(async () => {
  const given = process.argv.slice(2)
  const chosen = runners.filter(({ name }) => name === given[0])
  const args = chosen.length > 0 ? given.slice(1) : given
  await setUp()
  await ensureBuild()
  const display = await openDisplay()
  const env = electronEnvironment(electronRuntime(), display.env)
  try {
    const total = { passed: 0, failed: 0, skipped: 0 }
    for (const runner of chosen.length > 0 ? chosen : runners) {
      const { code, counts } = await runTests(runner, args, env)
      add(total, counts)
      if (isInterruption(code)) break
    }
    process.stdout.write(
      `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
    )
    return total.failed > 0 ? 1 : 0
  } finally {
    display.close()
  }
})

/**
 * @param {Runner} runner
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, counts: Counts }>}
 */
async function runTests({ name, title, args: own }, args, env) {
  say(`Testing ${title}`)
  const report = join(notesFolder, `report-${name}-${process.pid}.json`)
  await mkdir(notesFolder, { recursive: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const vitest = join(nodeModules, 'vitest', 'vitest.mjs')
  const code = await runAttached(process.execPath, [vitest, 'run', ...own, ...reporters, ...args], {
    cwd: projectFolder,
    env,
    isGroup: true, // Vitest leaves its workers behind when it is interrupted.
  })
  const counts = await readCounts(report)
  await rm(report, { force: true })
  // A crash or an error outside of any test is a failure, whatever the tests say.
  return { code, counts: code === 0 ? counts : { ...counts, failed: Math.max(counts.failed, 1) } }
}

/**
 * @param {string} report
 * @returns {Promise<Counts>}
 */
async function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      await readFile(report, 'utf8'),
    )
    /** @type {{ status: string, assertionResults: unknown[] }[]} */
    const files = testResults
    // A file that does not load has no tests to count.
    const unloaded = files.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length
    return {
      passed: numPassedTests,
      failed: numFailedTests + unloaded,
      skipped: numPendingTests + numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 } // It crashed before it could report.
  }
}

/**
 * @param {Counts} total
 * @param {Counts} counts
 */
function add(total, counts) {
  for (const key of /** @type {(keyof Counts)[]} */ (Object.keys(total))) total[key] += counts[key]
}
