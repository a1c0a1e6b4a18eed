import { findDamage } from './atRest'
import { requireParents } from './tables/parents'
import { connect } from './connection'
import { operationsOn, type Revision, type SchemaConnection } from './operations'
import type { RebuildOptions } from './tables/rebuild'
import { schemaConnection } from './schemaConnection'
import { literal } from './sql'

/** Which way a file goes past a revision, and how many revisions it has then. */
export interface RevisionStep {
  revision: Revision
  direction: 'upgrade' | 'downgrade'
  count: number
}

/** A connection for migrations alone, with foreign keys off. Its `-wal` is folded into the file before that is let go, so
 *  that the header says what is true. */
export async function withMigrator<Result>(
  file: string,
  isNew: boolean,
  work: (connection: SchemaConnection) => Promise<Result>,
): Promise<Result> {
  const connection = connect(file, { hasForeignKeys: false, isNew })
  try {
    await connection.query('PRAGMA journal_mode=WAL')
    const result = await work(schemaConnection(connection))
    await connection.query('PRAGMA wal_checkpoint(TRUNCATE)')
    return result
  } finally {
    await connection.close()
  }
}

export interface StepOptions extends RebuildOptions {
  appVersion: string
  /** Looks through the whole file before the step is kept: after the last one. */
  isLast?: boolean
}

/** Takes a file past one revision. Schema, version row and `user_version` change together or not at all, and leave no row
 *  without its parent. */
export async function takeStep(
  connection: SchemaConnection,
  { revision, direction, count }: RevisionStep,
  { appVersion, isLast = false, ...options }: StepOptions,
): Promise<void> {
  await connection.run('BEGIN IMMEDIATE')
  try {
    await revision[direction](operationsOn(connection, options))
    await connection.run(direction === 'upgrade' ? record(revision, appVersion) : forget(revision))
    await connection.run(`PRAGMA user_version=${count}`)
    await requireParents(connection)
    if (isLast) await requireUndamaged(connection)
    await connection.run('COMMIT')
  } catch (error) {
    // The first failure is the one to tell; SQLite may have rolled back by itself.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** The steps from `from` revisions to `to`, in their order. */
export function stepsBetween(revisions: Revision[], from: number, to: number): RevisionStep[] {
  if (to >= from)
    return revisions
      .slice(from, to)
      .map((revision, index) => ({ revision, direction: 'upgrade', count: from + index + 1 }))
  return revisions
    .slice(to, from)
    .map((revision, index): RevisionStep => ({ revision, direction: 'downgrade', count: to + index }))
    .reverse()
}

/** The statement that notes a revision as applied. */
export const record = ({ name }: Revision, appVersion: string) =>
  `INSERT INTO revisions (name, applied_at, app_version) VALUES (${literal(name)}, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ${literal(appVersion)})`

const forget = ({ name }: Revision) => `DELETE FROM revisions WHERE name = ${literal(name)}`

async function requireUndamaged(connection: SchemaConnection): Promise<void> {
  const damage = await findDamage(connection)
  if (damage !== null) throw new Error(`the file would be damaged: ${damage}`)
}
