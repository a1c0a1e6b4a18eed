import { AsyncResource } from 'node:async_hooks'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createFile } from '../../electron/database/migrate'
import { Database } from '../../electron/database/open'
import { allRevisions } from '../../electron/database/revisions'
import { FileTokens } from '../../electron/services/fileTokens'
import { fillSample } from '../../electron/services/sample'
import type { FillSchool } from '../../electron/services/context'
import { School } from '../../electron/services/school'
import { createSampleSchool, createTestSchool, openTestSchool, temporaryFolder } from '../helpers/school'
import { forkParser } from '../helpers/forkParser'

const NEW = { name: 'Another', language: 'en' as const, userTypes: [] }

async function options() {
  return {
    person: 'Tester',
    appVersion: 'test',
    workFolder: await temporaryFolder(),
    files: new FileTokens(),
    forkParser,
    emit: () => undefined,
    onUnexpected: () => undefined,
  }
}

it('is never made over a file that is there, whatever that is', async () => {
  const path = join(await temporaryFolder(), 'school.rollbook')
  await writeFile(path, 'somebody’s notes')
  await expect(School.create(path, NEW, await options())).rejects.toMatchObject({ code: 'file-exists' })
  expect(await readFile(path, 'utf8')).toBe('somebody’s notes')
  expect(await readdir(dirname(path))).toEqual([basename(path)])
})

it('has its name only once its first records are in it', async () => {
  const path = join(await temporaryFolder(), 'school.rollbook')
  const namesMeanwhile: string[] = []
  const failing: FillSchool = async (context) => {
    await fillSample(context, 20)
    namesMeanwhile.push(...(await readdir(dirname(path))))
    throw new Error('no more')
  }
  await expect(School.create(path, NEW, await options(), failing)).rejects.toThrow('no more')
  expect(namesMeanwhile).toContain(`.school.rollbook.${process.pid}.tmp`)
  expect(namesMeanwhile).not.toContain('school.rollbook')
  expect(await readdir(dirname(path))).toEqual([])

  // What a killed process left half made: no process can have this number.
  await writeFile(join(dirname(path), '.school.rollbook.999999999.tmp-wal'), 'left')
  const school = await School.create(path, NEW, await options(), (context) => fillSample(context, 20))
  onTestFinished(() => school.close())
  expect(await school.call('history.list', {})).toMatchObject({
    value: { rows: [{ command: 'schools.create', summary: 'sample-created' }] },
  })
  expect((await readdir(dirname(path))).filter((name) => name.startsWith('.'))).toEqual([])
})

it('is written by one program at a time, and read by others meanwhile', async () => {
  const { path, api } = await createTestSchool()
  await expect(School.open(path, await options())).rejects.toMatchObject({ name: 'FileLockedError' })
  const reader = await openTestSchool(path, { isReadOnly: true })
  await api.userTypes.create({ name: 'Guest' })
  expect(await reader.api.userTypes.openList({})).toMatchObject({ total: 3 })
  await expect(reader.api.userTypes.create({ name: 'Other' })).rejects.toMatchObject({ code: 'read-only' })
})

it('tells what was changed, by event, once for each command', async () => {
  const { api, events } = await createTestSchool()
  await api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 })
  await api.users.remove({ selection: { ids: [1] } })
  await api.users.remove({ selection: { ids: [1] } })
  expect(events).toEqual([
    { name: 'changed', payload: { entities: ['users'] } },
    { name: 'changed', payload: { entities: ['users'] } },
  ])
})

it('is all there after a restart, but for what Ctrl+Z goes back through', async () => {
  const first = await createTestSchool()
  await first.api.users.create({ firstName: 'Ana', lastName: 'Alić', userTypeId: 1 })
  const { api } = await first.reopen()
  expect(await api.users.openList({ search: 'alic' })).toMatchObject({ total: 1 })
  await expect(api.history.undoLast({})).rejects.toMatchObject({ code: 'not-found' })
  const { rows } = await api.history.list({})
  expect(rows).toMatchObject([{ summary: 'user-created', person: 'Tester', params: { name: 'Ana Alić' } }])
})

it('sorts and finds the records of an older file, whose names had no keys', async () => {
  const path = join(await temporaryFolder(), 'old.rollbook')
  const [first] = allRevisions()
  if (!first) throw new Error('one revision at least')
  await createFile(path, [first], { appVersion: 'old' })
  const old = await Database.open(path)
  await old.write(async () => {
    await old.run(`INSERT INTO user_types (name) VALUES ('Student')`)
    await old.run(
      `INSERT INTO users (first_name, last_name, email, user_type_id) VALUES ('Lejla', 'Hadžić', 'l@x.example', 1)`,
    )
  })
  await old.close()
  const { api, school } = await openTestSchool(path)
  expect(school.file.restorePoint).toContain('old.rollbook.backups')
  expect(await api.users.openList({ search: 'hadzic' })).toMatchObject({ total: 1 })
})

it('is backed up while it is written, to a file that opens', async () => {
  const { school, api } = await createSampleSchool(50)
  const target = await school.backUp()
  await api.users.remove({ selection: { ids: [1] } })
  const copy = join(await temporaryFolder(), 'copy.rollbook')
  await copyFile(target, copy)
  expect(await (await openTestSchool(copy)).api.overview.get({})).toMatchObject({ users: { all: 50 } })
})

it('leaves nothing, once closed, that all later work of the program would carry along', async () => {
  const carried = () => Object.getOwnPropertySymbols(new AsyncResource('later')).length
  const school = await createTestSchool()
  await school.school.close()
  const before = carried()
  for (let time = 0; time < 3; time++) await (await school.reopen()).school.close()
  expect(carried()).toBe(before)
})
