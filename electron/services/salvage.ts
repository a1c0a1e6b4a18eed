import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { AppError } from '../contract/errors'
import { IMPORT_ENTITIES } from '../contract/imports'
import { LANGUAGES } from '../contract/languages'
import { SALVAGE, type SalvageReport } from '../contract/salvage'
import type { SchoolRecord } from '../contract/school'
import { removeTemporaries } from '../database/backup'
import { databaseSize, requireSpaceFor } from '../database/freeSpace'
import { exists } from '../database/header'
import { modelSchema } from '../database/modelSchema'
import type { Database } from '../database/open'
import { FileRefusedError } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import { SideConnection } from '../database/scratch'
import { Changes } from './changes'
import { repair } from './check'
import { stopIfAborted } from './importWriting'
import type { JobControl } from './jobs'
import { removeLeftOvers, scratchName } from './leftOvers'
import { RECORD_TABLES } from './records'
import { copyReadable } from './salvageCopy'
import { damageOnly } from './salvageDamage'
import { ENTITY_TABLES, hasAllChanges, lastChangeSet, noteHistory } from './salvageHistory'
import { fillLaterColumns } from './salvageLater'
import { countSalvaged, listOf, writeList } from './salvageList'
import { readParts, type Unread } from './salvageParts'
import { readTable, type SalvagedTable } from './salvageReading'
import { listParts, mendSchema } from './salvageSchema'
import { writeOwnFields, writeSalvaged } from './salvageWriting'
import { createSchoolFile } from './schoolFile'
import { dayOfClock } from './values'

export interface Salvage {
  /** The damaged file. It is only read. */
  source: string
  /** The school's file to be made, which must not be there yet. */
  file: string
  /** For history. */
  person: string
  appVersion: string
  /** For scratch files: the source once more, and what is read of it. */
  workFolder: string
}

/** Makes a new school of the rows of a damaged file that can still be read, under their own numbers, and lists beside it each
 *  row that is lost, left out, or not for certain as it was. All of it or nothing. Throws AppError, NoSpaceError, or
 *  FileRefusedError for a file that is not ours or of another version. */
