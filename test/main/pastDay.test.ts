import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { CurrentSchool } from '../../electron/main/currentSchool'
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

const today = dayOfClock(new Date())

async function begin() {
  const folder = await temporaryFolder()
  const workFolder = join(folder, 'work')
  await mkdir(workFolder)
  const path = join(folder, 'a.rollbook')
  const current = new CurrentSchool({
    person: 'Tester',
    workFolder,
    appVersion: '0.0.0-test',
    files: new FileTokens(),
    forkParser,
    emit: () => undefined,
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
  return { current, folder, path, workFolder, control }
}

const nameOf = async (current: CurrentSchool) => valueOf(await current.call('school.find', {}))
