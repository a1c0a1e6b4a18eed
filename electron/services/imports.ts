import { basename, dirname } from 'node:path'
import type { Handlers } from '../contract/define'
import { AppError } from '../contract/errors'
import type { ImportEntity, ImportOptions, importMethods, PreparedImport } from '../contract/imports'
import { requireFreeSpace, sizeOf } from '../database/freeSpace'
import type { SideConnection } from '../database/scratch'
import type { OpenedFile } from '../exchange/parseFile'
import { parseInProcess } from '../exchange/parserProcess'
import type { CommandContext, JobContext, SchoolContext, SchoolContexts } from './context'
import { fingerprint, matchRows, newUserTypes, type Matching } from './importMatching'
import { writeRejects } from './importRejects'
import {
  BESIDE,
  countRows,
  createTables,
  indexProblems,
  readProblems,
  storeBatch,
  WITHIN,
  type SqlRunner,
} from './importStaging'
import { stopIfAborted, writeRows } from './importWriting'
import type { PreparedFile } from './preparedImports'

/** Bytes that are written for each byte of a list: in the scratch file (3.9 of wide rows, 7.3 of narrow ones were seen), and
 *  then for each byte of that, in the school with its indexes and history, once in its `-wal` and once in itself. */
const STAGED = 4
const APPLIED = 7

/** Problems that a preparation answers at once. */
const FIRST_PROBLEMS = 100

export const imports: Handlers<typeof importMethods, SchoolContexts> = {
  async prepare(context, { file, options }) {
    const path = context.files.path(file)
    await requireFreeSpace(context.workFolder, STAGED * (await sizeOf(path)))
    const prepared = await context.imports.create(context.database.file, async (staging) => {
      const opened = await stage(context, staging, path, options)
      const matching = await match(context, staging, opened, options)
      return { fileName: basename(path), options, opened, matching }
    })
    return preview(prepared)
  },

  async listProblems({ imports: prepared }, { importId, offset, count }) {
    return readProblems(prepared.get(importId).staging, offset, count)
  },

  async apply(context, { importId, onError }) {
    const prepared = context.imports.get(importId)
    if (prepared.state === 'applied') throw new AppError('conflict', { reason: 'import-applied' })
    if (prepared.state === 'applying') throw new AppError('busy')
    prepared.state = 'applying'
    try {
      await requireFreeSpace(dirname(context.database.file), APPLIED * (await sizeOf(prepared.file)))
      const attach = { [WITHIN.staged]: prepared.file }
      const written = await context.write((writing) => apply(writing, context, prepared, onError), { attach })
      prepared.state = 'applied'
      const { entity } = prepared.opened
      const { creates, updates, unchanged, rejects } = written.result
      return {
        entity,
        created: creates,
        updated: updates,
        unchanged,
        rejected: rejects,
        changeSetId: written.changeSetId,
      }
    } finally {
      if (prepared.state === 'applying') prepared.state = 'prepared'
    }
  },

  async saveRejects({ imports: prepared, files, signal }, { importId, file }) {
    return { rows: await writeRejects(prepared.get(importId), files.target(file), signal) }
  },

  async discard({ imports: prepared }, { importId }) {
    await prepared.discard(importId)
    return null
  },
}

/** Reads the file into the scratch file, in a process of its own. */
async function stage(
  { forkParser, language, signal, progress }: JobContext,
  staging: SideConnection,
  path: string,
  options: ImportOptions,
): Promise<OpenedFile> {
  await staging.run('BEGIN')
  const { file } = await parseInProcess({
    fork: forkParser,
    request: { path, options, language },
    signal,
    opened: ({ entity }) => createTables(staging, entity),
    batch: (batch) => storeBatch(staging, batch),
    progress: (done, total) => progress('reading', done, total),
  })
  await indexProblems(staging)
  await staging.run('COMMIT')
  return file
}

/** The school is read in one moment: that of the transaction. */
async function match(
  { signal, progress, today }: JobContext,
  staging: SideConnection,
  opened: OpenedFile,
  options: ImportOptions,
): Promise<Matching> {
  progress('matching', 0, 0)
  await staging.run('BEGIN')
  const sql: SqlRunner = {
    run: async (text, parameters) => {
      stopIfAborted(signal)
      await staging.run(text, parameters)
    },
    query: (text, parameters) => staging.query(text, parameters),
  }
  const matching = await matchRows(sql, BESIDE, planOf(opened, options, today))
  await staging.run('COMMIT')
  return matching
}

async function preview({ id, fileName, opened, matching, staging }: PreparedFile): Promise<PreparedImport> {
  const { total, rows } = await readProblems(staging, 0, FIRST_PROBLEMS)
  const { format, encoding, delimiter, entity, columns } = opened
  return {
    importId: id,
    fileName,
    ...{ format, encoding, delimiter, entity, columns },
    warnings: [...opened.warnings, ...matching.warnings],
    ...(await countRows(staging, BESIDE)),
    newUserTypes: entity === 'users' ? await newUserTypes(staging, BESIDE) : [],
    problemCount: total,
    problems: rows,
  }
}

/** Writes the good rows. What was changed in the school since the preparation is looked at again first. */
async function apply(
  context: CommandContext,
  { signal, progress }: JobContext,
  { opened, options, matching, fileName }: PreparedFile,
  onError: 'reject-rows' | 'all-or-nothing',
) {
  const { database, changes, today } = context
  const sql: SqlRunner = {
    run: (text, parameters) => database.run(text, parameters),
    query: (text, parameters) => database.query(text, parameters),
  }
  const isAsItWas = (await fingerprint(sql, WITHIN.school)) === matching.fingerprint
  const { keepsIds } = isAsItWas ? matching : await matchRows(sql, WITHIN, planOf(opened, options, today))
  const counts = await countRows(sql, WITHIN)
  if (onError === 'all-or-nothing' && counts.rejects > 0) {
    throw new AppError('conflict', { reason: 'rows-rejected', count: counts.rejects })
  }
  const { entity, fields } = opened
  await writeRows(context, {
    ...{ entity, keepsIds, progress },
    fields: new Set(fields),
    creates: counts.creates,
    updates: counts.updates,
    stopIfCancelled: () => stopIfAborted(signal),
  })
  const { creates: created, updates: updated } = counts
  changes.summarize(SUMMARIES[entity], { count: created + updated, created, updated, file: fileName })
  return counts
}

const SUMMARIES: Record<ImportEntity, string> = {
  userTypes: 'user-types-imported',
  users: 'users-imported',
  courses: 'courses-imported',
  enrollments: 'enrollments-imported',
}

function planOf(
  { entity, columns }: OpenedFile,
  { mode, match: by }: ImportOptions,
  today: SchoolContext['today'],
) {
  return { entity, mode, match: by, columns, today }
}
