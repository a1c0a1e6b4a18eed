import { removeScratch } from '../database/scratch'
import type { JobControl } from './jobs'
import { copyAsOf } from './pastCopy'
import { School, type SchoolOptions } from './school'
import { dayOfClock } from './values'

/** A school as it was at the end of a day, in a copy of its own that is gone when this is closed. */
export interface PastSchool {
  /** Answers the methods of the contract, and refuses those that would change something. */
  school: School
  close(): Promise<void>
}

/** Opens the school in a file as it was at the end of a day, while others go on writing the file. Throws `conflict` for a day
 *  before its history begins or one to come, `cancelled`, NoSpaceError or FileRefusedError. */
export async function openPastSchool(
  file: string,
  day: string,
  options: SchoolOptions,
  control: JobControl,
): Promise<PastSchool> {
  const { workFolder, now } = options
  const today = dayOfClock(now?.() ?? new Date())
  const copy = await copyAsOf(file, day, { workFolder, today }, control)
  try {
    const noon = new Date(`${day}T12:00:00`)
    const school = await School.open(copy, {
      ...options,
      isReadOnly: true,
      asOf: { day, file },
      now: () => noon,
    })
    const close = async () => {
      await school.close()
      await removeScratch(copy)
    }
    return { school, close }
  } catch (error) {
    await removeScratch(copy)
    throw error
  }
}
