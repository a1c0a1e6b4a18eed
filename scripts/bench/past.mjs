// A school of 100,000 people as it was before all of them were changed, and what a backup from then would change: beside
// the shell, which is told what to put back and where to look.
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { buildOurs } from './ours.mjs'
import { sqliteShell } from './shell.mjs'
import { blockRow, median } from './table.mjs'

const PEOPLE = 100_000
const ROUNDS = 3

/**
 * @param {string} folder
 * @returns {Promise<import('./table.mjs').BenchRow[]>}
 */
export async function benchPast(folder) {
  const [shell, ours] = [await sqliteShell(), await buildOurs('past')]
  const [full, school] = [join(folder, 'full.rollbook'), join(folder, 'past.rollbook')]
  await fill(shell, full, folder)
  /** @type {Record<'day' | 'preview', { ours: number[], peer: number[], block: number, idleBlock: number }>} */
  const times = { day: empty(), preview: empty() }
  for (let round = 1; round <= ROUNDS; round++) {
    say(`Going back to a day among ${PEOPLE} people, round ${round} of ${ROUNDS}`)
    await copyFile(full, school)
    const result = JSON.parse(await run(process.execPath, [ours, school]))
    for (const work of /** @type {const} */ (['day', 'preview'])) {
      const { seconds, blockMs, idleBlockMs } = result[work]
      const found = times[work]
      found.ours.push(seconds)
      found.block = Math.max(found.block, blockMs)
      found.idleBlock = Math.max(found.idleBlock, idleBlockMs)
      found.peer.push(await shellTime(shell, school, folder, work === 'day' ? PUT_BACK : COMPARE))
    }
    for (const end of ['', '-wal', '-shm', '.lock', '.backups'])
      await rm(school + end, { recursive: true, force: true })
  }
  await rm(full)
  const size = `${PEOPLE.toLocaleString('en')} people`
  return [
    ...rowsOf(`a day gone by: ${size}`, times.day, "the shell's VACUUM INTO and one UPDATE of all people"),
    ...rowsOf(`preview of a restore: ${size}`, times.preview, "the shell's VACUUM INTO and one join"),
  ]
}

/** @returns {{ ours: number[], peer: number[], block: number, idleBlock: number }} */
const empty = () => ({ ours: [], peer: [], block: 0, idleBlock: 0 })

/**
 * @param {string} work
 * @param {ReturnType<typeof empty>} times
 * @param {string} note
 * @returns {import('./table.mjs').BenchRow[]}
 */
function rowsOf(work, { ours, peer, block, idleBlock }, note) {
  return [
    { work, ours: median(ours), peer: median(peer), unit: 's', aim: '', note },
    blockRow(block, idleBlock),
  ]
}

/**
 * A school that was made three days ago.
 * @param {string} shell
 * @param {string} file
 * @param {string} folder
 */
async function fill(shell, file, folder) {
  say(`Making a school of ${PEOPLE} people`)
  const cli = join(projectFolder, 'out', 'main', 'cli.cjs')
  const env = { ...process.env, ROLLBOOK_HOME: folder }
  await run(process.execPath, [cli, 'create', file, '--sample', String(PEOPLE)], { env, timeoutMs: 300_000 })
  const then = `datetime('now', '-3 days') || '.000 +00:00'`
  const tables = ['schools', 'change_sets']
  await run(shell, [file, tables.map((table) => `UPDATE ${table} SET created_at = ${then};`).join(' ')])
}

const PUT_BACK = 'UPDATE users SET is_active = 1;'
const COMPARE = `CREATE TABLE differences AS SELECT u.user_id, json_object('is_active', u.is_active) AS before,
  json_object('is_active', c.is_active) AS after FROM school.users u JOIN users c USING (user_id)
  WHERE u.is_active IS NOT c.is_active OR u.last_name IS NOT c.last_name;`

/**
 * Seconds that the shell takes to copy a school and do something with the copy.
 * @param {string} shell
 * @param {string} school
 * @param {string} folder
 * @param {string} work
 */
async function shellTime(shell, school, folder, work) {
  const [copy, script] = [join(folder, 'copy.rollbook'), join(folder, 'past.sql')]
  await rm(copy, { force: true })
  await writeFile(script, `VACUUM INTO '${copy}';\n.open ${copy}\nATTACH '${school}' AS school;\n${work}\n`)
  const start = performance.now()
  await run(shell, ['-bail', school, `.read ${script}`])
  return (performance.now() - start) / 1000
}
