import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The name of a scratch file or folder of this process, by which others know whose it is. */
export function scratchName(
  purpose: 'import' | 'adopt' | 'salvage' | 'past' | 'compare',
  id: string,
): string {
  return `${purpose}-${process.pid}-${id}.scratch`
}

/** Removes from a folder what processes that were killed have left there: it holds people's data. */
export async function removeLeftOvers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^(?:import|adopt|salvage|past|compare)-(\d+)-.*\.scratch(?:-\w+)?$/.exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of another person's is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
