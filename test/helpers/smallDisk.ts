import { execFileSync } from 'node:child_process'
import { mkdir, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './school'

/** Whether this user may mount a disk. */
export function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A disk of 64 MB, as long as the test runs. Whatever uses it has to be closed by then. */
export async function smallDisk(): Promise<string> {
  const disk = join(await temporaryFolder(), 'disk')
  await mkdir(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', disk])
  onTestFinished(() => void execFileSync('umount', [disk]))
  return disk
}

/** Writes `filler` until there is no more room. */
export async function fillDisk(disk: string): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize), { flag: 'a' })
}
