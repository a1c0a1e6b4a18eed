import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { QueryTypes } from 'sequelize'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '../../electron/database/connection'
import { upgrade } from '../../electron/database/migrate'
import { appliedCount } from '../../electron/database/recognise'
import { allRevisions } from '../../electron/database/revisions'
import { countCalls, type Fault, hasStrace, runWithFault, WRITING_CALLS } from './strace'
import { note, spread, trials } from './trials'
import { RELEASE } from '../helpers/releases'

const CLI = resolve(import.meta.dirname, '../../out/main/cli.cjs')
const revisions = allRevisions()
const options = { appVersion: 'test' }

type Row = Record<string, unknown>

let folder: string
/** What a file holds after so many revisions. */
const contents = new Map<number, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-upgrade-'))
  const file = await freshCopy('stepwise')
  for (let applied = await appliedCount(file, revisions); ; applied++) {
    contents.set(applied, await contentOf(file))
    if (applied === revisions.length) break
    await upgrade(file, revisions.slice(0, applied + 1), options)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function freshCopy(name: string): Promise<string> {
  const place = join(folder, name)
  await rm(place, { recursive: true, force: true })
  await mkdir(place)
  await copyFile(RELEASE, join(place, 'school.rollbook'))
  return join(place, 'school.rollbook')
}

/** The schema and every row but what says when something was done. Read as the next launch does, who may write. */
async function contentOf(file: string): Promise<string> {
  const connection = connect(file)
  const query = (sql: string) => connection.query<Row>(sql, { type: QueryTypes.SELECT })
  try {
    const [check] = await query('PRAGMA integrity_check')
    const schema = await query(`SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`)
    const tables = schema.filter(
      ({ type, name, sql }) => type === 'table' && sql !== null && !TIMED.test(String(name)),
    )
    const rows = await Promise.all(tables.map(({ name }) => query(`SELECT * FROM "${String(name)}"`)))
    return JSON.stringify([check, schema, rows], (_, value: unknown) =>
      value instanceof Buffer ? value.toString('hex') : value,
    )
  } finally {
    await connection.close()
  }
}

const TIMED = /^(revisions|change_sets|changes)$/

const environment = () => ({ ...process.env, ROLLBOOK_HOME: join(folder, 'home') })
const upgradeCommand = (file: string) => [CLI, 'db', 'upgrade', 'head', '--file', file, '--json']

/** Every writing call of an upgrade, with each fault that can happen there. */
async function faultsOf(file: string): Promise<Fault[]> {
  const counts = await countCalls(upgradeCommand(file), environment(), join(folder, 'calls.log'))
  return WRITING_CALLS.flatMap((call) =>
    Array.from({ length: counts.get(call) ?? 0 }, (_, index) => index + 1).flatMap((at) =>
      (['KILL', 'ENOSPC', 'EIO'] as const).map((kind) => ({ call, at, kind })),
    ),
  )
}

/** What is wrong after an upgrade met a fault, and after the launch that follows; empty if nothing is. */
async function wrongAfter(fault: Fault, index: number): Promise<string[]> {
  const file = await freshCopy(`trial-${index}`)
  const wrong: string[] = []
  const { isDone, output } = await runWithFault(fault, upgradeCommand(file), environment())
  const applied = await appliedCount(file, revisions)
  if ((await contentOf(file)) !== contents.get(applied))
    wrong.push(`neither old nor new at revision ${applied}`)
  if (isDone && applied !== revisions.length) wrong.push('said to be done and is not')
  if (!isDone && fault.kind !== 'KILL' && output.trim() === '') wrong.push('failed without a word')
  wrong.push(...(await wrongCopies(file)))
  await upgrade(file, revisions, options)
  if ((await contentOf(file)) !== contents.get(revisions.length))
    wrong.push('the next launch does not reach the head')
  await rm(join(file, '..'), { recursive: true })
  return wrong.map((what) => `${fault.kind} at ${fault.call} ${fault.at}: ${what}`)
}

/** A restore point that bears its name is whole. */
async function wrongCopies(file: string): Promise<string[]> {
  const names = await readdir(`${file}.backups`).catch(() => [])
  const wrong: string[] = []
  for (const name of names.filter((each) => each.endsWith('.rollbook') && !each.startsWith('.'))) {
    const copy = join(`${file}.backups`, name)
    if ((await contentOf(copy)) !== contents.get(await appliedCount(copy, revisions)))
      wrong.push(`${name} is not whole`)
  }
  return wrong
}

it.skipIf(!hasStrace())(
  'an upgrade is all or nothing, whatever fails while it is written',
  async () => {
    const all = await faultsOf(await freshCopy('count'))
    expect(all.length).toBeGreaterThan(100)
    const chosen = spread(all, trials({ few: 12, many: 120, full: all.length }))
    const failures: string[] = []
    for (const [index, fault] of chosen.entries()) failures.push(...(await wrongAfter(fault, index)))
    const half = await controlWithoutTransaction()
    await note({
      promise: 'P4',
      what: `an upgrade is all or nothing and resumes: KILL, ENOSPC, EIO at ${all.length / 3} writes`,
      trials: chosen.length,
      failures: failures.length,
      control: `${half} without a transaction`,
    })
    expect(failures).toEqual([])
  },
  3_600_000,
)

/** The same statements one by one: what an upgrade would leave behind that is no transaction. */
async function controlWithoutTransaction(): Promise<string> {
  const sql = join(folder, 'upgrade.sql')
  const args = (file: string) => ['-e', STATEMENT_BY_STATEMENT, file, sql]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CLI, 'db', 'upgrade', 'head', '--sql', '--file', await freshCopy('control')],
    { env: environment() },
  )
  await writeFile(sql, stdout)
  const counts = await countCalls(args(await freshCopy('control')), environment(), join(folder, 'calls.log'))
  const moments = spread(
    Array.from({ length: counts.get('pwrite64') ?? 0 }, (_, index) => index + 1),
    8,
  )
  let half = 0
  for (const at of moments) {
    const file = await freshCopy('control')
    await runWithFault({ call: 'pwrite64', at, kind: 'KILL' }, args(file), environment())
    const applied = await appliedCount(file, revisions)
    if ((await contentOf(file)) !== contents.get(applied)) half++
  }
  expect(half).toBeGreaterThan(0)
  return `${half} of ${moments.length} half-done`
}

const STATEMENT_BY_STATEMENT = `
  const sqlite3 = require(${JSON.stringify(resolve(import.meta.dirname, '../../node_modules/sqlite3'))})
  const sql = require('node:fs').readFileSync(process.argv[2], 'utf8')
  const database = new sqlite3.Database(process.argv[1])
  database.exec('PRAGMA foreign_keys=OFF; PRAGMA journal_mode=WAL;' + sql.replace(/^(BEGIN|COMMIT).*$/gm, ''), (error) => {
    if (error) throw error
    database.close()
  })`
