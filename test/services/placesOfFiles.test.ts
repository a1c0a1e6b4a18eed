// Where a school's file lies decides whether it may be worked on: not on another computer's disk, and warned of in a folder
// that a program synchronises.
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { areOnOneDisk } from '../../electron/database/filePlace'
import { isOnNetwork, linuxMounts, macMounts, type Mount } from '../../electron/database/mounts'
import { findSyncService } from '../../electron/services/syncedFolder'
import { beginCurrent } from '../helpers/currentSchool'
import { leaveHalfWritten } from '../helpers/leftBehind'
import { createSampleSchool, createTestSchool, openTestSchool, temporaryFolder } from '../helpers/school'

const LINUX = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:40 / /media/stick rw - fuseblk /dev/sdb1 rw
41 27 0:41 / /mnt/the\\040share rw,relatime shared:1 - cifs //server/school rw
42 41 0:42 / /mnt/the\\040share/local rw - ext4 /dev/sdc1 rw
43 27 0:43 / /home/ana/server rw - fuse.sshfs ana@server: rw
44 27 0:44 / /over rw - ext4 /dev/sdd1 rw
45 44 0:45 / /over rw - nfs4 server:/over rw`

const MAC = `/dev/disk1s1 on / (apfs, local, read-only, journaled)
//ana@server/school on /Volumes/school (smbfs, nodev, nosuid, mounted by ana)
/dev/disk2s1 on /Volumes/A stick (1) (msdos, local, nodev)`

describe('the disk of a file', () => {
  it.each([
    ['/home/ana/school.rollbook', false],
    ['/media/stick/school.rollbook', false],
    ['/mnt/the share/school.rollbook', true],
    ['/mnt/the share/2026/new/school.rollbook', true],
    ['/mnt/the share/local/school.rollbook', false],
    ['/mnt/the shares/school.rollbook', false],
    ['/home/ana/server/school.rollbook', true],
    ['/over/school.rollbook', true],
  ])('%s is of another computer: %s', async (file, isRemote) => {
    expect(await isOnNetwork(file, async () => linuxMounts(LINUX))).toBe(isRemote)
  })

  it.each([
    ['/Users/ana/school.rollbook', false],
    ['/Volumes/school/school.rollbook', true],
    ['/Volumes/A stick (1)/school.rollbook', false],
  ])('on macOS %s is of another computer: %s', async (file, isRemote) => {
    expect(await isOnNetwork(file, async () => macMounts(MAC))).toBe(isRemote)
  })

  it('is known of every one that this computer has', async () => {
    expect(await isOnNetwork(await temporaryFolder())).toBe(false)
    if (process.platform === 'linux')
      expect(linuxMounts(await readFile('/proc/self/mountinfo', 'utf8'))).toContainEqual(
        expect.objectContaining({ point: '/proc', type: 'proc' }),
      )
  })
})

describe("a school on another computer's disk", () => {
  it('is opened for reading only, which is told, and nothing is laid beside it', async () => {
    const { share, readMounts } = await newShare()
    const { school: made, path } = await createSampleSchool(20)
    await made.close()
    const file = join(share, 'school.rollbook')
    await copyFile(path, file)
    const { api, school } = await openTestSchool(file, { readMounts })
    expect(await api.school.find({})).toMatchObject({ isReadOnly: true, readOnlyBecause: 'network' })
    expect(await api.overview.get({})).toMatchObject({ users: { all: 20 } })
    await expect(api.school.update({ name: 'Later' })).rejects.toMatchObject({ code: 'read-only' })
    expect(await readdir(share)).toEqual(['school.rollbook'])
    await school.close()
    expect(await readdir(share)).toEqual(['school.rollbook'])
  })

  it('of which a part waits in a journal is not opened', async () => {
    const { share, readMounts } = await newShare()
    const { api, path } = await createTestSchool()
    await api.school.update({ name: 'Waits' })
    const file = join(share, 'school.rollbook')
    for (const end of ['', '-wal']) await copyFile(path + end, file + end)
    await expect(openTestSchool(file, { readMounts })).rejects.toMatchObject({ reason: 'read-only' })
    expect(await readdir(share)).toEqual(['school.rollbook', 'school.rollbook-wal'])
  })

  it('of which a half is written is not opened, and a journal that is done with keeps nobody out', async () => {
    const { share, readMounts } = await newShare()
    const { school, path } = await createSampleSchool(20)
    await school.close()
    const file = join(share, 'school.rollbook')
    await copyFile(path, file)
    await leaveHalfWritten(file)
    await expect(openTestSchool(file, { readMounts })).rejects.toMatchObject({ reason: 'read-only' })
    await copyFile(path, file)
    await writeFile(`${file}-journal`, Buffer.alloc(512))
    const { api } = await openTestSchool(file, { readMounts })
    expect(await api.overview.get({})).toMatchObject({ users: { all: 20 } })
  })

  it('is neither made nor restored there; a backup can be written there', async () => {
    const { share, readMounts } = await newShare()
    const { school, path } = await createTestSchool()
    const { current } = await beginCurrent({ readMounts })
    const refusal = { code: 'file-unwritable', params: { reason: 'network-disk' } }
    const newSchool = { name: 'New', language: 'en' as const, userTypes: [] }
    await expect(current.create(join(share, 'new.rollbook'), newSchool)).rejects.toMatchObject(refusal)
    await school.close()
    await expect(current.restore(path, { to: join(share, 'restored.rollbook') })).rejects.toMatchObject(
      refusal,
    )
    expect(await readdir(share)).toEqual([])
    expect(await current.open(path)).toMatchObject({ isReadOnly: false })
    await current.saveCopy(join(share, 'copy.rollbook'))
    expect(await readdir(share)).toEqual(['copy.rollbook'])
  })
})

describe('a synchronised folder', () => {
  it.each([
    ['Dropbox/school', 'Dropbox'],
    ['Dropbox (The School)', 'Dropbox'],
    ['OneDrive - The School/Documents', 'OneDrive'],
    ['Google Drive/My Drive', 'Google Drive'],
    ['Library/CloudStorage/GoogleDrive-ana@school.example', 'Google Drive'],
    ['Library/Mobile Documents/com~apple~CloudDocs', 'iCloud Drive'],
    ['Nextcloud/2026', 'Nextcloud'],
    ['Documents', null],
    ['Dropboxes', null],
  ])('%s is known by its name: %s', async (folder, service) => {
    expect(await findSyncService(join('/home/ana', folder, 'school.rollbook'))).toBe(service)
  })

  it.each([
    ['.stfolder', 'Syncthing'],
    ['.dropbox.cache', 'Dropbox'],
    ['.sync_0123456789ab.db', 'Nextcloud'],
    ['.tmp.drivedownload', 'Google Drive'],
    ['.gitignore', null],
  ])('with %s in it is known, by whatever name: %s', async (marker, service) => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'shared/school'), { recursive: true })
    await writeFile(join(folder, 'shared', marker), '')
    expect(await findSyncService(join(folder, 'shared/school/school.rollbook'))).toBe(service)
  })
})

/** A folder that the system says is on another computer. */
async function newShare() {
  const share = join(await temporaryFolder(), 'share')
  await mkdir(share)
  const mounts: Mount[] = [
    { point: '/', type: 'ext4' },
    { point: share, type: 'nfs4' },
  ]
  return { share, readMounts: async () => mounts }
}

describe('two places', () => {
  it('are on one disk where the system says so', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'school.rollbook')
    await writeFile(file, '')
    expect(await areOnOneDisk(file, folder)).toBe(true)
    expect(await areOnOneDisk(file, join(folder, 'no such folder'))).toBe(false)
  })

  it.runIf(process.platform === 'linux')('are on two where one is in memory alone', async () => {
    expect(await areOnOneDisk(await temporaryFolder(), '/proc')).toBe(false)
  })
})
