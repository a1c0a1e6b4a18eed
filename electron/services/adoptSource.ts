import { copyFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../contract/errors'
import { databaseSize } from '../database/freeSpace'
import { exists, readHeader } from '../database/header'
import { SideConnection } from '../database/scratch'
import {
  createSeedTables,
  readSeedShape,
  SEED_COLUMNS,
  SEED_TABLES,
  settleCopy,
  type SeedTable,
} from '../database/seedFile'
import { parseInProcess, type ForkParser } from '../exchange/parserProcess'
import { ENTITY_OF } from './adoptTables'
import type { JobControl } from './jobs'

/** A database, or a folder of CSV files. */
export interface FoundSource {
  path: string
  kind: 'sqlite' | 'csv'
  /** On the disk, with the journal of a database. */
  bytes: number
}

/** Throws where there is no such file, where it cannot be read, or where a folder has not the four files. */
export async function findSource(path: string): Promise<FoundSource> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new AppError('not-found', { entity: 'file', file: path })
  if (found.isFile()) return { path, kind: 'sqlite', bytes: await databaseSize(path) }
  // A device or a pipe, for which one might wait for ever.
  if (!found.isDirectory()) throw new AppError('file-unreadable', { file: path })
  const files = await Promise.all(Object.values(await tableFiles(path)).map((file) => stat(file)))
  return { path, kind: 'csv', bytes: files.reduce((sum, { size }) => sum + size, 0) }
}

/** Copies a source into a scratch file with the seed's four tables in it: that of a database, or one that is filled from
 *  a folder of CSV files. The source is only ever read as plain files, so that it stays as it is whatever state it is in.
 *  Answers the tables and columns that the seed does not have. Throws `foreign-file` for what is neither. */
export async function copySource(
  { path, kind }: FoundSource,
  copy: string,
  control: JobControl & { forkParser: ForkParser },
): Promise<string[]> {
  control.progress('copying', 0, 0)
  const others = await (kind === 'csv' ? copyFolder(path, copy, control) : copyDatabase(path, copy))
  await SideConnection.read(copy, (seed) => requireKeys(seed, path))
  return others
}

async function copyDatabase(source: string, copy: string): Promise<string[]> {
  const before = await stateOf(source)
  for (const end of COMPANIONS) if (await exists(source + end)) await copyPlain(source + end, copy + end)
  if ((await stateOf(source)) !== before)
    throw new AppError('conflict', { reason: 'source-in-use', file: source })
  const { missing, others } = await shapeOf(source, copy)
  // It has all of these tables, and more.
  if ((await readHeader(copy)).kind === 'rollbook')
    throw new AppError('foreign-file', { reason: 'is-school', file: source })
  if (missing.length > 0)
    throw new AppError('foreign-file', {
      reason: 'not-adoptable',
      file: source,
      missing: missing.slice(0, 5).join(', '),
    })
  return others
}

/** A database is its file and what SQLite may have beside it: without those, a copy would lack the last changes. */
const COMPANIONS = ['', '-wal', '-journal']

/** Differs where somebody writes the database. */
async function stateOf(source: string): Promise<string> {
  const states = COMPANIONS.map(async (end) => {
    const found = await stat(source + end).catch(() => null)
    return found && [found.size, found.mtimeMs, found.ino]
  })
  return JSON.stringify(await Promise.all(states))
}

async function copyPlain(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw error
    throw new AppError('file-unreadable', { file: from }, undefined, { cause: error })
  }
}

/** Anything at all may have been copied. */
async function shapeOf(source: string, copy: string) {
  const complaint = await settleCopy(copy).catch((error: unknown) => {
    const { code = '' } = error as { code?: string }
    if (code === 'SQLITE_NOTADB')
      throw new AppError('foreign-file', { reason: 'not-adoptable', file: source, missing: 'user_types' })
    if (code === 'SQLITE_CORRUPT') return code
    throw error
  })
  if (complaint !== null) throw new AppError('damaged-file', { file: source })
  return SideConnection.read(copy, readSeedShape)
}

async function copyFolder(
  folder: string,
  copy: string,
  control: JobControl & { forkParser: ForkParser },
): Promise<string[]> {
  const files = await tableFiles(folder)
  const others: string[] = []
  const scratch = await createSeedTables(copy)
  try {
    await scratch.run('BEGIN')
    for (const [at, table] of SEED_TABLES.entries()) {
      const path = files[table]
      control.progress('reading', at, SEED_TABLES.length)
      const headers = await copyTable(path, table, scratch, control)
      const columns = Object.keys(SEED_COLUMNS[table])
      others.push(...headers.filter((header) => !columns.includes(header)).map((name) => `${table}.${name}`))
    }
    await scratch.run('COMMIT')
  } finally {
    await scratch.close()
  }
  return others
}

/** The four files, by their names in any case. */
async function tableFiles(folder: string): Promise<Record<SeedTable, string>> {
  const names = await readdir(folder)
  const paths = SEED_TABLES.map((table) => {
    const name = names.find((each) => each.toLowerCase() === `${table}.csv`)
    if (name === undefined)
      throw new AppError('foreign-file', { reason: 'not-adoptable', file: folder, missing: `${table}.csv` })
    return [table, join(folder, name)] as const
  })
  return Object.fromEntries(paths) as Record<SeedTable, string>
}

/** Answers the headers. */
async function copyTable(
  path: string,
  table: SeedTable,
  scratch: SideConnection,
  { forkParser, signal }: JobControl & { forkParser: ForkParser },
): Promise<string[]> {
  const columns = SEED_COLUMNS[table]
  const names = Object.keys(columns)
  const values = names.map((_, index) => `value ->> ${index}`)
  try {
    const { file } = await parseInProcess({
      fork: forkParser,
      request: { path, entity: ENTITY_OF[table], columns },
      signal,
      opened: async () => undefined,
      batch: ({ rows }) =>
        scratch.run(
          `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM jsonb_each(?)`,
          [rows],
        ),
    })
    return file.columns.map(({ header }) => header)
  } catch (error) {
    throw namingFile(error, path, table)
  }
}

/** Of four files it has to be said which one is wrong. */
function namingFile(error: unknown, file: string, table: SeedTable): unknown {
  if (error instanceof AppError) return new AppError(error.code, { ...error.params, file }, error.fields)
  if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT') return error
  return new AppError('invalid', { reason: 'doubled-keys', file, table })
}

/** Records are known by their numbers, so these cannot be mended. */
async function requireKeys(seed: SideConnection, source: string): Promise<void> {
  for (const table of SEED_TABLES) {
    const [key = ''] = Object.keys(SEED_COLUMNS[table])
    const [wrong] = await seed.query<{ id: string }>(
      `SELECT coalesce(CAST(${key} AS TEXT), 'NULL') AS id FROM ${table}
        WHERE NOT (typeof(${key}) = 'integer' AND ${key} BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}) LIMIT 1`,
    )
    if (wrong) throw new AppError('invalid', { reason: 'wrong-key', file: source, table, key, id: wrong.id })
    const [double] = await seed.query<{ id: number }>(
      `SELECT ${key} AS id FROM ${table} GROUP BY ${key} HAVING count(*) > 1 LIMIT 1`,
    )
    if (double) throw new AppError('invalid', { reason: 'doubled-keys', file: source, table })
  }
}
