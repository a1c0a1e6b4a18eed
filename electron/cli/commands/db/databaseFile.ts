import { constants } from 'node:fs'
import { access, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../../contract/errors'
import { exists } from '../../../database/header'
import { type FileLock, lockFile } from '../../../database/lock'
import { usageError } from '../../arguments'
import type { OptionSpec, Work } from '../../command'
import { personName } from '../../session'
import { version } from '../../version'

/** The option that says on which file a command works. */
export const FILE_OPTION: Record<'file', OptionSpec> = { file: { value: 'FILE', words: 'dbFile' } }

/** The file that was named, or the one that developers try their revisions on. */
export function databaseFile({ args, checkout }: Pick<Work, 'args' | 'checkout'>): string {
  const typed = args.text('file')
  if (typed !== undefined) return resolve(typed)
  if (checkout === null) throw usageError('option-missing', { name: '--file FILE' })
  return join(checkout, 'development.rollbook')
}

/** Runs `work` as the only writer of a file, which need not be there yet. Throws where another program has it, or where it
 *  cannot be written. */
export async function asOnlyWriter<Result>(
  typed: string,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  // The lock lies beside the file itself, by whatever link it is called.
  const file = await realpath(typed).catch(() => typed)
  await requireWritable(file)
  let lock: FileLock | undefined
  try {
    lock = await lockFile(file, `${personName()}, Rollbook ${version}`, new Date())
    return await work(file)
  } finally {
    await lock?.release()
  }
}

async function requireWritable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK)
    if (await exists(file)) await access(file, constants.W_OK)
  } catch (error) {
    throw new AppError('read-only', { file }, undefined, { cause: error })
  }
}
