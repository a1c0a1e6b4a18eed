import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { QueryTypes } from 'sequelize'
import { connect } from './connection'
import type { RunSql } from './open'

/** Where the backups of a file lie. Frozen for ever. */
export const backupFolder = (file: string) => `${file}.backups`

/** Writes a whole, verified copy of the connected file to `target`: all of it or, on any failure, nothing. `run` must
 *  stand outside a transaction. */
export async function backUp(run: RunSql, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  try {
    await rm(temporary, { force: true })
    // Copying the file itself would leave out what still stands in its `-wal`.
    await run('VACUUM INTO $1', [temporary])
    await verify(temporary)
    await flush(temporary)
    await rename(temporary, target)
    await flushFolder(dirname(target))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Opens a copy and looks through all of it. Throws where it is not sound. */
async function verify(file: string): Promise<void> {
  const copy = connect(file, { isReadOnly: true })
  try {
    const [row] = await copy.query<{ quick_check: string }>('PRAGMA quick_check', { type: QueryTypes.SELECT })
    if (row?.quick_check !== 'ok') throw new Error(`the copy is damaged: ${row?.quick_check}`)
  } finally {
    await copy.close()
  }
}

/** Brings a file's bytes to the disk itself, so that a power cut cannot take them. */
export async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Brings a folder's names to the disk. Windows has no such call and needs none. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
