import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Reply } from '../../electron/contract/errors'
import { CurrentSchool } from '../../electron/main/currentSchool'
import { FileTokens } from '../../electron/services/fileTokens'
import { forkParser } from '../helpers/forkParser'
import { temporaryFolder } from '../helpers/school'

const NEW = { name: 'First', language: 'en', userTypes: ['Student'] } as const

describe('the school that is open', () => {
  it('is none at first: nothing is found, nothing runs, everything else says so', async () => {
    const { current } = await begin()
    expect(await current.call('school.find', {})).toEqual({ ok: true, value: null })
    expect(await current.call('jobs.cancel', { jobId: 'x' })).toEqual({ ok: true, value: false })
    expect(await current.call('users.openList', {})).toMatchObject({
      ok: false,
      error: { code: 'no-school' },
    })
    expect(current.file).toBeNull()
  })

  it('is one: opening another closes it', async () => {
    const { current, path, opened, events } = await begin()
    await current.create(path('a'), school('A'))
    await current.create(path('b'), school('B'))
    expect(await nameOf(current)).toBe('B')
    expect(opened).toEqual([path('a'), path('b')])
    expect(events.filter((event) => event === 'school')).toHaveLength(2)
    // A is free again.
    await current.open(path('a'))
    expect(await nameOf(current)).toBe('A')
  })

  it('stays open when another cannot be opened', async () => {
    const { current, path, opened } = await begin()
    await current.create(path('a'), school('A'))
    await writeFile(path('b'), 'no school')
    await expect(current.open(path('b'))).rejects.toThrow('foreign')
    await mkdir(path('folder'))
    await expect(current.open(path('folder'))).rejects.toThrow('foreign')
    await expect(current.create(path('a'), school('Again'))).rejects.toMatchObject({ code: 'file-exists' })
    expect(await nameOf(current)).toBe('A')
    expect(opened).toEqual([path('a')])
  })

  it('is not opened twice', async () => {
    const { current, path, events } = await begin()
    const created = await current.create(path('a'), school('A'))
    expect(await current.open(path('a'))).toEqual(created)
    expect(events).toEqual(['school'])
  })

  it('of the launch is waited for by who asks', async () => {
    const { current, path } = await begin()
    await current.create(path('a'), school('A'))
    await current.close()
    const opening = current.openAtLaunch(path('a'))
    expect(await nameOf(current)).toBe('A')
    await opening
  })

  it('of the launch that cannot be opened is told of until another is', async () => {
    const { current, path } = await begin()
    await current.openAtLaunch(path('missing'))
    for (const _ of [1, 2])
      expect(await current.call('school.find', {})).toMatchObject({ ok: false, error: { code: 'not-found' } })
    await current.create(path('a'), school('A'))
    expect(await nameOf(current)).toBe('A')
  })

  it('whose filling fails is not made, and the one before stays open', async () => {
    const { current, path } = await begin()
    await current.create(path('a'), school('A'))
    const failing = current.create(path('b'), school('B'), () => Promise.reject(new Error('no room')))
    await expect(failing).rejects.toThrow('no room')
    expect(await nameOf(current)).toBe('A')
    await expect(current.open(path('b'))).rejects.toMatchObject({ reason: 'missing' })
  })

  it('is put back from a backup, and from the one that this made', async () => {
    const { current, path, events } = await begin()
    await current.create(path('a'), school('A'))
    const backup = await current.backUp()
    await current.call('school.update', { name: 'Later' })
    const { replaced, school: restored } = await current.restore(backup)
    expect(restored).toMatchObject({ name: 'A', path: path('a') })
    expect(replaced).toMatchObject({ reason: 'before-restore', state: 'sound' })
    expect(events.filter((event) => event === 'school')).toHaveLength(2)
    await current.restore(join(`${path('a')}.backups`, replaced?.name ?? ''))
    expect(await nameOf(current)).toBe('Later')
  })

  it('stays open, and whoever asks is answered, when a backup cannot be restored', async () => {
    const { current, path, events } = await begin()
    await current.create(path('a'), school('A'))
    await writeFile(path('notes'), 'no school')
    await expect(current.restore(path('notes'))).rejects.toThrow('foreign')
    expect(events).toEqual(['school', 'changed'].slice(0, events.length))
    expect(await nameOf(current)).toBe('A')
    await current.call('school.update', { name: 'Still written to' })
    expect(await nameOf(current)).toBe('Still written to')
  })

  it('of the launch that cannot be opened is put back from a backup', async () => {
    const { current, path } = await begin()
    await current.create(path('a'), school('A'))
    const backup = await current.backUp()
    await current.close()
    expect(() => current.backedUpFile).toThrow('no-school')
    await writeFile(path('a'), 'damaged')
    await current.openAtLaunch(path('a'))
    expect(current.backedUpFile).toBe(path('a'))
    const { replaced } = await current.restore(backup)
    expect(replaced).toMatchObject({ state: 'damaged' })
    expect(await nameOf(current)).toBe('A')
  })

  it('answers nothing more once it is closed', async () => {
    const { current, path } = await begin()
    await current.create(path('a'), school('A'))
    await current.close()
    expect(await current.call('overview.get', {})).toMatchObject({ ok: false, error: { code: 'no-school' } })
  })
})

function school(name: string) {
  return { ...NEW, name, userTypes: [...NEW.userTypes] }
}

async function begin() {
  const folder = await temporaryFolder()
  const opened: string[] = []
  const events: string[] = []
  const unexpected: unknown[] = []
  const current = new CurrentSchool({
    person: 'Tester',
    workFolder: join(folder, 'work'),
    appVersion: '0.0.0-test',
    files: new FileTokens(),
    forkParser,
    emit: (event) => events.push(event),
    onUnexpected: (_method, error) => unexpected.push(error),
    onOpened: (file) => opened.push(file),
  })
  onTestFinished(async () => {
    await current.close()
    expect(unexpected).toEqual([])
  })
  return { current, opened, events, path: (name: string) => join(folder, `${name}.rollbook`) }
}

async function nameOf(current: CurrentSchool): Promise<string | undefined> {
  const reply = (await current.call('school.find', {})) as Reply<{ name: string } | null>
  return reply.ok ? reply.value?.name : reply.error.code
}
