import { basename, dirname, extname, join } from 'node:path'
import { readAtRest, requireSound, settleJournal } from './atRest'
import { backUp, backupFolder } from './backup'
import { databaseSize, requireFreeSpace } from './freeSpace'
import { APPLICATION_ID, exists } from './header'
import { type RevisionStep, stepsBetween, takeStep, withMigrator } from './migrator'
import type { Revision, SchemaConnection } from './operations'
import type { RowsProgress } from './tables/rebuild'
import { quote } from './sql'
import { appliedCount, FileRefusedError } from './recognise'

/** What an upgrade or a downgrade is at: `done` of `total` revisions; in the one that is running, `rows` of a table that
 *  is copied. */
export interface UpgradeStep {
  revision: string
  done: number
  total: number
  rows?: RowsProgress
}

export interface MigrateOptions {
  appVersion: string
  isReadOnly?: boolean
  onStep?: (step: UpgradeStep) => void
}

/** Brings a file to the head of the revisions. Where some are pending, a restore point is made first, and its path is
 *  the answer; else null. Each revision is one transaction: a failure leaves the file at the one before. Throws
 *  NoSpaceError before anything is done where the disk is too full. */
export function upgrade(
  file: string,
  revisions: Revision[],
  options: MigrateOptions,
): Promise<string | null> {
  return upgradeTo(file, revisions, revisions.length, options)
}

/** As `upgrade`, to the first `count` of the revisions; a file that has as many already stays as it is. */
export async function upgradeTo(
  file: string,
  revisions: Revision[],
  count: number,
  options: MigrateOptions,
): Promise<string | null> {
  const applied = await appliedCount(file, revisions)
  if (applied >= count) return null
  return migrate(file, revisions, applied, count, options)
}

/** Takes back revisions until `count` of them are left, the last one first; a file that has no more stays as it is. The
 *  answer is the path of a restore point, or null. */
export async function downgrade(
  file: string,
  revisions: Revision[],
  count: number,
  options: Omit<MigrateOptions, 'appVersion'> = {},
): Promise<string | null> {
  const applied = await appliedCount(file, revisions)
  if (applied <= count) return null
  return migrate(file, revisions, applied, count, { ...options, appVersion: '' })
}

/** Makes a new file at the head of the revisions. `file` must not be there. */
export async function createFile(
  file: string,
  revisions: Revision[],
  options: MigrateOptions,
): Promise<void> {
  await withMigrator(file, true, async (connection) => {
    await connection.run(`PRAGMA application_id=${APPLICATION_ID}`)
    await connection.run(
      'CREATE TABLE revisions (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL, app_version TEXT NOT NULL)',
    )
    await takeSteps(connection, stepsBetween(revisions, 0, revisions.length), options)
  })
}

/** The restore point, the pages that change in the `-wal`, and the file as it grows when they are folded into it. */
const COPIES_NEEDED = 3

async function migrate(
  file: string,
  revisions: Revision[],
  from: number,
  to: number,
  options: MigrateOptions,
): Promise<string> {
  if (options.isReadOnly) throw new FileRefusedError('read-only', file, { isOlder: true })
  await requireFreeSpace(dirname(file), COPIES_NEEDED * (await databaseSize(file)))
  await settleJournal(file)
  // What is wrong with a file shows before a byte of it is written.
  await requireSound(file, revisions)
  const restorePoint = await makeRestorePoint(file, revisions, from, to)
  await withMigrator(file, false, (connection) =>
    takeSteps(connection, stepsBetween(revisions, from, to), options),
  )
  return restorePoint
}

async function takeSteps(connection: SchemaConnection, steps: RevisionStep[], options: MigrateOptions) {
  // Loaded here, since it takes a quarter of what a launch takes and most launches have nothing to migrate.
  const { MigrationError, Umzug } = await import('umzug')
  const umzug = new Umzug({
    migrations: steps.map((step, done) => {
      const { name } = step.revision
      const tell = (rows?: RowsProgress) =>
        options.onStep?.({ revision: name, done, total: steps.length, ...(rows && { rows }) })
      const up = () => {
        tell()
        const isLast = done === steps.length - 1
        return takeStep(connection, step, { appVersion: options.appVersion, onRows: tell, isLast })
      }
      return { name, up }
    }),
    // A revision writes its own row, in its own transaction: Umzug by itself would record it after the fact, or not at all.
    storage: { executed: async () => [], logMigration: async () => {}, unlogMigration: async () => {} },
    logger: undefined,
  })
  try {
    await umzug.up()
  } catch (error) {
    // What went wrong says more than that something did.
    throw error instanceof MigrationError ? (error.cause ?? error) : error
  }
}

/** Once per target version and state of the file: launches that fail again and again neither replace the good copy nor
 *  fill the disk, and what was done since an earlier one is in a copy of its own. */
async function makeRestorePoint(
  file: string,
  revisions: Revision[],
  from: number,
  to: number,
): Promise<string> {
  const reason = from < to ? `before-upgrade-to-${to}` : `before-downgrade-to-${to}`
  const name = join(backupFolder(file), `${basename(file, extname(file))}-${reason}`)
  const state = await stateOf(file)
  for (let number = 1; ; number++) {
    const restorePoint = `${name}${number === 1 ? '' : `-${number}`}.rollbook`
    if (!(await exists(restorePoint))) {
      await backUp(file, restorePoint, revisions)
      return restorePoint
    }
    if (await isSoundCopy(restorePoint, state, revisions)) return restorePoint
  }
}

/** What is no backup that could be restored now, or is of another state, stays where it is, and another one is made. */
async function isSoundCopy(copy: string, state: string, revisions: Revision[]): Promise<boolean> {
  try {
    await requireSound(copy, revisions)
    return (await stateOf(copy)) === state
  } catch {
    return false
  }
}

/** What differs wherever records were added, deleted or changed: how many rows each table has, and their latest times. */
async function stateOf(file: string): Promise<string> {
  return readAtRest(file, async (side) => {
    const tables = await side.query<{ name: string; times: string }>(
      `SELECT t.name, (SELECT json_group_array(c.name) FROM pragma_table_info(t.name) c WHERE c.name IN ('created_at', 'updated_at')) AS times
        FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name`,
    )
    const states: unknown[] = []
    for (const { name, times } of tables) {
      const latest = (JSON.parse(times) as string[]).map((column) => `, max(${quote(column)})`)
      states.push(name, await side.query(`SELECT count(*)${latest.join('')} FROM ${quote(name)}`))
    }
    return JSON.stringify(states)
  })
}
