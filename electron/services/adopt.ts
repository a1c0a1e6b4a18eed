import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ADOPTION, type AdoptReport } from '../contract/adopt'
import { AppError } from '../contract/errors'
import type { Language } from '../contract/languages'
import { removeTemporaries } from '../database/backup'
import { makeIndexes, setIndexesAside } from '../database/bulkLoad'
import { exists } from '../database/header'
import type { Database } from '../database/open'
import { SideConnection } from '../database/scratch'
import { SEED_TABLES } from '../database/seedFile'
import type { ForkParser } from '../exchange/parserProcess'
import { adoptRows } from './adoptRows'
import { readMends, writeMends } from './adoptReport'
import { copySource, findSource } from './adoptSource'
import { requireSpace } from './adoptSpace'
import { countAdopted, writeTable, type Attached } from './adoptWriting'
import type { AdoptedTable } from './adoptTables'
import { Changes } from './changes'
import { rebuildSearch } from './check'
import type { JobControl } from './jobs'
import { removeLeftOvers, scratchName } from './leftOvers'
import { createSchoolFile } from './schoolFile'
import { dayOfClock } from './values'
import { stopIfAborted } from './importWriting'

export interface Adoption {
  /** A database made by the seed's own system, or the folder of CSV files that psql's \copy writes of its four tables. */
  source: string
  /** The school's file, which must not be there yet. */
  file: string
  school: { name: string; language: Language }
  /** For history. */
  person: string
  appVersion: string
  /** For scratch files: the source once more, and what is found out of it. */
  workFolder: string
  forkParser: ForkParser
  /** A CSV file for all mends. */
  reportFile?: string | null
  now?: () => Date
}

/**
 * Makes a school of a database of the seed's system: every row under its own number, what breaks a rule mended, and in
 * one change set each row that was otherwise there, as it was. The source is only read. All of it or nothing: the file
 * has its name once it is whole and looked through. Throws NoSpaceError before it begins where a disk is too full, else
 * AppError, also where the job is told to stop.
 */
export async function adopt(adoption: Adoption, control: JobControl): Promise<AdoptReport> {
  const { file, workFolder } = adoption
  if (await exists(file)) throw new AppError('file-exists', { file })
  await mkdir(workFolder, { recursive: true })
  await removeLeftOvers(workFolder)
  // What a killed adoption has left takes the room that this one needs.
  if (await exists(dirname(file))) await removeTemporaries(dirname(file), file)
  const source = await findSource(adoption.source)
  await requireSpace(source, adoption)
  const folder = join(workFolder, scratchName('adopt', randomUUID()))
  await mkdir(folder)
  try {
    const attach = { seed: join(folder, 'seed'), scratch: join(folder, 'rows') }
    const ignored = await copySource(source, attach.seed, { ...control, forkParser: adoption.forkParser })
    const found = await findOut(adoption, attach, control)
    let counts: AdoptReport['counts'] | null = null
    const { name, language } = adoption.school
    const school = { name, language, userTypes: [] }
    await createSchoolFile(file, school, adoption.appVersion, async (database) => {
      counts = await fill(database, found.tables, adoption, attach, control)
    })
    if (!counts) throw new Error('nothing was counted')
    return {
      source: source.kind,
      counts,
      mends: found.mends,
      shortened: found.shortened,
      ignored,
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function findOut(
  { school, now, reportFile }: Adoption,
  attach: Attached,
  { signal, progress }: JobControl,
) {
  const scratch = await SideConnection.createScratch(attach.scratch)
  try {
    await scratch.attachReadOnly(attach.seed, 'seed')
    await scratch.run('BEGIN')
    const tables = await adoptRows(scratch, {
      language: school.language,
      today: dayOfClock(now?.() ?? new Date()),
      stopIfCancelled: () => stopIfAborted(signal),
      progress,
    })
    await scratch.run('COMMIT')
    if (reportFile) await writeMends(scratch, reportFile, () => stopIfAborted(signal))
    return { tables, ...(await readMends(scratch, tables)) }
  } finally {
    await scratch.close()
  }
}

/** Answers how many rows there are of each entity, there and here. */
async function fill(
  database: Database,
  tables: AdoptedTable[],
  { source, person }: Adoption,
  attach: Attached,
  { signal, progress }: JobControl,
): Promise<AdoptReport['counts']> {
  // Until it is whole the file has another name, and is brought to the disk before it gets its own.
  await database.alone((run) => run('PRAGMA synchronous=OFF'))
  const aside = await setIndexesAside(database, SEED_TABLES)
  const changes = new Changes(database, { command: ADOPTION, person })
  const total = await countRows(database, tables, attach)
  let written = 0
  for (const table of tables) {
    await writeTable(
      {
        ...{ database, changes, attach },
        stopIfCancelled: () => stopIfAborted(signal),
        progress: (done) => progress('writing', written + done, total),
      },
      table,
    )
    written += await countRows(database, [table], attach)
  }
  const indexCount = aside.statements.length
  await makeIndexes(database, aside, (done) => {
    stopIfAborted(signal)
    progress('indexing', done, indexCount)
  })
  await rebuildSearch(database)
  progress('verifying', 0, 0)
  const counts = await countAdopted(database, tables, attach)
  const count = Object.values(counts).reduce((sum, { adopted }) => sum + adopted, 0)
  changes.summarize('school-adopted', { count, file: basename(source) })
  await database.write(async () => {
    if (count > 0) await changes.changeSetId()
    await changes.finish()
  })
  stopIfAborted(signal)
  await verify(database)
  return counts
}

async function countRows(database: Database, tables: AdoptedTable[], attach: Attached): Promise<number> {
  const parts = tables.map(({ table }) => `(SELECT count(*) FROM seed.${table})`)
  const row = await database.write(
    () => database.queryOne<{ count: number }>(`SELECT ${parts.join(' + ')} AS count`),
    { attach },
  )
  return row?.count ?? 0
}

async function verify(database: Database): Promise<void> {
  const integrity = await database.queryOne<{ quick_check: string }>('PRAGMA quick_check(1)')
  const orphan = await database.queryOne('SELECT 1 FROM pragma_foreign_key_check LIMIT 1')
  if (integrity?.quick_check !== 'ok' || orphan) throw new Error('the adopted file is not sound')
}
