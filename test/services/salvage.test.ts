import { execFileSync } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'
import { copyFile, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SideConnection } from '../../electron/database/scratch'
import { salvage } from '../../electron/services/salvage'
import { leaveHalfWritten } from '../helpers/leftBehind'
import { RELEASE } from '../helpers/releases'
import { createSampleSchool, openTestSchool, temporaryFolder } from '../helpers/school'

const NOTHING_LOST = { unreadable: 0, leftOut: 0, unconfirmed: 0 }

/** A closed file with people in it, and what salvaging it into another comes to. */
async function damagedSchool(people = 300) {
  const { school, path } = await createSampleSchool(people)
  await school.close()
  const work = await temporaryFolder()
  const file = join(work, 'salvaged.rollbook')
  const told: string[] = []
  const run = (signal = new AbortController().signal) =>
    salvage(
      { source: path, file, person: 'Tester', appVersion: '0.0.0-test', workFolder: join(work, 'work') },
      { signal, progress: (phase, done, total) => told.push(`${phase} ${done}/${total}`) },
    )
  return { path, work, file, run, told }
}

const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** Overwrites pages, counted from 1, of 4,096 bytes. */
async function overwrite(path: string, pages: number[]) {
  const handle = await open(path, 'r+')
  for (const page of pages) await handle.write(Buffer.alloc(4_096, 0xff), 0, 4_096, (page - 1) * 4_096)
  await handle.close()
}

async function salvageInto(source: string, file: string) {
  const control = { signal: new AbortController().signal, progress: () => {} }
  const workFolder = await temporaryFolder()
  return salvage({ source, file, person: 'Tester', appVersion: 'test', workFolder }, control)
}

const rootOf = async (path: string, table: string) =>
  SideConnection.readImmutable(path, async (side) => {
    const sql = 'SELECT rootpage AS page FROM sqlite_schema WHERE name = ?'
    return (await side.query<{ page: number }>(sql, [table]))[0]?.page ?? 0
  })

const schemaPages = async (path: string) => (await pagesOf(path, 'sqlite_schema')).map(({ page }) => page)

/** Rows without when they were written, and without what is made anew of other values by the language of the school. */
const contentOf = async (path: string, table: string) =>
  (await rowsOf(path, table)).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => !/_sort$|^updated_at$/.test(column))),
  )

const rowsOf = (path: string, table: string) =>
  SideConnection.readImmutable(path, (side) => side.query(`SELECT * FROM ${table}`))

const pagesOf = async (path: string, table: string) =>
  (
    await SideConnection.readImmutable(path, (side) =>
      side.query<{ page: number; kind: string }>(
        `SELECT pageno AS page, pagetype AS kind FROM dbstat WHERE name = '${table}'`,
      ),
    )
  ).filter(({ kind }) => kind === 'leaf')

