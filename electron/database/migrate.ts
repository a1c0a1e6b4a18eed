import { basename, extname, join } from 'node:path'
import { QueryTypes, type Sequelize } from 'sequelize'
import { backUp, backupFolder } from './backup'
import { connect } from './connection'
import { APPLICATION_ID, exists, readHeader } from './header'
import { operationsOn, type Revision } from './operations'

export type RefusedBecause = 'missing' | 'unreadable' | 'foreign' | 'newer' | 'read-only'

/** A file that was not touched, since it is not one that these revisions may upgrade. */
export class FileRefusedError extends Error {
  constructor(
    readonly reason: RefusedBecause,
    readonly file: string,
  ) {
    super(`${file}: ${reason}`)
    this.name = 'FileRefusedError'
  }
}

/** What an upgrade is at: `done` of `total` revisions. */
export interface UpgradeStep {
  revision: string
  done: number
  total: number
}

export interface MigrateOptions {
  appVersion: string
  isReadOnly?: boolean
  onStep?: (step: UpgradeStep) => void
}

/** How many of the revisions a file has had. Throws FileRefusedError for what is no file of ours, or of a later version;
 *  the file is byte for byte as it was. */
export async function appliedCount(file: string, revisions: Revision[]): Promise<number> {
  const header = await readHeader(file)
  if (header.kind === 'missing' || header.kind === 'unreadable') throw new FileRefusedError(header.kind, file)
  if (header.kind !== 'rollbook') throw new FileRefusedError('foreign', file)
  if (header.userVersion > revisions.length) throw new FileRefusedError('newer', file)
  return header.userVersion
}

/** Throws FileRefusedError for a file whose recorded revisions are not those: it comes from another line of development. */
export async function requireRevisions(
  query: (sql: string) => Promise<{ name: string }[]>,
  expected: Revision[],
  file: string,
): Promise<void> {
  const tables = await query(`SELECT name FROM sqlite_schema WHERE name = 'revisions'`)
  const recorded = tables.length > 0 ? await query('SELECT name FROM revisions') : []
  const names = new Set(recorded.map(({ name }) => name))
  if (names.size !== expected.length || expected.some(({ name }) => !names.has(name)))
    throw new FileRefusedError('foreign', file)
}

/** Brings a file to the head of the revisions. Where some are pending, a restore point is made first, and its path is
 *  the answer; else null. Each revision is one transaction: a failure leaves the file at the one before. */
export async function upgrade(
  file: string,
  revisions: Revision[],
  options: MigrateOptions,
): Promise<string | null> {
  const applied = await appliedCount(file, revisions)
  if (applied === revisions.length) return null
  if (options.isReadOnly) throw new FileRefusedError('read-only', file)
  return withMigrator(file, false, async (connection) => {
    const query = (sql: string) => connection.query<{ name: string }>(sql, { type: QueryTypes.SELECT })
    await requireRevisions(query, revisions.slice(0, applied), file)
    const restorePoint = await makeRestorePoint(connection, file, revisions.length)
    await apply(connection, revisions, applied, options)
    return restorePoint
  })
}

/** Makes a new file at the head of the revisions. `file` must not be there. */
export async function createFile(
  file: string,
  revisions: Revision[],
  options: MigrateOptions,
): Promise<void> {
  await withMigrator(file, true, async (connection) => {
    await connection.query(`PRAGMA application_id=${APPLICATION_ID}`)
    await connection.query(
      'CREATE TABLE revisions (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL, app_version TEXT NOT NULL)',
    )
    await apply(connection, revisions, 0, options)
  })
}

/** Takes back revisions until `count` of them are left, the last one first. */
export async function downgrade(file: string, revisions: Revision[], count: number): Promise<void> {
  const applied = await appliedCount(file, revisions)
  await withMigrator(file, false, async (connection) => {
    for (const revision of revisions.slice(count, applied).reverse()) {
      await inTransaction(connection, revisions.indexOf(revision), async () => {
        await revision.downgrade(operationsOn((statement) => connection.query(statement)))
        await connection.query('DELETE FROM revisions WHERE name = $1', { bind: [revision.name] })
      })
    }
  })
}

async function apply(connection: Sequelize, revisions: Revision[], applied: number, options: MigrateOptions) {
  const pending = revisions.slice(applied)
  // Loaded here, since it takes a quarter of what a launch takes and most launches have nothing to migrate.
  const { Umzug } = await import('umzug')
  const umzug = new Umzug({
    migrations: revisions.map((revision, index) => ({
      name: revision.name,
      up: () => applyOne(connection, revision, index + 1, options.appVersion),
    })),
    // A revision writes its own row, in its own transaction: Umzug by itself would record it after the fact, or not at all.
    storage: {
      executed: async () => revisions.slice(0, applied).map(({ name }) => name),
      logMigration: async () => {},
      unlogMigration: async () => {},
    },
    logger: undefined,
  })
  umzug.on('migrating', ({ name }) => {
    const done = pending.findIndex((revision) => revision.name === name)
    options.onStep?.({ revision: name, done, total: pending.length })
  })
  await umzug.up()
  await quickCheck(connection)
}

async function applyOne(connection: Sequelize, revision: Revision, ordinal: number, appVersion: string) {
  await inTransaction(connection, ordinal, async () => {
    await revision.upgrade(operationsOn((statement) => connection.query(statement)))
    await connection.query('INSERT INTO revisions (name, applied_at, app_version) VALUES ($1, $2, $3)', {
      bind: [revision.name, new Date().toISOString(), appVersion],
    })
  })
}

/** Schema, version row and `user_version` change together or not at all, and leave no row without its parent. */
async function inTransaction(connection: Sequelize, userVersion: number, work: () => Promise<void>) {
  await connection.query('BEGIN IMMEDIATE')
  try {
    await work()
    await connection.query(`PRAGMA user_version=${userVersion}`)
    const orphans = await connection.query('PRAGMA foreign_key_check', { type: QueryTypes.SELECT })
    if (orphans.length > 0) throw new Error(`${orphans.length} rows would lose the record they belong to`)
    await connection.query('COMMIT')
  } catch (error) {
    // The first failure is the one to tell; SQLite may have rolled back by itself.
    await connection.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Once per target version: launches that fail again and again must not replace the good copy. */
async function makeRestorePoint(connection: Sequelize, file: string, target: number): Promise<string> {
  const name = `${basename(file, extname(file))}-before-upgrade-to-${target}.rollbook`
  const restorePoint = join(backupFolder(file), name)
  if (await exists(restorePoint)) return restorePoint
  await backUp(
    async (statement, bind = []) => void (await connection.query(statement, { bind })),
    restorePoint,
  )
  return restorePoint
}

async function quickCheck(connection: Sequelize) {
  const [row] = await connection.query<{ quick_check: string }>('PRAGMA quick_check', {
    type: QueryTypes.SELECT,
  })
  if (row?.quick_check !== 'ok') throw new Error(`the file is damaged: ${row?.quick_check}`)
}

/** Foreign keys are off on this connection alone; the `-wal` is folded into the file before it is let go, so that the
 *  header says what is true. */
async function withMigrator<Result>(
  file: string,
  isNew: boolean,
  work: (connection: Sequelize) => Promise<Result>,
): Promise<Result> {
  const connection = connect(file, { hasForeignKeys: false, isNew })
  try {
    await connection.query('PRAGMA journal_mode=WAL')
    const result = await work(connection)
    await connection.query('PRAGMA wal_checkpoint(TRUNCATE)')
    return result
  } finally {
    await connection.close()
  }
}
