import { AppError } from '../contract/errors'
import { damageRefused, refuseDamage } from '../database/atRest'
import type { Database } from '../database/open'
import { SideConnection } from '../database/scratch'
import { toAppError } from './failures'

/** What a look through the file of an open school found. */
export interface Examined {
  /** Why it cannot be worked on: `file-gone`, `damaged-file`, or that it could not be read. Null where it can. */
  failure: AppError | null
  /** Records that lack another one that they belong to. */
  orphans: number
}

/** Looks through an open school's file on a connection of its own, while others go on. Null where `signal` ended that. */
export async function examineFile(database: Database, signal: AbortSignal): Promise<Examined | null> {
  try {
    await database.requireInPlace()
    return { failure: null, orphans: await notForDamageOnce(() => lookThrough(database.file, signal)) }
  } catch (error) {
    if (signal.aborted) return null
    const { code, params } = toAppError(error)
    const known = { ...params, file: database.file, met: 'in-use' }
    return { failure: new AppError(code, known, undefined, { cause: error }), orphans: 0 }
  }
}

/** Runs `work` once more where it finds damage: a disk that fails at one read and not at the next has SQLite find some. */
export async function notForDamageOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (toAppError(error).code !== 'damaged-file') throw error
    return work()
  }
}

/** What a failure met in the work on a file means, once it is known whether the file is there and sound. */
export async function explainFailure(
  error: unknown,
  database: Database,
  examine: () => Promise<Examined | null>,
): Promise<unknown> {
  const { code } = toAppError(error)
  if (code === 'file-unreadable' || code === 'file-unwritable') {
    // It may be another file that failed.
    await database.requireInPlace()
    return error
  }
  if (code !== 'damaged-file') return error
  const found = await examine()
  return (
    found?.failure ?? new AppError('file-unreadable', { file: database.file }, undefined, { cause: error })
  )
}

function lookThrough(file: string, signal: AbortSignal): Promise<number> {
  return damageRefused(file, () =>
    SideConnection.read(file, (side) =>
      side.stoppable(signal, async () => {
        await refuseDamage(side, file)
        return countOrphans(side)
      }),
    ),
  )
}

async function countOrphans(side: SideConnection): Promise<number> {
  const [row] = await side.query<{ count: number }>('SELECT count(*) AS count FROM pragma_foreign_key_check')
  return row?.count ?? 0
}