describe('salvage', () => {
  it('takes all of a sound file, and has nothing to list', async () => {
    const { path, work, file, run } = await damagedSchool()
    const report = await run()
    expect(report).toMatchObject({ counts: { users: { salvaged: 300, ...NOTHING_LOST } }, listFile: null })
    for (const table of ['user_types', 'users', 'courses', 'enrollments'])
      expect(await rowsOf(file, table)).toEqual(await rowsOf(path, table))
    expect((await readdir(work)).sort()).toEqual(['salvaged.rollbook', 'work'])
    const { api } = await openTestSchool(file)
    const { rows } = await api.history.list({ count: 10 })
    expect(rows).toMatchObject([
      { command: 'schools.salvage', summary: 'school-salvaged', isUndoable: false },
    ])
    await expect(api.history.undo({ changeSetId: 1 })).rejects.toMatchObject({
      params: { reason: 'adopted' },
    })
  })

  it('reads a file of an earlier version as upgrading it would have made it', async () => {
    const work = await temporaryFolder()
    const [source, file, upgraded] = ['old', 'salvaged', 'upgraded'].map((name) =>
      join(work, `${name}.rollbook`),
    )
    if (!source || !file || !upgraded) throw new Error('no names')
    for (const copy of [source, upgraded]) await copyFile(RELEASE, copy)
    const [school] = await pagesOf(source, 'schools')
    await overwrite(source, [school?.page ?? 0])
    const report = await salvage(
      { source, file, person: 'Tester', appVersion: '0.0.0-test', workFolder: join(work, 'work') },
      { signal: new AbortController().signal, progress: () => {} },
    )
    expect(report).toMatchObject({
      isSchoolKnown: false,
      isListComplete: true,
      counts: { users: NOTHING_LOST },
    })
    await (await openTestSchool(upgraded)).school.close()
    for (const table of ['user_types', 'users', 'courses', 'enrollments'])
      expect(await contentOf(file, table)).toEqual(await contentOf(upgraded, table))
  })

  it('has what waits in the journal of a file that was not closed, as far as that is whole', async () => {
    const { school, path, api } = await createSampleSchool(300)
    const added: number[] = []
    for (const firstName of ['First', 'Second', 'Third']) {
      const { userId } = await api.users.create({ firstName, lastName: 'Late', userTypeId: 1 })
      added.push(userId)
    }
    const work = await temporaryFolder()
    const salvaged = async (name: string, walBytes?: number) => {
      const [source, file] = [join(work, `${name}.rollbook`), join(work, `${name}-new.rollbook`)]
      for (const end of ['', '-wal']) await copyFile(path + end, source + end)
      const pages = await pagesOf(path, 'courses')
      await overwrite(source, [pages[0]?.page ?? 0])
      if (walBytes !== undefined) await truncate(`${source}-wal`, walBytes)
      const control = { signal: new AbortController().signal, progress: () => {} }
      await salvage(
        { source, file, person: 'Tester', appVersion: 'test', workFolder: join(work, name) },
        control,
      )
      const rows = await rowsOf(file, 'users')
      return added.filter((id) => rows.some((row) => row.user_id === id))
    }
    expect(await salvaged('whole')).toEqual(added)
    const { size } = await stat(`${path}-wal`)
    expect(await salvaged('cut', size - 100)).toEqual(added.slice(0, 2))
    await school.close()
  })

  it('finds the tables by their rows where the page that lists them is lost', async () => {
    const { path, file, run } = await damagedSchool()
    const before = await rowsOf(path, 'users')
    const handle = await open(path, 'r+')
    await handle.write(Buffer.alloc(3_996, 0xff), 0, 3_996, 100)
    await handle.close()
    await expect(rowsOf(path, 'users')).rejects.toThrow('malformed')
    const report = await run()
    expect(report).toMatchObject({
      isSchoolKnown: true,
      isListComplete: false,
      counts: { users: NOTHING_LOST },
    })
    expect(await rowsOf(file, 'users')).toEqual(before)
  })

  it('has what waits in the journal then, too', async () => {
    const { school, path, api } = await createSampleSchool(300)
    const { userId } = await api.users.create({ firstName: 'Late', lastName: 'Late', userTypeId: 1 })
    const work = await temporaryFolder()
    const [source, file] = [join(work, 'lost.rollbook'), join(work, 'salvaged.rollbook')]
    for (const end of ['', '-wal']) await copyFile(path + end, source + end)
    const pages = await pagesOf(path, 'sqlite_schema')
    await school.close()
    expect(pages.length).toBeGreaterThan(1)
    await overwrite(
      source,
      pages.map(({ page }) => page),
    )
    const control = { signal: new AbortController().signal, progress: () => {} }
    await salvage(
      { source, file, person: 'Tester', appVersion: 'test', workFolder: join(work, 'work') },
      control,
    )
    const rows = await rowsOf(file, 'users')
    expect(rows).toHaveLength(301)
    expect(rows.at(-1)).toMatchObject({ user_id: userId, first_name: 'Late' })
  })

  it('leaves out, and lists, a row with bytes where a text should be', async () => {
    const { path, file, run } = await damagedSchool(10)
    const side = await SideConnection.open(path)
    await side.run('PRAGMA ignore_check_constraints=ON')
    await side.run(`UPDATE courses SET description = x'00ff' WHERE course_id = 1`)
    await side.close()
    const report = await run()
    expect(report.counts.courses).toMatchObject({ leftOut: 1 })
    expect(await readFile(report.listFile ?? '', 'utf8')).toContain('00FF')
    expect((await rowsOf(file, 'courses')).some(({ course_id: id }) => id === 1)).toBe(false)
  })

  it('finds those of an earlier version, too', async () => {
    const work = await temporaryFolder()
    const [source, file] = [join(work, 'old.rollbook'), join(work, 'salvaged.rollbook')]
    await copyFile(RELEASE, source)
    await overwrite(source, [1])
    const control = { signal: new AbortController().signal, progress: () => {} }
    await salvage(
      { source, file, person: 'Tester', appVersion: 'test', workFolder: join(work, 'work') },
      control,
    )
    for (const table of ['user_types', 'users', 'courses', 'enrollments'])
      expect((await rowsOf(file, table)).length, table).toBe((await rowsOf(RELEASE, table)).length)
  })

  it('reads on behind a page that cannot be read, which a plain copy does not', async () => {
    const { path, file, run } = await damagedSchool()
    const before = await rowsOf(path, 'users')
    const pages = await pagesOf(path, 'users')
    await overwrite(path, [pages[1]?.page ?? 0])
    const hash = await hashOf(path)
    await expect(rowsOf(path, 'users')).rejects.toThrow('malformed')
    const report = await run()
    expect(await hashOf(path)).toBe(hash)
    expect(report.counts.users.salvaged + report.counts.users.unreadable).toBe(300)
    expect(report.counts.users.unreadable).toBeGreaterThan(0)
    const after = await rowsOf(file, 'users')
    expect(before).toEqual(expect.arrayContaining(after))
    expect(after.at(-1)).toEqual(before.at(-1))
  })

  it('reads all rows of a table whose first page is lost, by the pages under it', async () => {
    const { path, file, run, told } = await damagedSchool()
    const before = await rowsOf(path, 'users')
    await overwrite(path, [await rootOf(path, 'users')])
    await expect(rowsOf(path, 'users')).rejects.toThrow('malformed')
    const report = await run()
    expect(report.counts).toMatchObject({ users: NOTHING_LOST, enrollments: NOTHING_LOST })
    expect(report).toMatchObject({ isListComplete: true, listFile: null })
    expect(await rowsOf(file, 'users')).toEqual(before)
    expect(told).toEqual(expect.arrayContaining(['searching 0/0', 'searching 0/1']))
  })

  it('reads them where the beginning of the file is gone, with the first pages of all tables', async () => {
    const { path, file, run } = await damagedSchool(600)
    const before = await rowsOf(path, 'users')
    const handle = await open(path, 'r+')
    await handle.write(Buffer.alloc(65_536), 0, 65_536, 0)
    await handle.close()
    const { counts } = await run()
    expect(counts.users.salvaged).toBeGreaterThan(550)
    expect(before).toEqual(expect.arrayContaining(await rowsOf(file, 'users')))
  })

  it('leaves those removed who were removed, though their rows are in the file yet', async () => {
    for (const isListLost of [false, true]) {
      const { school, path, api } = await createSampleSchool(300)
      const users = await rowsOf(path, 'users')
      const gone = users.slice(50, 250).map(({ user_id: id }) => Number(id))
      await api.users.remove({ selection: { ids: gone } })
      await school.close()
      const lost = [await rootOf(path, 'users'), ...(isListLost ? await schemaPages(path) : [])]
      const work = await temporaryFolder()
      const [source, file] = [join(work, 'lost.rollbook'), join(work, 'salvaged.rollbook')]
      await writeFile(source, await readFile(path))
      await overwrite(source, lost)
      await salvageInto(source, file)
      const ids = (await rowsOf(file, 'users')).map(({ user_id: id }) => Number(id))
      expect(ids).toHaveLength(100)
      expect(ids.filter((id) => gone.includes(id))).toEqual([])
    }
  })

  it('ends where a damaged key is higher than any number that is told apart', async () => {
    const { path, run } = await damagedSchool(10)
    const side = await SideConnection.open(path)
    await side.run('UPDATE users SET user_id = 36028797018963969 WHERE user_id = 10')
    await side.run(`UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'users'`)
    await side.close()
    const { counts } = await run()
    expect(counts.users).toMatchObject({ salvaged: 9, unreadable: 1 })
  })

  it('takes back what a killed program left half-written, where a rollback journal lies beside the file', async () => {
    const { path, work, file } = await damagedSchool()
    const before = await rowsOf(path, 'users')
    const source = join(work, 'killed.rollbook')
    const [page] = await pagesOf(path, 'courses')
    await leaveHalfWritten(path)
    for (const end of ['', '-journal']) await copyFile(path + end, source + end)
    await overwrite(source, [page?.page ?? 0])
    await salvageInto(source, file)
    expect(await rowsOf(file, 'users')).toEqual(before)
  })

  it('waits for nothing that is no file', async () => {
    const { work, file } = await damagedSchool(10)
    await expect(salvageInto(work, file)).rejects.toMatchObject({ reason: 'foreign' })
    if (process.platform === 'win32') return
    const pipe = join(work, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(salvageInto(pipe, file)).rejects.toMatchObject({ reason: 'foreign' })
  })

  it('ends soon, in bounds, with pages of rubbish that lead anywhere', async () => {
    const { path, run } = await damagedSchool(10)
    // The same each time.
    const rubbish = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
      Buffer.alloc(5_000 * 4_096),
    )
    for (let at = 0; at < rubbish.length; at += 4_096) rubbish.set([0x05, 0, 0, 1_500 >> 8, 1_500 & 255], at)
    const handle = await open(path, 'r+')
    await handle.write(rubbish, 0, rubbish.length, (await handle.stat()).size)
    await handle.write(Buffer.alloc(3_996, 0xff), 0, 3_996, 100)
    await handle.close()
    expect((await run()).counts.users).toMatchObject({ salvaged: 10 })
  })
})
