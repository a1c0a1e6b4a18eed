import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../contract/errors'
import { ORIGINS } from '../contract/history'
import { copyInto } from '../database/backup'
import { databaseSize, requireFreeSpace } from '../database/freeSpace'
import { Database } from '../database/open'
import { removeScratch } from '../database/scratch'
import { stopIfAborted } from './importWriting'
import type { JobControl } from './jobs'
import { removeLeftOvers, scratchName } from './leftOvers'
import { ENDS_OF_THE_KNOWN, goBackTo, STEPS_BACK } from './pastRecords'
import { dayOfClock, instantOf } from './values'

/** Makes a copy of a school's file in the work folder with all records as they were at the end of a day, and answers its
 *  path. Whoever asks for it removes it. */
export async function copyAsOf(
  file: string,
  day: string,
  { workFolder, today }: { workFolder: string; today: string },
  { signal, progress }: JobControl,
): Promise<string> {
  await removeLeftOvers(workFolder)
  // The copy, and as much again for what is put back in it.
  await requireFreeSpace(workFolder, 2 * (await databaseSize(file)))
  const copy = join(workFolder, scratchName('past', randomUUID()))
  try {
    progress('copying-school', 0, 0)
    await copyInto(file, copy, { isAtRest: false, mode: 0o600, signal })
    stopIfAborted(signal)
    await goBackIn(copy, day, today, { signal, progress })
    return copy
  } catch (error) {
    await removeScratch(copy)
    // A statement that was ended says only that.
    stopIfAborted(signal)
    throw error
  }
}

/** The first day at whose end it is known what the school was: its history begins on it, or is whole only since then. */
export async function firstKnownDay(database: Database): Promise<string> {
  const row = await database.queryOne<{ at: string }>(
    `SELECT max(at) AS at FROM (SELECT created_at AS at FROM schools UNION ALL SELECT at FROM (${ENDS_OF_THE_KNOWN}))`,
    [JSON.stringify(ORIGINS)],
  )
  const at = instantOf(row?.at ?? null)
  if (at === null) throw new Error('the file does not say when its school was made')
  return dayOfClock(new Date(at))
}

/** Throws `conflict` for a day before the history begins, and for one to come. */
export async function requireKnownDay(database: Database, day: string, today: string): Promise<void> {
  const first = await firstKnownDay(database)
  if (day < first) throw new AppError('conflict', { reason: 'before-history', day, first })
  if (day > today) throw new AppError('conflict', { reason: 'still-to-come', day })
}

async function goBackIn(copy: string, day: string, today: string, { signal, progress }: JobControl) {
  const database = await Database.open(copy)
  try {
    await requireKnownDay(database, day, today)
    let done = 0
    const step = () => {
      stopIfAborted(signal)
      progress('going-back', done++, STEPS_BACK)
    }
    await database.stoppable(signal, () => goBackTo(database, day, step))
    stopIfAborted(signal)
  } finally {
    await database.close()
  }
}
