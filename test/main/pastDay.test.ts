import { EventEmitter, once } from 'node:events'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Events } from '../../electron/contract'
import { CurrentSchool } from '../../electron/main/currentSchool'
import type { Emit } from '../../electron/services/context'
import { FileTokens } from '../../electron/services/fileTokens'
import { valueOf } from '../../electron/services/school'
import { dayOfClock } from '../../electron/services/values'
import { forkParser } from '../helpers/forkParser'
import { temporaryFolder } from '../helpers/school'

it('is shown in place of the school, which is backed up and held behind it, until it is left', async () => {
  const { current, path, workFolder, control } = await begin()
  expect(await current.openDay(today, control())).toMatchObject({ asOf: today, isReadOnly: true, path })
  expect(await nameOf(current)).toMatchObject({ asOf: today })
  expect(await current.call('school.update', { name: 'Other' })).toMatchObject({
    error: { code: 'read-only' },
  })
  expect(current.file).toBe(path)
  await current.backUp()
  expect(await current.leaveDay()).toMatchObject({ asOf: null, isReadOnly: false, path })
  expect(await readdir(workFolder)).toEqual([])
  expect(await current.call('school.update', { name: 'Other' })).toMatchObject({ ok: true })
})

it('is left before a backup is restored, another school is opened, and the end', async () => {
  const { current, folder, workFolder, control } = await begin()
  const backup = await current.backUp()
  await current.openDay(today, control())
  expect((await current.restore(backup)).school).toMatchObject({ asOf: null })
  expect(await readdir(workFolder)).toEqual([])

  await current.openDay(today, control())
  await current.create(join(folder, 'b.rollbook'), { name: 'B', language: 'en', userTypes: [] })
  expect(await nameOf(current)).toMatchObject({ name: 'B', asOf: null })
  expect(await readdir(workFolder)).toEqual([])

  await current.openDay(today, control())
  await current.close()
  expect(await readdir(workFolder)).toEqual([])
  expect(await current.call('school.find', {})).toEqual({ ok: true, value: null })
})

it('puts away what was prepared in the school for the page, which begins anew', async () => {
  const prepared = new EventEmitter()
  const { current, folder, workFolder, files, control } = await begin((_, payload) => {
    if ('state' in payload && payload.state !== 'running') prepared.emit('end', payload.state)
  })
  const list = join(folder, 'list.csv')
  await writeFile(list, 'first_name,last_name,user_type\nAna,Alić,Student\n')
  const ended = once(prepared, 'end')
  await current.call('imports.prepare', { file: files.give(list).file })
  expect(await ended).toEqual(['done'])
  expect(await readdir(workFolder)).toHaveLength(1)
  await current.openDay(today, control())
  expect((await readdir(workFolder)).filter((name) => !name.startsWith('past-'))).toEqual([])
})

it('answers all that was asked of it before it is left', async () => {
  const { current, control } = await begin()
  await current.openDay(today, control())
  const asked = Array.from({ length: 6 }, () => current.call('users.openList', { search: 'ana' }))
  await current.leaveDay()
  for (const reply of await Promise.all(asked)) expect(reply).toMatchObject({ ok: true })
})

it('is not shown any more where the school was closed while it was made', async () => {
  const { current, workFolder, control } = await begin()
  let closed: Promise<void> | null = null
  const opening = current.openDay(
    today,
    control(() => (closed ??= current.close())),
  )
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
  await closed
  expect(await readdir(workFolder)).toEqual([])
  await expect(current.openDay(today, control())).rejects.toMatchObject({ code: 'no-school' })
})

it('is all that is lost where its copy is', async () => {
  const events = new EventEmitter()
  const { current, path, workFolder, files, control } = await begin((name, payload) =>
    events.emit(name, payload),
  )
  const { file } = files.give(await current.backUp())
  await current.openDay(today, control())
  for (const name of await readdir(workFolder)) await rm(join(workFolder, name))
  const failed = once(events, 'failed')
  events.on('job', (job: Events['job']) => job.state === 'failed' && events.emit('failed', job.error))
  await current.call('restorePreviews.make', { source: { file } })
  expect(await failed).toMatchObject([{ code: 'file-gone' }])
  expect(await current.leaveDay()).toMatchObject({ asOf: null, path })
})

const today = dayOfClock(new Date())

async function begin(emit: Emit = () => undefined) {
  const folder = await temporaryFolder()
  const workFolder = join(folder, 'work')
  await mkdir(workFolder)
  const path = join(folder, 'a.rollbook')
  const files = new FileTokens()
  const current = new CurrentSchool({
    person: 'Tester',
    workFolder,
    appVersion: '0.0.0-test',
    files,
    forkParser,
    emit,
    onUnexpected: (method, error) => {
      throw new Error(`${method} failed unexpectedly`, { cause: error })
    },
    onOpened: () => undefined,
  })
  onTestFinished(() => current.close())
  await current.create(path, { name: 'A', language: 'en', userTypes: ['Student'] })
  const control = (progress: () => unknown = () => undefined) => ({
    signal: new AbortController().signal,
    progress: () => void progress(),
  })
  return { current, folder, path, workFolder, files, control }
}

const nameOf = async (current: CurrentSchool) => valueOf(await current.call('school.find', {}))
