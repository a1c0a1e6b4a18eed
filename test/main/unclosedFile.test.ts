// What a run that was killed leaves behind is looked through by the next, and so is a file in which damage shows.
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasPendingWal } from '../../electron/database/header'
import { SideConnection } from '../../electron/database/scratch'
import { valueOf } from '../../electron/services/school'
import { beginCurrent } from '../helpers/currentSchool'
import { createSampleSchool } from '../helpers/school'

it('a file that was not closed is looked through, without anybody waiting, and that is told', async () => {
  const { current, until, file } = await begin(await cutShort())
  const told = until('checked')
  expect(await current.open(file)).toMatchObject({ name: 'Cut short' })
  expect(await told).toEqual({ orphans: 0 })
})

it('a file that was closed is not', async () => {
  const { school, path } = await createSampleSchool(20)
  await school.close()
  const { current, events, file } = await begin(path)
  await current.open(file)
  await current.look()
  valueOf(await current.call('school.update', { name: 'Closed' }))
  await current.close()
  await current.open(file)
  // The look would have been asked for by now, and be waited for by the end.
  await new Promise((resolve) => setTimeout(resolve, 20))
  await current.close()
  expect(events.map(({ name }) => name)).toEqual(['school', 'changed', 'school'])
})

it('closing in the midst of the look leaves the file folded into one', async () => {
  const { current, file } = await begin(await cutShort())
  await current.open(file)
  // By now it has begun.
  await new Promise((resolve) => setTimeout(resolve, 2))
  await current.close()
  expect(await hasPendingWal(file)).toBe(false)
  expect(await current.open(file)).toMatchObject({ name: 'Cut short' })
})

it('records that lack another one are counted', async () => {
  const path = await cutShort(['PRAGMA foreign_keys=OFF', 'DELETE FROM courses WHERE course_id = 1'])
  const { current, until, file } = await begin(path)
  const told = until('checked')
  await current.open(file)
  expect((await told).orphans).toBeGreaterThan(0)
})

it('damage that the look finds ends the work on the file, and the page is told', async () => {
  const { current, until, file } = await begin(await cutShort())
  await damage(file, 'changes')
  await current.open(file)
  await until('school')
  expect(await current.call('school.find', {})).toMatchObject({
    ok: false,
    error: { code: 'damaged-file', params: { file, met: 'in-use' } },
  })
  expect(current.file).toBeNull()
})

it('damage that is met while working does so, too; for reading the file can be opened still', async () => {
  const { school, path } = await createSampleSchool(300)
  await school.close()
  const { current, until, file } = await begin(path)
  await damage(file, 'users')
  await current.open(file)
  const told = until('school')
  const readPeople = async () => {
    const opened = await current.call('users.openList', {})
    if (!opened.ok) return opened
    const { listId } = opened.value as { listId: string }
    return current.call('users.list', { listId, offset: 0, count: 100 })
  }
  expect(await readPeople()).toMatchObject({ error: { code: 'damaged-file' } })
  await told
  expect(await current.call('school.find', {})).toMatchObject({ error: { code: 'damaged-file' } })
  expect(await current.retry({ isReadOnly: true })).toMatchObject({
    isReadOnly: true,
    readOnlyBecause: 'asked',
  })
  expect(await readPeople()).toMatchObject({ error: { code: 'damaged-file' } })
  expect(await current.call('school.find', {})).toMatchObject({ ok: true })
})

async function begin(made: string) {
  const begun = await beginCurrent({ checkAfter: 1 })
  const file = join(begun.folder, 'school.rollbook')
  for (const end of ['', '-wal']) await copyFile(made + end, file + end).catch(() => undefined)
  return { ...begun, file }
}

/** The path of a file that is open, and so has its last change in the `-wal` beside it, as after a killed process. */
async function cutShort(sql: string[] = []): Promise<string> {
  const made = await createSampleSchool(300)
  await made.school.close()
  const side = await SideConnection.open(made.path)
  for (const each of sql) await side.run(each)
  await side.close()
  const { api, path } = await made.reopen()
  await api.school.update({ name: 'Cut short' })
  return path
}

/** Takes a page of a table away, of the leaves that hold its rows. */
async function damage(file: string, table: string): Promise<void> {
  const [page] = await SideConnection.readImmutable(file, (side) =>
    side.query<{ at: number }>(
      'SELECT pgoffset AS at FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY pgoffset LIMIT 1 OFFSET 1',
      [table, 'leaf'],
    ),
  )
  const bytes = await readFile(file)
  bytes.fill(0xff, page?.at ?? 0, (page?.at ?? 0) + 4_096)
  await writeFile(file, bytes)
}
