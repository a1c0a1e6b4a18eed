// Importing 100,000 users: the whole command of ours, from the file to the last index and history, beside the shell's
// load of the same file into the same tables, indexes and search index (without checking, keys of names and history).
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { sqliteShell } from './shell.mjs'
import { blockRow, median } from './table.mjs'

const ROWS = 100_000
const ROUNDS = 3

const cli = join(projectFolder, 'out', 'main', 'cli.cjs')
const blockMeter = join(import.meta.dirname, 'blockMeter.cjs')

/**
 * @param {string} folder
 * @returns {Promise<import('./table.mjs').BenchRow[]>}
 */
export async function benchImport(folder) {
  const shell = await sqliteShell()
  const [file, empty] = [join(folder, 'users.csv'), join(folder, 'empty.rollbook')]
  await writeFile(file, generateUsers())
  await run(process.execPath, [cli, 'create', empty], { env: { ...process.env, ROLLBOOK_HOME: folder } })
  await run(shell, [empty, `INSERT INTO user_types (name) VALUES ('Student'), ('Teacher')`])
  const times = {
    ours: /** @type {number[]} */ ([]),
    peer: /** @type {number[]} */ ([]),
    block: /** @type {number[]} */ ([]),
  }
  for (let round = 1; round <= ROUNDS; round++) {
    say(`Importing ${ROWS} users, round ${round} of ${ROUNDS}`)
    times.peer.push(await inCopy(empty, folder, (school) => shellLoad(shell, file, school)))
    times.ours.push(
      await inCopy(empty, folder, async (school) => times.block.push(await ourImport(file, school, folder))),
    )
  }
  return [
    {
      work: `import ${ROWS.toLocaleString('en')} users, whole command`,
      ours: median(times.ours),
      peer: median(times.peer),
      unit: 's',
      aim: '3.0 x, later 2.0 x',
      note: "the sqlite3 shell's load",
    },
    blockRow(Math.max(...times.block)),
  ]
}

/**
 * Seconds that `work` takes on a fresh copy of a school.
 * @param {string} empty
 * @param {string} folder
 * @param {(school: string) => Promise<unknown>} work
 */
async function inCopy(empty, folder, work) {
  const school = join(folder, 'school.rollbook')
  await copyFile(empty, school)
  const start = performance.now()
  await work(school)
  const seconds = (performance.now() - start) / 1000
  for (const end of ['', '-wal', '-shm', '.lock']) await rm(school + end, { force: true })
  return seconds
}

/**
 * The longest block of the event loop in milliseconds.
 * @param {string} file
 * @param {string} school
 * @param {string} folder
 */
async function ourImport(file, school, folder) {
  const report = join(folder, 'block.txt')
  const env = { ...process.env, ROLLBOOK_HOME: folder, ROLLBOOK_BLOCK_REPORT: report }
  const args = ['--require', blockMeter, cli, 'import', file, '--into', school, '--entity', 'users', '--json']
  const { created } = JSON.parse(await run(process.execPath, args, { env }))
  if (created !== ROWS) throw new Error(`${created} users were created instead of ${ROWS}`)
  return Number(await readFile(report, 'utf8'))
}

/**
 * @param {string} shell
 * @param {string} file
 * @param {string} school
 */
async function shellLoad(shell, file, school) {
  const script = `
PRAGMA foreign_keys=ON;
PRAGMA synchronous=FULL;
PRAGMA cache_size=-65536;
CREATE TEMP TABLE loaded (first_name, last_name, email, type, age, is_active);
.import --csv --skip 1 --schema temp ${file} loaded
BEGIN IMMEDIATE;
INSERT INTO users (first_name, last_name, email, age, is_active, user_type_id, first_name_sort, last_name_sort,
    first_name_folded, last_name_folded)
  SELECT first_name, last_name, email, CAST(age AS INTEGER), is_active = 'true', user_type_id, lower(first_name),
    lower(last_name), lower(first_name), lower(last_name)
  FROM loaded JOIN user_types ON user_types.name = loaded.type;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
SELECT count(*) FROM users;`
  const scriptFile = `${school}.sql`
  await writeFile(scriptFile, script)
  const output = await run(shell, ['-bail', school, `.read ${scriptFile}`])
  if (output.trim().split('\n').at(-1) !== String(ROWS)) throw new Error(`the shell loaded ${output}`)
}

const FIRST = ['Ana', 'Boris', 'Đorđe', 'Emina', 'Goran', 'Hana', 'Ivan', 'Lejla', 'Marko', 'Željka']
const LAST = [
  'Alić',
  'Babić',
  'Čović',
  'Džafić',
  'Hadžić',
  'Kovačević',
  'Ljubić',
  'Nikolić',
  'Šarić',
  'Žunić',
]

function generateUsers() {
  const lines = ['first_name,last_name,email,user_type,age,is_active']
  for (let number = 0; number < ROWS; number++) {
    const [first, last] = [FIRST[number % 10], LAST[Math.floor(number / 10) % 10]]
    const type = number % 16 === 0 ? 'Teacher' : 'Student'
    lines.push(
      `${first},${last} ${number % 977},user.${number}@school.example,${type},${10 + (number % 9)},true`,
    )
  }
  return `${lines.join('\r\n')}\r\n`
}
