import { execFile } from 'node:child_process'
import { readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { promisify } from 'node:util'

/** A place in the tree of folders at which a disk begins, and what kind of file system it has, as the system names it. */
export interface Mount {
  point: string
  type: string
}
export type ReadMounts = () => Promise<Mount[]>

/** Disks of other computers, by the names that Linux and macOS have for them. FUSE alone tells nothing: a USB stick of Windows
 *  is `fuseblk`. */
const NETWORK =
  /^(nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|9p|afs|ncpfs|ceph|glusterfs|vboxsf|fuse\.(sshfs|rclone|davfs2?|gvfsd-fuse|glusterfs|smbnetfs|curlftpfs|vmhgfs-fuse))$/

/** Whether a file, or the folder that it is to be made in, is on another computer's disk: there SQLite's locks cannot be relied
 *  on, and two computers would destroy what the other writes. */
export async function isOnNetwork(file: string, readMounts: ReadMounts = systemMounts): Promise<boolean> {
  // Resolves a drive letter of Windows to the share that it stands for.
  const path = await realPath(file)
  if (path.startsWith('\\\\')) return !/^\\\\[.?]\\(?!UNC\\)/i.test(path)
  const mounts = (await readMounts()).filter(({ point }) => isWithin(path, point))
  // The innermost, and of several at one place the last, which hides the others.
  const [mount] = mounts.reverse().sort((one, other) => other.point.length - one.point.length)
  return mount !== undefined && NETWORK.test(mount.type)
}

/** What Linux says in /proc/self/mountinfo. */
export function linuxMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , , point] = before.split(' ')
    const [type] = after.split(' ')
    return point && type ? [{ point: unescaped(point), type }] : []
  })
}

/** What `mount` says on macOS: `//ana@server/share on /Volumes/share (smbfs, nodev)`. */
export function macMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, point, type] = / on (\/.*) \((\w+)[^()]*\)$/.exec(line) ?? []
    return point && type ? [{ point, type }] : []
  })
}

async function systemMounts(): Promise<Mount[]> {
  if (process.platform === 'linux') return linuxMounts(await readFile('/proc/self/mountinfo', 'utf8'))
  if (process.platform === 'darwin') return macMounts((await promisify(execFile)('/sbin/mount')).stdout)
  return []
}

/** Of a file that is not there yet, that of its nearest folder. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(await realPath(folder), basename(path))
  }
}

const isWithin = (path: string, point: string) =>
  path === point || path.startsWith(point.endsWith(sep) ? point : point + sep)

/** Blanks and the like stand there as three octal digits. */
const unescaped = (text: string) =>
  text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
