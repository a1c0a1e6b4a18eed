// `npm run bench`: each piece of work beside a peer in the same run, since machines are shared and noisy: a figure is a
// ratio. Prints one table and writes it to out/bench.json. `npm run bench -- import launch` runs those alone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchImport } from './bench/import.mjs'
import { benchLaunch } from './bench/launch.mjs'
import { benchPast } from './bench/past.mjs'
import { benchRebuild } from './bench/rebuild.mjs'
import { printTable } from './bench/table.mjs'
import { ensureBuild } from './build.mjs'
import { projectFolder } from './places.mjs'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

/** @type {Record<string, (folder: string) => Promise<import('./bench/table.mjs').BenchRow[]>>} */
const BENCHES = { import: benchImport, launch: benchLaunch, past: benchPast, rebuild: benchRebuild }

await runScript(async () => {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !(name in BENCHES))
  if (unknown !== undefined)
    throw new Error(`no bench is called '${unknown}': ${Object.keys(BENCHES).join(', ')}`)
  await setUp()
  await ensureBuild()
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-bench-'))
  const rows = []
  try {
    for (const [name, bench] of Object.entries(BENCHES))
      if (names.length === 0 || names.includes(name)) rows.push(...(await bench(folder)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`
  printTable(machine, rows)
  const report = join(projectFolder, 'out', 'bench.json')
  await writeFile(report, `${JSON.stringify({ machine, rows }, null, 2)}\n`)
  say(`Written to ${report}`)
  return 0
})
