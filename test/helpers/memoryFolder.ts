import { existsSync, statfsSync } from 'node:fs'

const SHARED_MEMORY = '/dev/shm'
const ROOM = 2_000_000_000

/** Where the databases of tests lie that try no disk: in memory, where the machine has a folder there with room enough. A
 *  third of the time of a test that writes goes into bringing its file to the disk. */
export function inMemory(): { TMPDIR?: string } {
  if (!existsSync(SHARED_MEMORY)) return {}
  const { bavail, bsize } = statfsSync(SHARED_MEMORY)
  return bavail * bsize < ROOM ? {} : { TMPDIR: SHARED_MEMORY }
}
