// A file that loses its name while it is open: SQLite alone would go on writing into it, and those records would be lost.
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { valueOf } from '../../electron/services/school'
import { openTestSchool, temporaryFolder } from '../helpers/school'
import { beginCurrent } from '../helpers/currentSchool'

describe.skipIf(process.platform === 'win32')('a file that is gone while it is open', () => {
  it('is not written to: the change is refused, the page is told, and all goes on once it is back', async () => {
    const { current, file, folder, until } = await beginOpen()
    await rename(file, join(folder, 'elsewhere.rollbook'))
    const told = until('school')
    expect(await current.call('school.update', { name: 'Lost' })).toMatchObject({
      ok: false,
      error: { code: 'file-gone', params: { file } },
    })
    await told
    expect(await current.call('school.find', {})).toMatchObject({ error: { code: 'file-gone' } })
    await expect(current.retry()).rejects.toMatchObject({ code: 'file-gone' })

    await rename(join(folder, 'elsewhere.rollbook'), file)
    expect(await current.retry()).toMatchObject({ name: 'Saved', isReadOnly: false })
    expect(await current.call('school.update', { name: 'Later' })).toMatchObject({ ok: true })
  })

  it('has all that was saved in it, under its new name too', async () => {
    const { current, file, folder } = await beginOpen()
    const renamed = join(folder, 'renamed.rollbook')
    await rename(file, renamed)
    await current.look()
    expect(await current.open(renamed)).toMatchObject({ name: 'Saved' })
  })

  it('is renamed in vain for whoever closes the program, too', async () => {
    const { current, file, folder } = await beginOpen()
    const renamed = join(folder, 'renamed.rollbook')
    await rename(file, renamed)
    await current.close()
    expect((await openTestSchool(renamed)).school.file.isReadOnly).toBe(false)
    const { api } = await openTestSchool(renamed, { isReadOnly: true })
    expect(await api.school.find({})).toMatchObject({ name: 'Saved' })
  })

  it('and was deleted is kept as a backup, which brings it back', async () => {
    const { current, file } = await beginOpen()
    await rm(file)
    await current.look()
    const { listBackups } = await import('../../electron/services/backups')
    const [kept] = await listBackups(file)
    expect(kept).toMatchObject({ reason: 'file-gone', state: 'sound' })
    await current.restore(join(`${file}.backups`, kept?.name ?? ''))
    expect(valueOf(await current.call('school.find', {}))).toMatchObject({ name: 'Saved', path: file })
  })

  it('and was replaced by an older copy is kept before that is opened', async () => {
    const { current, file, folder } = await beginOpen({ isCopied: true })
    await rename(join(folder, 'older.rollbook'), file)
    await current.look()
    expect(await current.retry()).toMatchObject({ name: 'First' })
    const { listBackups } = await import('../../electron/services/backups')
    const [kept] = await listBackups(file)
    await current.restore(join(`${file}.backups`, kept?.name ?? ''))
    expect(valueOf(await current.call('school.find', {}))).toMatchObject({ name: 'Saved' })
  })

  it('can be copied from what is still open, wherever it is', async () => {
    const { current, file, folder } = await beginOpen()
    await rm(file)
    await current.look()
    const copy = join(folder, 'copy.rollbook')
    expect(await current.saveCopy(copy)).toEqual({ isWhole: true })
    expect(await current.open(copy)).toMatchObject({ name: 'Saved' })
  })

  it.skipIf(!canMount())('because its disk was unmounted leaves nothing in the empty folder', async () => {
    const place = join(await temporaryFolder(), 'stick')
    await mkdir(place)
    execFileSync('mount', ['-t', 'tmpfs', 'none', place])
    onTestFinished(() => {
      try {
        execFileSync('umount', ['-l', place], { stdio: 'ignore' })
      } catch {
        // It is unmounted already.
      }
    })
    const { current, folder } = await beginOpen({ place })
    execFileSync('umount', ['-l', place])
    expect(await current.call('school.update', { name: 'Lost' })).toMatchObject({
      error: { code: 'file-gone' },
    })
    await current.look()
    const copy = join(folder, 'copy.rollbook')
    expect(await current.saveCopy(copy)).toEqual({ isWhole: true })
    expect(await readdir(place)).toEqual([])
    expect(await current.open(copy)).toMatchObject({ name: 'Saved' })
  })
})

/** A school that was renamed to Saved, which stands in the `-wal` alone. */
async function beginOpen({ place, isCopied = false }: { place?: string; isCopied?: boolean } = {}) {
  const { current, folder, until } = await beginCurrent()
  const file = join(place ?? folder, 'school.rollbook')
  await current.create(file, { name: 'First', language: 'en', userTypes: [] })
  if (isCopied) {
    await current.close()
    await copyFile(file, join(folder, 'older.rollbook'))
    await current.open(file)
  }
  valueOf(await current.call('school.update', { name: 'Saved' }))
  return { current, file, folder, until }
}

function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}
