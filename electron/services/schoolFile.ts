import { link, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../contract/errors'
import type { Language } from '../contract/languages'
import { userTypeNameKeys } from '../contract/nameKeys'
import { flush, flushFolder, makeFolder, removeTemporaries, withTemporary } from '../database/backup'
import { canWrite, exists, hasPendingWal } from '../database/header'
import { canLock } from '../database/lock'
import { createFile } from '../database/migrate'
import { isOnNetwork, type ReadMounts } from '../database/mounts'
import { Database } from '../database/open'
import { allRevisions } from '../database/revisions'
import { refillNameKeys } from './nameKeyColumns'

export interface NewSchool {
  name: string
  language: Language
  userTypes: string[]
}

/** Makes a school's file at head, all of it or nothing. `fill` may put records into it before it has its name. Throws
 *  `file-exists` rather than write over one. */
export async function createSchoolFile(
  path: string,
  newSchool: NewSchool,
  appVersion: string,
  fill: (database: Database) => Promise<void> = async () => {},
  readMounts?: ReadMounts,
): Promise<void> {
  if (await exists(path)) throw new AppError('file-exists', { file: path })
  await requireOwnDisk(path, readMounts)
  await makeFolder(dirname(path))
  await removeTemporaries(dirname(path), path)
  await withTemporary(path, async (temporary) => {
    await createFile(temporary, allRevisions(), { appVersion })
    await nameSchool(temporary, newSchool, fill)
    if (await hasPendingWal(temporary)) throw new Error('the new file is not whole without its -wal')
    await flush(temporary)
    await moveToNew(temporary, path)
  })
  await flushFolder(dirname(path))
}

/** Throws where a file would come to lie on another computer's disk: there a school can only be read. */
export async function requireOwnDisk(file: string, readMounts?: ReadMounts): Promise<void> {
  if (await isOnNetwork(file, readMounts))
    throw new AppError('file-unwritable', { reason: 'network-disk', file })
}

/** Whether a file, and the `-wal` and the lock beside it, can be written here. */
export async function isWritable(path: string): Promise<boolean> {
  return (await canWrite(path)) && (await canWrite(dirname(path))) && (await canLock(path))
}

async function nameSchool(
  file: string,
  { name, language, userTypes: types }: NewSchool,
  fill: (database: Database) => Promise<void>,
): Promise<void> {
  const database = await Database.open(file)
  try {
    await database.write(async () => {
      await database.models.School.update({ name, language }, { where: { schoolId: 1 } })
      for (const type of types)
        await database.models.UserType.create({ name: type, ...userTypeNameKeys(type, language) })
    })
    await refillNameKeys(database, language)
    await fill(database)
    await database.foldWal()
  } finally {
    await database.close()
  }
}

/** Gives a new file its name without ever taking the place of one that is there. */
async function moveToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new AppError('file-exists', { file: to })
    // Some file systems (FAT on a USB stick) have no links.
    if (await exists(to)) throw new AppError('file-exists', { file: to })
    return rename(from, to)
  }
  await unlink(from)
}
