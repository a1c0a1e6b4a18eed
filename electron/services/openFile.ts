import { dirname } from 'node:path'
import type { Language } from '../contract/languages'
import { damageRefused } from '../database/atRest'
import { databaseFailure } from '../database/failures'
import { requireFreeSpace } from '../database/freeSpace'
import { hasPendingJournal, hasPendingWal } from '../database/header'
import { type FileLock, lockFile } from '../database/lock'
import { upgrade } from '../database/migrate'
import { isOnNetwork } from '../database/mounts'
import { Database } from '../database/open'
import { appliedCount, FileRefusedError, requireRevisions } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import type { OpenFile } from './context'
import { notForDamageOnce } from './examine'
import { upgradeError } from './failures'
import { readUpgradeNotes } from './history'
import { refillNameKeys } from './nameKeyColumns'
import type { SchoolOptions } from './school'
import { isWritable } from './schoolFile'
import { readSchool } from './schoolRecord'

/** A file that is open, at head, with what is known of it. */
export interface OpenedFile {
  file: OpenFile
  database: Database
  /** Null where it is open for reading only. */
  lock: FileLock | null
  /** The language that its names sort by. */
  language: Language
}

/** Opens a school's file, upgraded to head. Throws AppError, FileRefusedError or FileLockedError; the file is then as it was. */
export function openSchoolFile(path: string, options: SchoolOptions): Promise<OpenedFile> {
  return notForDamageOnce(() => damageRefused(path, () => openFile(path, options).catch(asFullDisk(path))))
}

/** What SQLite lays beside a file to read it at all. */
const LEAST_ROOM = 65_536

/** Where there is no room for that, SQLite says of the disk that it fails. */
const asFullDisk = (path: string) => async (error: unknown) => {
  if (databaseFailure(error)?.kind === 'io') await requireFreeSpace(dirname(path), LEAST_ROOM)
  throw error
}

async function openFile(path: string, options: SchoolOptions): Promise<OpenedFile> {
  const revisions = allRevisions()
  const isRemote = await isOnNetwork(path, options.readMounts)
  // What waits there could be read only by writing beside it.
  if (isRemote && ((await hasPendingWal(path)) || (await hasPendingJournal(path))))
    throw new FileRefusedError('read-only', path)
  // Refused before a lock is laid beside it: what is not ours stays as it is, with its folder.
  const applied = await appliedCount(path, revisions)
  const readOnlyBecause = await findReadOnlyCause(path, isRemote, options)
  const isReadOnly = readOnlyBecause !== null
  const wasCutShort = !isReadOnly && (await hasPendingWal(path))
  const { appVersion, asOf = null, now, onUpgrade, person } = options
  const holder = `${person}, Rollbook ${appVersion}`
  const lock = isReadOnly ? null : await lockFile(path, holder, now?.() ?? new Date())
  try {
    const restorePoint = await upgrade(path, revisions, { appVersion, isReadOnly, onStep: onUpgrade }).catch(
      (error: unknown) => {
        throw upgradeError(error, path)
      },
    )
    const about = { asOf, readOnlyBecause, wasCutShort, schema: revisions.at(-1)?.name ?? '', restorePoint }
    const file = { path, isReadOnly, ...about, upgradeNotes: [] }
    return { lock, ...(await openUpgraded(file, restorePoint === null ? null : applied)) }
  } catch (error) {
    await lock?.release()
    throw error
  }
}

/** `upgradedFrom` is how many revisions the file had before it was upgraded just now. */
async function openUpgraded(
  file: OpenFile,
  upgradedFrom: number | null,
): Promise<Pick<OpenedFile, 'file' | 'database' | 'language'>> {
  const { path, isReadOnly, readOnlyBecause } = file
  const database = await Database.open(path, { isReadOnly, isAtRest: readOnlyBecause === 'network' })
  try {
    await requireRevisions((sql) => database.query(sql), allRevisions(), path)
    const { language } = await readSchool(database)
    const upgradeNotes = upgradedFrom === null ? [] : await readUpgradeNotes(database, upgradedFrom)
    if (!isReadOnly) await refillNameKeys(database, language)
    return { file: { ...file, upgradeNotes }, database, language }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Why a file is opened for reading only; null where it is not. */
async function findReadOnlyCause(
  path: string,
  isRemote: boolean,
  { isReadOnly }: SchoolOptions,
): Promise<OpenFile['readOnlyBecause']> {
  if (isRemote) return 'network'
  if (isReadOnly) return 'asked'
  return (await isWritable(path)) ? null : 'unwritable'
}
