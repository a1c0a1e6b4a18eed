import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntityName } from '../contract'
import type { BackupSource } from '../contract/backups'
import type { Handlers } from '../contract/define'
import type { ChangedRecord } from '../contract/history'
import {
  RESTORED_ACTIONS,
  type RestoredAction,
  type RestorePreview,
  type restorePreviewsMethods,
} from '../contract/restorePreviews'
import { copyInto } from '../database/backup'
import { databaseSize, requireFreeSpace } from '../database/freeSpace'
import { upgrade } from '../database/migrate'
import { appliedCount } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import { SideConnection } from '../database/scratch'
import { findBackup } from './backups'
import { type Change, describeChange, type RecordValues, referencesOf } from './changedRecords'
import type { JobContext, SchoolContext, SchoolContexts } from './context'
import { endedBefore } from './enrollments'
import { stopIfAborted } from './importWriting'
import { removeLeftOvers, scratchName } from './leftOvers'
import type { Names } from './recordNames'
import { ENTITIES, isShown, NAMES, RECORD_TABLES, REFERENCES } from './records'

export const restorePreviews: Handlers<typeof restorePreviewsMethods, SchoolContexts> = {
  async make(context, { source }) {
    const backup = await pathOf(context, source)
    return context.restorePreviews.create((side) =>
      withUpgradedCopy(backup, context, (copy) =>
        side.stoppable(context.signal, () => compare(side, copy, context)),
      ),
    )
  },

  list({ restorePreviews }, { comparisonId, entity, action, after, count }) {
    return restorePreviews.use(comparisonId, async ({ side }) => {
      const rows = await side.query<StoredDifference>(
        `SELECT number, record_id AS recordId, before, after FROM differences
          WHERE entity = ? AND action = ? AND number > ? ORDER BY number LIMIT ?`,
        [entity, action, after ?? 0, count + 1],
      )
      const page = rows.slice(0, count)
      const next = rows.length > count ? (page.at(-1)?.number ?? null) : null
      return { rows: await describeAll(side, entity, page), next }
    })
  },

  async discard({ restorePreviews }, { comparisonId }) {
    await restorePreviews.discard(comparisonId)
    return null
  },
}

async function pathOf({ openFile, files }: SchoolContext, source: BackupSource): Promise<string> {
  return 'file' in source ? files.path(source.file) : findBackup(openFile.path, source.name)
}

/** The copy, the restore point that upgrading makes of it, and what differs; of the school, that alone. As they were seen, half
 *  of a file that history has most of. */
const COPIES_NEEDED = { backup: 3, school: 1 }

