import { z } from 'zod'
import { adoptReport } from './adopt'
import { action, command, job, query } from './define'
import { day, textField } from './fields'
import { fileToken } from './files'
import { changeSummary } from './history'
import { LANGUAGES } from './languages'
import { salvageReport } from './salvage'

/** What a school's file says of the school itself. The language is the one that its names sort by. */
export const schoolFields = {
  name: textField(100, { width: 320 }),
}

const schoolInput = z.strictObject({
  name: schoolFields.name.schema,
  language: z.enum(LANGUAGES).default('en'),
})

const schoolRecord = z.object({ name: z.string(), language: z.enum(LANGUAGES) })
export type SchoolRecord = z.output<typeof schoolRecord>

/** The school that is open. `path` is for showing only: no method takes one. */
export const openSchool = schoolRecord.extend({
  path: z.string(),
  fileName: z.string(),
  /** The day at whose end the school was as it is shown; null for the school itself. */
  asOf: day.nullable(),
  isReadOnly: z.boolean(),
  /** That was asked for, the file or its folder cannot be written here, or it is on another computer's disk. */
  readOnlyBecause: z.enum(['asked', 'unwritable', 'network']).nullable(),
  schema: z.string(),
  /** The restore point made just now, before an older file was upgraded. */
  restorePoint: z.string().nullable(),
  /** What that upgrade changed in the records. */
  upgradeNotes: z.array(changeSummary),
})
export type OpenSchool = z.output<typeof openSchool>

export const schoolMethods = {
  /** The open school, or null at first start. */
  find: query(z.strictObject({}), openSchool.nullable()),
  update: command(z.strictObject({ name: schoolFields.name.schema }), schoolRecord),
}

/** Choosing the school to work on. These change which file is open. */
export const schoolsMethods = {
  create: action(
    schoolInput.extend({
      file: fileToken,
      /** Names of the user types to begin with. */
      userTypes: z.array(textField(50).schema).max(20).default([]),
    }),
    openSchool,
  ),
  open: action(z.strictObject({ file: fileToken }), openSchool),
  /** Opens the file once more that could not be opened, or that is open for reading only. */
  retry: action(z.strictObject({ isReadOnly: z.boolean().default(false) }), openSchool),
  /** Makes a school's file, `file`, of a database of the tutorial's system or a folder of CSV files of it. It is not opened. */
  adopt: job(schoolInput.extend({ source: fileToken, file: fileToken }), adoptReport),
  /** Makes a school's file, `file`, of what can be read of the one that could not be opened. It is not opened. */
  salvage: job(z.strictObject({ file: fileToken }), salvageReport),
  /** Shows the open school as it was at the end of a day, in its own place, until that is left. */
  openDay: job(z.strictObject({ day }), openSchool),
  /** Shows the open school itself again. */
  leaveDay: action(z.strictObject({}), openSchool),
  /** The name of the program that copies the folder of the open school's file to other computers; null where none does, or
   *  where that was told and is known. */
  findSyncWarning: query(z.strictObject({}), z.string().nullable()),
  /** It is known of the open school's file. */
  dismissSyncWarning: action(z.strictObject({}), z.null()),
  /** A school of 800 invented people to try things on, in a folder of its own. */
  createSample: action(z.strictObject({}), openSchool),
  /** Files opened lately that are still there, the last one first. Tokens, since the page names no path. */
  recent: query(
    z.strictObject({}),
    z.array(z.object({ file: fileToken, name: z.string(), path: z.string() })),
  ),
}
