import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Database } from '../../electron/database/open'
import { commandLineWithSchool, type CommandLine } from '../helpers/commandLine'
import { dateHistory, dateSchool } from '../helpers/pastDays'

it('lists and exports the school as it was on a day, and leaves no copy', async () => {
  const terminal = await schoolWithPast()
  const { run, file, folder, home } = terminal
  const listed = await run('list', 'users', '--in', file, '--on', '2025-09-30', '--json')
  expect(listed.json).toMatchObject({ total: 3, rows: [{ firstName: 'Boris' }, {}, {}] })
  expect((await run('list', 'users', '--in', file, '--json')).json).toMatchObject({ total: 3 })
  expect(await lastNames(terminal, '2025-09-30')).not.toEqual(await lastNames(terminal, '2025-10-31'))

  const out = join(folder, 'users.csv')
  const exported = ['export', '--from', file, '--entity', 'users', '--format', 'csv', '--out', out]
  expect(await run(...exported, '--on', '2025-09-30')).toMatchObject({ exitCode: 0 })
  expect(await readFile(out, 'utf8')).toContain('Ana')
  expect(await run('list', 'enrollments', '--in', file, '--on', '2025-09-30', '--json')).toMatchObject({
    json: { total: 0 },
  })
  expect(await readdir(join(home, 'work'))).toEqual([])
})

it('refuses a day that is not known, or none', async () => {
  const { run, file } = await schoolWithPast()
  const early = await run('list', 'users', '--in', file, '--on', '2025-08-31')
  expect(early).toMatchObject({ exitCode: 1, stdout: '' })
  expect(early.stderr).toContain('goes back to 2025-09-01')
  expect(await run('list', 'users', '--in', file, '--on', 'May')).toMatchObject({ exitCode: 2 })
})

it('compares two days', async () => {
  const { run, file, folder } = await schoolWithPast()
  const days = ['compare', '--in', file, '--from', '2025-09-30', '--to', '2025-10-31']
  expect((await run(...days, '--json')).json).toMatchObject({
    ...{ from: '2025-09-30', until: '2025-10-31', people: { from: 3, until: 3 } },
    counts: { came: 1, left: 1, 'changed-class': 0 },
    rows: [
      { difference: 'came', firstName: 'Ema', lastName: 'Ej' },
      { difference: 'left', firstName: 'Ana' },
    ],
  })
  const told = await run(...days)
  expect(told.stdout).toContain('1 came, 1 left, 0 changed class')
  expect(told.stdout).toMatch(/Came +Ej +Ema/)
  const out = join(folder, 'compared.csv')
  expect((await run(...days, '--out', out, '--json')).json).not.toHaveProperty('rows')
  expect(await readFile(out, 'utf8')).toMatch(/\r\ncame,4,Ej,Ema,/)
  const backwards = ['compare', '--in', file, '--from', '2025-10-31', '--to', '2025-09-30']
  expect(await run(...backwards)).toMatchObject({ exitCode: 2 })
})

/** In October 2025 Ana was deleted and Ema came. */
async function schoolWithPast(): Promise<CommandLine> {
  const terminal = await commandLineWithSchool()
  const { run, file } = terminal
  const last = await inFile(file, async (database) => {
    await dateSchool(database, '2025-09-01')
    return dateHistory(database, 0, '2025-09-01')
  })
  await run('remove', 'users', '1', '--in', file)
  await run('add', 'users', 'firstName=Ema', 'lastName=Ej', 'userType=Student', '--in', file)
  await inFile(file, (database) => dateHistory(database, last, '2025-10-10'))
  return terminal
}

async function inFile<Result>(file: string, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await Database.open(file)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

async function lastNames({ run, file }: CommandLine, day: string): Promise<string[]> {
  const { json } = await run('list', 'users', '--in', file, '--on', day, '--json')
  return (json as { rows: { lastName: string }[] }).rows.map(({ lastName }) => lastName)
}
