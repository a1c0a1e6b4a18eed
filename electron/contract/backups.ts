import { z } from 'zod'
import { action, nothing, query } from './define'
import { ERROR_CODES } from './errors'
import { fileToken } from './files'
import { openSchool } from './school'

/** Why a backup was made. The first stands in no name; a file that somebody else put there has none of them. */
export const BACKUP_REASONS = [
  'by-hand',
  'daily',
  'before-upgrade',
  'before-downgrade',
  'before-restore',
  'before-import',
  'before-change',
  'file-gone',
] as const
export type BackupReason = (typeof BACKUP_REASONS)[number]

/** Whether a backup can be restored: `sound` can, and `orphans` too, though some of its rows lack the record that they
 *  belong to. */
const BACKUP_STATES = ['sound', 'orphans', 'damaged', 'foreign', 'newer', 'unreadable'] as const

/** A backup as its name and its content tell of it. What cannot be read is null. */
const backup = z.object({
  name: z.string(),
  createdAt: z.string(),
  reason: z.enum(BACKUP_REASONS).nullable(),
  /** In bytes. */
  size: z.int(),
  /** Another one once the file is written or replaced. */
  version: z.string(),
  state: z.enum(BACKUP_STATES),
  /** The last revision that it has had, and how many it has not. */
  schema: z.string().nullable(),
  pending: z.int().nullable(),
  counts: z.object({ userTypes: z.int(), users: z.int(), courses: z.int(), enrollments: z.int() }).nullable(),
})
export type Backup = z.output<typeof backup>

/** Why a call failed, as data. */
const failure = z.object({
  code: z.enum(ERROR_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})

/** How the backups stand that are made without being asked for. Instants are null where there is none. */
const automaticState = z.object({
  /** When the newest beside the file was made, and why the last try failed. */
  lastAt: z.string().nullable(),
  failure: failure.nullable(),
  /** The same of another disk, if one was chosen. */
  second: z
    .object({
      folder: z.string(),
      lastAt: z.string().nullable(),
      failure: failure.nullable(),
      /** It is on the disk of the school, with which it would be lost. */
      isOnSameDisk: z.boolean(),
    })
    .nullable(),
  /** One of them is more than a week old. */
  isOverdue: z.boolean(),
})
export type AutomaticState = z.output<typeof automaticState>

export const isRestorable = ({ state }: Backup) => state === 'sound' || state === 'orphans'

/** A backup of the list, or a file from another place. */
export const backupSource = z.union([
  z.strictObject({ name: z.string().min(1).max(255) }),
  z.strictObject({ file: fileToken }),
])
export type BackupSource = z.output<typeof backupSource>

/** Of the file that is open, or else of the one of the launch that could not be opened. */
export const backupsMethods = {
  /** The newest first; every one is looked through, again only once it was written since. */
  list: query(z.strictObject({}), z.array(backup)),
  automatic: query(z.strictObject({}), automaticState),
  /** Whether staff have to be told, by the last look for a due backup. */
  isOverdue: query(z.strictObject({}), z.boolean()),
  /** Looks now whether an automatic backup is due. */
  runAutomatic: action(z.strictObject({}), automaticState),
  /** A folder that backups are written to as well, and at once; null for none. */
  setSecondPlace: action(z.strictObject({ folder: fileToken.nullable() }), automaticState),
  /** Backs up the open school. */
  create: action(z.strictObject({}), backup),
  /** Looks at a file from another place as at a backup. */
  inspect: query(z.strictObject({ file: fileToken }), backup),
  /** Puts a backup of the list, or a file from another place, in the place of the file, or of the file `to`, and opens
   *  that. What was there is kept as a backup: restoring that one undoes it. Throws `conflict` where the backup is no
   *  longer that `version`, by which somebody decided. */
  restore: action(
    z.strictObject({
      source: backupSource,
      version: z.string().optional(),
      to: fileToken.nullable().default(null),
    }),
    z.object({ school: openSchool, replaced: backup.nullable() }),
  ),
  /** Writes a copy of the file to another place: `isWhole` is false where it is damaged, so that its bytes alone, and
   *  those of the `-wal` beside it, could be saved. */
  saveCopy: action(z.strictObject({ file: fileToken }), z.object({ isWhole: z.boolean() })),
  /** Shows the folder of the backups in the system's own file window. */
  showFolder: action(z.strictObject({}), nothing),
}
