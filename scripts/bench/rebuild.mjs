// A revision that makes `users` anew, at 1,000,000 users and 3,000,000 enrolments: with its slices, progress and checks,
// beside the same SQL in the shell.
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { buildOurs } from './ours.mjs'
import { sqliteShell } from './shell.mjs'
import { blockRow, median } from './table.mjs'

const PEOPLE = 1_000_000
const ENROLLMENTS = 3
/** One, since it takes long enough for noise to even out. */
const ROUNDS = 1

/** As every connection of the program has them (electron/database/connection.ts). */
const SETTINGS =
  'PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA cache_size=-65536; PRAGMA secure_delete=FAST;'

/**
 * @param {string} folder
 * @returns {Promise<import('./table.mjs').BenchRow[]>}
 */
export async function benchRebuild(folder) {
  const [shell, ours] = [await sqliteShell(), await buildOurs('rebuild')]
  const [full, school] = [join(folder, 'full.rollbook'), join(folder, 'rebuilt.rollbook')]
  await fill(shell, full, folder)
  /** @type {string[]} */
  const statements = JSON.parse(await run(process.execPath, [ours, 'sql']))
  const script = join(folder, 'rebuild.sql')
  await writeFile(script, shellScript(statements))
  const times = { ours: /** @type {number[]} */ ([]), peer: /** @type {number[]} */ ([]) }
  let [block, idleBlock, reports] = [0, 0, 0]
  for (let round = 1; round <= ROUNDS; round++) {
    say(`Rebuilding ${PEOPLE} users, round ${round} of ${ROUNDS}`)
    await copyFile(full, school)
    const start = performance.now()
    const answer = await run(shell, ['-bail', school, `.read ${script}`])
    times.peer.push((performance.now() - start) / 1000)
    requireAll(answer.trim().split('\n').at(-1))
    await copyFile(full, school)
    const result = JSON.parse(await run(process.execPath, [ours, 'run', school]))
    times.ours.push(result.seconds)
    block = Math.max(block, result.blockMs)
    idleBlock = Math.max(idleBlock, result.idleBlockMs)
    reports = result.reports
    requireAll((await run(shell, [school, 'SELECT count(*) FROM users WHERE code IS NOT NULL'])).trim())
  }
  for (const file of [full, school]) await rm(file)
  const size = `${PEOPLE.toLocaleString('en')} users, ${(PEOPLE * ENROLLMENTS).toLocaleString('en')} enrolments`
  return [
    {
      work: `rebuild of users: ${size}`,
      ours: median(times.ours),
      peer: median(times.peer),
      unit: 's',
      aim: '2.0 x',
      note: `the same SQL in the sqlite3 shell; progress was told ${reports} times`,
    },
    blockRow(block, idleBlock),
  ]
}

/**
 * @param {string} shell
 * @param {string} file
 * @param {string} folder
 */
async function fill(shell, file, folder) {
  say(`Making a school of ${PEOPLE} users with ${ENROLLMENTS} enrolments each`)
  const cli = join(projectFolder, 'out', 'main', 'cli.cjs')
  await run(process.execPath, [cli, 'create', file], { env: { ...process.env, ROLLBOOK_HOME: folder } })
  const numbers = `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${PEOPLE})`
  const script = `
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-524288;
BEGIN;
INSERT INTO user_types (name) VALUES ('Benchmark');
INSERT INTO courses (name, start_date, end_date)
  SELECT 'Course ' || value, '2026-09-01', '2027-06-18' FROM generate_series(1, 1000);
${numbers} INSERT INTO users (first_name, last_name, email, age, user_type_id, first_name_sort, last_name_sort,
    first_name_folded, last_name_folded)
  SELECT 'First ' || (n % 991), 'Last ' || (n % 9973), 'user.' || n || '@school.example', 10 + n % 9,
    (SELECT max(user_type_id) FROM user_types), 'first ' || (n % 991), 'last ' || (n % 9973), 'first ' || (n % 991),
    'last ' || (n % 9973) FROM numbers;
INSERT INTO enrollments (user_id, course_id)
  SELECT user_id, 1 + (user_id * 7 + value * 331) % 1000 FROM users, generate_series(1, ${ENROLLMENTS});
COMMIT;
PRAGMA journal_mode=WAL;`
  const scriptFile = join(folder, 'fill.sql')
  await writeFile(scriptFile, script)
  await run(shell, ['-bail', file, `.read ${scriptFile}`])
}

/**
 * With the question that we ask before every COMMIT, and the `-wal` folded in as we do.
 * @param {string[]} statements
 */
function shellScript(statements) {
  const asked = statements.flatMap((statement) =>
    statement === 'COMMIT' ? ['SELECT count(*) FROM pragma_foreign_key_check', statement] : [statement],
  )
  const last = ['PRAGMA wal_checkpoint(TRUNCATE)', 'SELECT count(*) FROM users WHERE code IS NOT NULL']
  return [SETTINGS, ...asked, ...last].map((statement) => `${statement};\n`).join('')
}

/** @param {string | undefined} count */
function requireAll(count) {
  if (count !== String(PEOPLE)) throw new Error(`${count} users instead of ${PEOPLE}`)
}
