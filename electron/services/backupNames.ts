import { basename } from 'node:path'
import { BACKUP_REASONS, type BackupReason } from '../contract/backups'

/** What a backup's name tells. What is null in it has to be learnt elsewhere. */
export interface NamedBackup {
  createdAt: Date | null
  reason: BackupReason | null
  /** The bytes of a file that could not be read as a database. */
  isDamaged: boolean
}

const END = '.rollbook'
const NAME = /-(\d{8}T\d{9}Z)(?:-([a-z-]+?))?(-damaged)?\.rollbook$/
const MIGRATION = /-(before-upgrade|before-downgrade)-to-[^/]+\.rollbook$/

/** The name of a backup of a file: `school-20261122T210000000Z-before-restore.rollbook`. */
export function backupName(file: string, reason: BackupReason, at: Date, isDamaged = false): string {
  const stem = basename(file).endsWith(END) ? basename(file).slice(0, -END.length) : basename(file)
  const stamp = at.toISOString().replace(/[-:.]/g, '')
  const why = reason === 'by-hand' ? '' : `-${reason}`
  return `${stem}-${stamp}${why}${isDamaged ? '-damaged' : ''}${END}`
}

/** Reads the name of a backup; null where it is none. */
export function readBackupName(name: string): NamedBackup | null {
  // macOS lays a file of that beginning beside each one on a disk that is not its own.
  if (!name.endsWith(END) || name.startsWith('._')) return null
  // One for each target version, whenever it was made.
  const [, migration] = MIGRATION.exec(name) ?? []
  if (migration !== undefined) return { createdAt: null, reason: reasonOf(migration), isDamaged: false }
  const [isStamped, stamp = '', why = 'by-hand', damaged] = NAME.exec(name) ?? []
  if (isStamped === undefined) return { createdAt: null, reason: null, isDamaged: false }
  return {
    createdAt: timeOf(stamp),
    reason: reasonOf(why),
    isDamaged: damaged !== undefined,
  }
}

function reasonOf(why: string): BackupReason | null {
  return BACKUP_REASONS.find((reason) => reason === why) ?? null
}

/** `20261122T210000000Z` */
function timeOf(stamp: string): Date | null {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z')
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? null : time
}