export async function salvage(request: Salvage, control: JobControl): Promise<SalvageReport> {
  const { source, file, workFolder } = request
  if (await exists(file)) throw new AppError('file-exists', { file })
  if (!(await exists(source))) throw new FileRefusedError('missing', source)
  // A folder, or what a read would wait for.
  if (!(await stat(source)).isFile()) throw new FileRefusedError('foreign', source)
  await mkdir(workFolder, { recursive: true })
  await removeLeftOvers(workFolder)
  if (await exists(dirname(file))) await removeTemporaries(dirname(file), file)
  const size = await databaseSize(source)
  await requireSpaceFor(
    { file, bytes: NEEDED.file * size },
    { folder: workFolder, bytes: NEEDED.work * size },
  )
  const folder = join(workFolder, scratchName('salvage', randomUUID()))
  await mkdir(folder, { mode: 0o700 })
  try {
    const [copy, rows] = [join(folder, 'copy'), join(folder, 'rows')]
    control.progress('copying', 0, 0)
    await copyReadable(source, copy)
    const stopIfCancelled = () => stopIfAborted(control.signal)
    const isMended = await mendSchema(copy, { folder, tables: TABLES_SOUGHT, stopIfCancelled })
    const read = await readRows({ source, copy, rows, size, isMended }, control)
    return await writeRows(request, { rows, ...read }, control)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Bytes that are written at most for each byte of a damaged file, as they were seen. The new file has each row in history,
 *  whatever the damaged one had there, and a `-wal` while it is written. The work folder has the damaged file once more, what
 *  is read of it, and what history says of that. */
const NEEDED = { file: 4.5, work: 3 }

const HISTORY = ['change_sets', 'changes']
/** History comes first: it tells which records there were. Parents come before those that belong to them. */
const RECORDS = ['schools', 'own_fields', 'user_types', 'users', 'courses', 'enrollments']
const TABLES_SOUGHT = [...HISTORY, ...RECORDS]

interface Source {
  source: string
  copy: string
  rows: string
  size: number
  /** The list of its tables was lost, and made anew. */
  isMended: boolean
}

interface WhatWasRead {
  /** What the file says of the school itself, or null. */
  school: SchoolRecord | null
  isHistoryWhole: boolean
}

async function readRows(from: Source, job: JobControl): Promise<WhatWasRead> {
  const { source, rows } = from
  const side = await SideConnection.createScratch(rows)
  try {
    // A slice that fails is taken back, for which SQLite keeps what was there before.
    await side.run('PRAGMA journal_mode=MEMORY')
    await side.run('CREATE TABLE known (name, id INTEGER, PRIMARY KEY (name, id)) WITHOUT ROWID')
    await side.run('CREATE TABLE findings (entity, id, reason, row)')
    const isHistoryWhole = await side.stoppable(job.signal, () => readTables(side, from, job))
    if (await isEmpty(side)) throw new AppError('damaged-file', { reason: 'nothing-readable', file: source })
    return { school: await readSchoolRow(side), isHistoryWhole }
  } catch (error) {
    // A statement that was ended says only that.
    stopIfAborted(job.signal)
    throw error
  } finally {
    await side.close()
  }
}

/** Answers whether history could be read whole. */
async function readTables(side: SideConnection, from: Source, job: JobControl): Promise<boolean> {
  const { source, size, isMended } = from
  await attach(side, from)
  const isOlder = (await requireOurs(side, source)) || isMended
  const last = await lastChangeSet(side)
  const unread: Omit<Unread, 'parts'>[] = []
  for (const [done, table] of TABLES_SOUGHT.entries()) {
    const control = {
      stopIfCancelled: () => stopIfAborted(job.signal),
      progress: (part: number, total: number) =>
        job.progress('reading', done + Math.min(1, part / total), TABLES_SOUGHT.length),
      size,
    }
    const { isWhole, isCounted } = await readTable(side, { ...tableOf(table), isOlder }, control)
    // Where it was found by its pages, nothing tells of those that it lost.
    if (!isWhole || isMended) unread.push({ ...tableOf(table), isCounted })
    if (table === 'changes') await noteHistory(side)
  }
  if (unread.length > 0) await readUnread(side, unread, from, job)
  if (isOlder || unread.length > 0) await fillLaterColumns(side, dayOfClock(new Date()))
  return hasAllChanges(side, last)
}

async function attach(side: SideConnection, { copy, source }: Source): Promise<void> {
  await side.attachReadOnly(copy, 'damaged').catch((error: unknown) => {
    damageOnly(error)
    throw new AppError('damaged-file', { reason: 'nothing-readable', file: source })
  })
  await side.run('PRAGMA cell_size_check=ON')
}

/** Reads what lost the pages above it: all pages with rows are there yet. */
async function readUnread(
  side: SideConnection,
  unread: Omit<Unread, 'parts'>[],
  from: Source,
  { signal, progress }: JobControl,
): Promise<void> {
  const { copy, size } = from
  const stopIfCancelled = () => stopIfAborted(signal)
  progress('searching', 0, 0)
  await side.run('DETACH damaged')
  const listed = await listParts(copy, { folder: dirname(copy), tables: TABLES_SOUGHT, stopIfCancelled })
  await attach(side, from)
  for (const [done, table] of unread.entries()) {
    progress('searching', done, unread.length)
    const parts = listed.filter((part) => part.table === table.table).map(({ name }) => name)
    await readParts(side, { ...table, parts }, { stopIfCancelled, progress: () => {}, size })
    if (table.table === 'changes') await noteHistory(side)
  }
}

function tableOf(table: string): Omit<SalvagedTable, 'isOlder'> {
  const columns = Object.keys(modelSchema().tables[table]?.columns ?? {})
  const [key] = columns
  if (!key) throw new Error(`no table ${table}`)
  return { table, key, columns }
}

/** Every file of ours names its revisions. Where these cannot be read, its tables have to speak for it. Answers whether it is
 *  of an earlier version. */
async function requireOurs(side: SideConnection, file: string): Promise<boolean> {
  const revisions = allRevisions().map(({ name }) => name)
  const names = await side
    .query<{ name: string }>('SELECT name FROM damaged.revisions')
    .catch(damageOnly<{ name: string }>)
  const ours = names.filter(({ name }) => revisions.includes(name)).length
  if (names.length > revisions.length) throw new FileRefusedError('newer', file)
  if (names.length > 0 && ours === 0) throw new FileRefusedError('foreign', file)
  const tables = await side
    .query<{ name: string }>(`SELECT name FROM damaged.sqlite_schema WHERE type = 'table'`)
    .catch(damageOnly<{ name: string }>)
  if (tables.length > 0 && !tables.some(({ name }) => RECORDS.includes(name)))
    throw new FileRefusedError('foreign', file)
  return names.length > 0 && names.length < revisions.length
}

async function isEmpty(side: SideConnection): Promise<boolean> {
  const parts = ENTITY_TABLES.map(({ table }) => `SELECT 1 FROM ${table}`)
  return (await side.query(`${parts.join(' UNION ALL ')} LIMIT 1`)).length === 0
}

async function readSchoolRow(side: SideConnection): Promise<SchoolRecord | null> {
  const [row] = await side.query<{ name: string; language: string }>(
    `SELECT name, language FROM schools WHERE typeof(name) = 'text' AND length(name) BETWEEN 1 AND 100 LIMIT 1`,
  )
  const language = LANGUAGES.find((each) => each === row?.language)
  return row && language ? { name: row.name, language } : null
}

async function writeRows(
  { source, file, person, appVersion }: Salvage,
  { rows, school, isHistoryWhole }: WhatWasRead & { rows: string },
  job: JobControl,
): Promise<SalvageReport> {
  const listFile = listOf(file)
  if (await exists(listFile)) throw new AppError('file-exists', { file: listFile })
  const named = school ?? { name: basename(file, extname(file)).slice(0, 100), language: 'en' as const }
  let counts: SalvageReport['counts'] | null = null
  let hasList = false
  const fill = async (database: Database) => {
    await database.alone((run) => run('PRAGMA synchronous=OFF'))
    counts = await fillFrom(database, { rows, file: basename(source), person }, job)
    hasList = await writeList(rows, listFile, () => stopIfAborted(job.signal))
  }
  try {
    await createSchoolFile(file, { ...named, userTypes: [] }, appVersion, fill)
  } catch (error) {
    if (hasList) await rm(listFile, { force: true })
    throw error
  }
  if (!counts) throw new Error('nothing was counted')
  return {
    counts,
    isSchoolKnown: school !== null,
    isListComplete: isHistoryWhole,
    listFile: hasList ? listFile : null,
  }
}

async function fillFrom(
  database: Database,
  { rows, file, person }: { rows: string; file: string; person: string },
  { signal, progress }: JobControl,
): Promise<SalvageReport['counts']> {
  const changes = new Changes(database, { command: SALVAGE, person })
  const attach = { scratch: rows }
  const stopIfCancelled = () => stopIfAborted(signal)
  const writing = { database, changes, attach, stopIfCancelled }
  await writeOwnFields({ ...writing, progress: () => {} }, tableOf('own_fields').columns)
  for (const entity of IMPORT_ENTITIES)
    await writeSalvaged(
      { ...writing, progress: (done) => progress(`copying-${RECORD_TABLES[entity].table}`, done, 0) },
      entity,
    )
  progress('verifying', 0, 0)
  await repair(database)
  const counts = await countSalvaged(database, attach)
  const count = Object.values(counts).reduce((sum, { salvaged }) => sum + salvaged, 0)
  changes.summarize('school-salvaged', { count, file })
  await database.write(async () => {
    await changes.changeSetId()
    await changes.finish()
  })
  stopIfCancelled()
  const integrity = await database.queryOne<{ quick_check: string }>('PRAGMA quick_check(1)')
  const orphan = await database.queryOne('SELECT 1 FROM pragma_foreign_key_check LIMIT 1')
  if (integrity?.quick_check !== 'ok' || orphan) throw new Error('the salvaged file is not sound')
  return counts
}
