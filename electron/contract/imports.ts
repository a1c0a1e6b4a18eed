import { z } from 'zod'
import { action, job, nothing, query } from './define'
import { fileToken } from './files'
import { PAGE_MAX } from './lists'

/** What a data file can hold, in the order in which one builds on the other. */
export const IMPORT_ENTITIES = ['userTypes', 'users', 'courses', 'enrollments'] as const
export const importEntity = z.enum(IMPORT_ENTITIES)
export type ImportEntity = z.output<typeof importEntity>

export const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const
const delimiter = z.enum(['comma', 'semicolon', 'tab'])

export const DATE_ORDERS = ['ymd', 'dmy', 'mdy'] as const

export const importOptions = z.strictObject({
  /** Told from the headers where it is not given. */
  entity: importEntity.optional(),
  delimiter: delimiter.optional(),
  /** `add`: a row that matches a record is a problem. `update`: one that matches none is. `upsert`: neither. */
  mode: z.enum(['add', 'update', 'upsert']).default('add'),
  /** What a row and a record have in common. By `email`, which is for people, courses match by name and first day, user
   *  types by name, enrolments by person and course. User types have no external id. */
  match: z.enum(['email', 'externalId', 'id']).default('email'),
  /** Header to field, where the aliases do not tell; an empty field leaves the column out. */
  map: z.record(z.string(), z.string()).default({}),
  /** Field to the text that fills it where a row has none. */
  defaults: z.record(z.string(), z.string()).default({}),
  /** Order of day, month and year; told from the values where it is not given. */
  dates: z.enum(DATE_ORDERS).optional(),
  unknown: z.enum(['ignore', 'error']).default('ignore'),
})
export type ImportOptions = z.output<typeof importOptions>

/** What is wrong with one row. `row` is the line on which it begins, the header being row 1; words for `code` stand in
 *  the catalogs under `problems`, and `column` is the header as the file has it. */
const rowProblem = z.object({
  row: z.int(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type RowProblem = z.output<typeof rowProblem>

export const importColumn = z.object({
  header: z.string(),
  /** Null where no field is known by this header. */
  field: z.string().nullable(),
})

/** A file that was read, checked and matched, before anything is written. */
const preparedImport = z.object({
  importId: z.string(),
  fileName: z.string(),
  format: z.literal('csv'),
  encoding: z.string(),
  delimiter,
  entity: importEntity,
  columns: z.array(importColumn),
  rows: z.int(),
  /** Rows that would be created, changed, are as they should be, or have problems. */
  creates: z.int(),
  updates: z.int(),
  unchanged: z.int(),
  rejects: z.int(),
  /** User types that would be made on the way. */
  newUserTypes: z.array(z.string()),
  warnings: z.array(rowProblem),
  problemCount: z.int(),
  /** The first problems; `imports.listProblems` has them all. */
  problems: z.array(rowProblem),
})
export type PreparedImport = z.output<typeof preparedImport>

const importResult = z.object({
  entity: importEntity,
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
  /** Null where nothing was changed. */
  changeSetId: z.int().nullable(),
})
export type ImportResult = z.output<typeof importResult>

export const importMethods = {
  /** Reads, checks and matches a file. Nothing is written into the school. */
  prepare: job(z.strictObject({ file: fileToken, options: importOptions.prefault({}) }), preparedImport),
  listProblems: query(
    z.strictObject({ importId: z.string(), offset: z.int().min(0), count: z.int().min(1).max(PAGE_MAX) }),
    z.object({ rows: z.array(rowProblem), total: z.int() }),
  ),
  /** Writes a prepared import: the good rows, or, with `all-or-nothing`, nothing where a row has a problem. */
  apply: job(
    z.strictObject({ importId: z.string(), onError: z.enum(['reject-rows', 'all-or-nothing']) }),
    importResult,
  ),
  /** Writes the rejected rows as they were, and why, to a CSV file that can be mended and imported. */
  saveRejects: job(z.strictObject({ importId: z.string(), file: fileToken }), z.object({ rows: z.int() })),
  discard: action(z.strictObject({ importId: z.string() }), nothing),
}

export const exportMethods = {
  /** Writes all of an entity, every column, so that an import gives it back unaltered. */
  run: job(
    z.strictObject({ entity: importEntity, format: z.literal('csv'), file: fileToken }),
    z.object({ rows: z.int(), fileName: z.string() }),
  ),
}
