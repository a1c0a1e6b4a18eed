import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'

/** Whether two names stand for one file, be it through links or letter case. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  if (resolve(one) === resolve(other)) return true
  const [first, second] = await Promise.all([statOf(one), statOf(other)])
  return first !== null && second !== null && first.ino === second.ino && first.dev === second.dev
}

async function statOf(file: string) {
  try {
    return await stat(file, { bigint: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
