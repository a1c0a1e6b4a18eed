import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** The file that was opened no longer has its name: it was moved, deleted or replaced, or its disk is gone. */
export class FileGoneError extends Error {
  constructor(readonly file: string) {
    super(`${file} is no longer the file that was opened`)
    this.name = 'FileGoneError'
  }
}

/** One file of one disk, whatever its name. */
export interface FileIdentity {
  device: bigint
  inode: bigint
}

/** Which file has this name; null where none has, or its disk does not answer. */
export async function identify(file: string): Promise<FileIdentity | null> {
  try {
    const { dev, ino } = await stat(file, { bigint: true })
    return { device: dev, inode: ino }
  } catch {
    return null
  }
}

/** Whether a name stands for that file still. */
export async function isInPlace(file: string, { device, inode }: FileIdentity): Promise<boolean> {
  const found = await identify(file)
  return found !== null && found.device === device && found.inode === inode
}

/** Whether a file can take a place: nothing is there, or another file. A folder cannot be replaced, and a device or a pipe must
 *  not be, nor read, for it may have nothing to say. */
export async function canBeReplaced(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found === null || found.isFile()
}

/** Whether two names stand for one file, be it through links or letter case. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  if (resolve(one) === resolve(other)) return true
  const identity = await identify(one)
  return identity !== null && isInPlace(other, identity)
}

/** Whether the folder of a name is on the disk still that the file is on: an unplugged disk may leave an empty folder. */
export async function isDiskInPlace(file: string, { device }: FileIdentity): Promise<boolean> {
  return (await identify(dirname(file)))?.device === device
}

/** Whether two places are on one disk. False where one of them is not there. */
export async function areOnOneDisk(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([identify(one), identify(other)])
  return first !== null && first.device === second?.device
}