/** Runs `work` with a copy of a backup at head, which is what restoring it would come to. */
async function withUpgradedCopy<Result>(
  backup: string,
  { database, workFolder, signal, progress, today }: JobContext,
  work: (copy: string) => Promise<Result>,
): Promise<Result> {
  // What is not ours is not copied.
  await appliedCount(backup, allRevisions())
  await removeLeftOvers(workFolder)
  const sizes = { backup: await databaseSize(backup), school: await databaseSize(database.file) }
  await requireFreeSpace(
    workFolder,
    COPIES_NEEDED.backup * sizes.backup + COPIES_NEEDED.school * sizes.school,
  )
  const folder = join(workFolder, scratchName('compare', randomUUID()))
  await mkdir(folder, { mode: 0o700 })
  try {
    progress('copying-school', 0, 0)
    const copy = join(folder, 'backup.rollbook')
    await copyInto(backup, copy, { isAtRest: true, mode: 0o600, signal })
    stopIfAborted(signal)
    await upgrade(copy, allRevisions(), { appVersion: '' })
    await complete(copy, today)
    stopIfAborted(signal)
    return await work(copy)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Completes what opening the restored file would complete. */
async function complete(copy: string, today: string): Promise<void> {
  const side = await SideConnection.open(copy)
  try {
    await side.run(
      `UPDATE enrollments SET status = 'completed' WHERE enrollment_id IN (${endedBefore(today)})`,
    )
  } finally {
    await side.close()
  }
}

/** Reads both files at one moment each, by SQL alone, so that neither is read into this process. */
async function compare(
  side: SideConnection,
  copy: string,
  { database, signal, progress }: JobContext,
): Promise<Omit<RestorePreview, 'comparisonId'>> {
  await side.attachReadOnly(database.file, 'school')
  await side.attachReadOnly(copy, 'backup')
  await side.run(DIFFERENCES)
  await side.run(REFERRED)
  await side.run('BEGIN')
  for (const [done, entity] of ENTITIES.entries()) {
    stopIfAborted(signal)
    progress('comparing-records', done, ENTITIES.length)
    await findDifferences(side, entity)
  }
  for (const file of FILES) await nameReferred(side, file)
  await side.run('COMMIT')
  await side.run('CREATE INDEX differences_kind ON differences (entity, action, number)')
  for (const file of FILES) await side.run(`DETACH ${file}`)
  return { counts: await countsOf(side) }
}

const FILES = ['school', 'backup'] as const

const DIFFERENCES = `CREATE TABLE differences (number INTEGER PRIMARY KEY, entity TEXT, action TEXT, record_id INTEGER, before TEXT, after TEXT)`
/** The records that those of `differences` refer to. */
const REFERRED =
  'CREATE TABLE referred (entity TEXT, id INTEGER, name TEXT, PRIMARY KEY (entity, id)) WITHOUT ROWID'

/** By the name in the school of now, or of who is not there any more in the backup. */
const ORDERS: Record<EntityName, string[]> = {
  school: [],
  userTypes: ['name_sort'],
  users: ['last_name_sort', 'first_name_sort'],
  courses: ['name_sort'],
  enrollments: ['course_id'],
}

async function findDifferences(side: SideConnection, entity: EntityName): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const info = await side.query<{ name: string }>(`PRAGMA backup.table_info(${table})`)
  const columns = info.map(({ name }) => name).filter((column) => isShown(entity, column))
  const valuesOf = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ')
  const asJson = (alias: string) => {
    const pairs = columns.map((column) => `'${column}', ${alias}.${column}`)
    return `iif(${alias}.${key} IS NULL, NULL, json_object(${pairs.join(', ')}))`
  }
  const order = ORDERS[entity].map((column) => `iif(s.${key} IS NULL, b.${column}, s.${column})`)
  await side.run(
    `INSERT INTO differences (entity, action, record_id, before, after)
      SELECT ?, CASE WHEN s.${key} IS NULL THEN 'added' WHEN b.${key} IS NULL THEN 'removed' ELSE 'changed' END,
        coalesce(s.${key}, b.${key}) AS id, ${asJson('s')}, ${asJson('b')}
      FROM school.${table} s FULL JOIN backup.${table} b ON b.${key} = s.${key}
      WHERE s.${key} IS NULL OR b.${key} IS NULL OR (${valuesOf('s')}) IS NOT (${valuesOf('b')})
      ORDER BY ${[...order, 'id'].join(', ')}`,
    [entity],
  )
}

/** Names what the differing records refer to, as it is now, or as the backup knows what is not there any more. */
async function nameReferred(side: SideConnection, file: 'school' | 'backup'): Promise<void> {
  for (const { entity, column, parent } of REFERENCES) {
    const { table, key } = RECORD_TABLES[parent]
    const ids = (values: string) =>
      `SELECT ${values} ->> '${column}' FROM differences WHERE entity = '${entity}'`
    await side.run(
      `INSERT OR IGNORE INTO referred SELECT '${parent}', ${key}, ${NAMES[parent]} FROM ${file}.${table}
        WHERE ${key} IN (${ids('before')} UNION ${ids('after')})`,
    )
  }
}

async function countsOf(side: SideConnection): Promise<RestorePreview['counts']> {
  const rows = await side.query<{ entity: EntityName; action: RestoredAction; count: number }>(
    'SELECT entity, action, count(*) AS count FROM differences GROUP BY entity, action',
  )
  const countOf = (entity: EntityName, action: RestoredAction) =>
    rows.find((row) => row.entity === entity && row.action === action)?.count ?? 0
  const countsBy = (entity: EntityName) =>
    Object.fromEntries(RESTORED_ACTIONS.map((action) => [action, countOf(entity, action)]))
  return Object.fromEntries(ENTITIES.map((entity) => [entity, countsBy(entity)])) as RestorePreview['counts']
}

interface StoredDifference {
  number: number
  recordId: number
  before: string | null
  after: string | null
}

async function describeAll(
  side: SideConnection,
  entity: EntityName,
  rows: StoredDifference[],
): Promise<ChangedRecord[]> {
  const changes = rows.map(({ number, recordId, before, after }): Change => {
    const values = { before: valuesIn(before), after: valuesIn(after) }
    return { changeId: number, entity, recordId, ...values, isLetGo: false }
  })
  const names = await readReferred(side, changes)
  return changes.map((change) => describeChange(change, names))
}

const valuesIn = (row: string | null) => (row === null ? null : (JSON.parse(row) as RecordValues))

async function readReferred(side: SideConnection, changes: Change[]): Promise<Names> {
  const wanted = changes.flatMap(referencesOf).map(({ entity, id }) => [entity, id])
  const rows = await side.query<{ entity: EntityName; id: number; name: string }>(
    `SELECT r.entity, r.id, r.name FROM referred r
      WHERE (r.entity, r.id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
    [JSON.stringify(wanted)],
  )
  const names = new Map(rows.map(({ entity, id, name }) => [`${entity} ${id}`, name]))
  return { of: (entity, id) => names.get(`${entity} ${id}`) ?? `#${id}` }
}
