import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import { findRevision } from '../../electron/cli/commands/db/revisions'
import { connect } from '../../electron/database/connection'
import { lockFile } from '../../electron/database/lock'
import type { Revision } from '../../electron/database/operations'
import { allRevisions, headsOf, inOrder } from '../../electron/database/revisions'
import { type CommandLine, commandLine } from '../helpers/commandLine'
import { dumpOfFile } from '../helpers/dump'
import { sparseCheckout } from '../helpers/sparseCheckout'

const revisions = allRevisions()
const names = revisions.map(({ name }) => name)
const head = names.at(-1)
const [first = '', second = ''] = names

/** A terminal with a file at head, which is made once and copied: it is closed, so that the file is all there is. */
async function withFile(): Promise<CommandLine> {
  const terminal = await commandLine()
  atHead ??= terminal
    .run('db', 'upgrade', '--file', join(terminal.folder, 'made.rollbook'))
    .then(() => readFile(join(terminal.folder, 'made.rollbook')))
  await writeFile(terminal.file, await atHead)
  return terminal
}

let atHead: Promise<Buffer> | null = null

it('makes a file at head, takes it back and brings it forward', async () => {
  const { run, file } = await commandLine()
  const made = await run('db', 'upgrade', '--file', file)
  expect(made.exitCode).toBe(0)
  expect(made.stdout).toBe(`${file} is at ${head}\n`)
  expect(made.stderr.match(/^Applying /gm)).toHaveLength(names.length)
  expect((await run('db', 'current', '--file', file)).stdout).toBe(`${head} (head)\n`)
  const down = await run('db', 'downgrade', '-1', '--file', file, '--json')
  expect(down).toMatchObject({
    exitCode: 0,
    json: {
      from: head,
      revision: names.at(-2),
      restorePoint: expect.stringContaining('before-downgrade') as string,
    },
  })
  expect((await run('db', 'current', '--file', file, '--json')).json).toEqual({
    file,
    revision: names.at(-2),
    pending: [head],
  })
  expect((await run('db', 'upgrade', '+1', '--file', file)).stdout).toBe(`${file} is at ${head}\n`)
  expect((await run('db', 'downgrade', 'base', '--file', file)).stdout).toBe(`${file} is at base\n`)
  // As much of a name as is its alone is enough.
  expect((await run('db', 'upgrade', 'create-tables', '--file', file)).stdout).toBe(
    `${file} is at ${first}\n`,
  )
})

it('prints the SQL instead of running it', async () => {
  const { run, file } = await withFile()
  const before = await readFile(file)
  const { stdout, exitCode } = await run('db', 'downgrade', second, '--sql', '--file', file)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^PRAGMA foreign_keys=OFF;\nBEGIN IMMEDIATE;\n[^]*COMMIT;\n$/)
  expect(await readFile(file)).toEqual(before)
  const { json } = await run('db', 'upgrade', '--sql', '--json', '--file', join(file, '..', 'none.rollbook'))
  expect((json as { statements: string[] }).statements.filter((one) => one === 'COMMIT')).toHaveLength(
    names.length,
  )
})

it('shows the chain, its head, and what one revision does', async () => {
  const { run } = await commandLine()
  expect((await run('db', 'history', '--json')).json).toEqual({
    revisions: [...revisions]
      .reverse()
      .map(({ name, revises }) => ({ name, revises, isHead: name === head })),
  })
  expect((await run('db', 'history')).stdout).toMatch(
    new RegExp(`-> ${head} \\(head\\)\n[^]*base -> ${first}\n$`),
  )
  expect((await run('db', 'heads', '--json')).json).toEqual({ heads: [head] })
  const { stdout } = await run('db', 'show', 'create-tables')
  expect(stdout).toContain(`Revision: ${first}\nRevises: base\nFollowed by: ${second}\n`)
  expect(stdout).toContain('CREATE TABLE "users"')
})

it('finds that models and migrations agree', async () => {
  const { run } = await commandLine()
  expect(await run('db', 'check', '--json')).toMatchObject({
    exitCode: 0,
    json: { ok: true, heads: [head], differences: [] },
  })
})

it('notes a file as being elsewhere, and runs nothing', async () => {
  const { run, file } = await withFile()
  const tables = async () => (await run('db', 'tables', 'users', '--file', file)).stdout
  const before = await tables()
  expect((await run('db', 'stamp', second, '--file', file, '--json')).json).toEqual({
    file,
    from: head,
    revision: second,
  })
  expect((await run('db', 'current', '--file', file, '--json')).json).toMatchObject({ revision: second })
  expect(await tables()).toBe(before)
  const { tables: noted } = (await run('db', 'tables', 'revisions', '--file', file, '--json')).json as {
    tables: { revisions: { rows: number } }
  }
  expect(noted.revisions.rows).toBe(2)
})

it('shows tables as \\d does', async () => {
  const { run, file } = await withFile()
  const { stdout } = await run('db', 'tables', 'enrollments', '--file', file)
  for (const line of [
    'Table "enrollments" (0 rows)',
    '    "pk_enrollments" PRIMARY KEY (enrollment_id) AUTOINCREMENT',
    '    "ix_enrollments_user_id" (user_id)',
    '    "ck_enrollments_end_date" CHECK (',
    '    "fk_enrollments_user_id" FOREIGN KEY (user_id) REFERENCES users(user_id)',
    '    CREATE TRIGGER tr_enrollments_updated_at',
  ])
    expect(stdout).toContain(line)
  expect(stdout).toMatch(/^user_id +INTEGER +not null$/m)
  expect((await run('db', 'tables', 'users', '--file', file)).stdout).toContain(
    'TABLE "enrollments" CONSTRAINT "fk_enrollments_user_id"',
  )
  expect((await run('db', 'tables', '--file', file)).stdout).toContain('CREATE VIRTUAL TABLE')
  expect((await run('db', 'tables', '--file', file, '--json')).json).toMatchObject({
    tables: { user_types: { rows: 0, uniques: { uq_user_types_name: ['name'] } } },
    views: { users_search_text: expect.any(String) as string },
  })
})

it('writes a revision into the checkout, and only from one', async () => {
  const { run, runIn } = await commandLine()
  const checkout = await sparseCheckout()
  const { exitCode, json } = await runIn({ checkout }, 'db', 'revision', '-m', 'add phone', '--json')
  const { revision, file } = json as { revision: string; file: string }
  expect({ exitCode, revision }).toEqual({
    exitCode: 0,
    revision: expect.stringMatching(/^\d{8}T\d{4}-add-phone$/) as string,
  })
  expect(await readFile(file, 'utf8')).toContain(`revises: '${head}',`)
  // Models and migrations agree, so there is nothing to write.
  const nothing = await runIn({ checkout }, 'db', 'revision', '-m', 'nothing', '--autogenerate', '--json')
  expect(nothing).toMatchObject({ exitCode: 0, json: { revision: null, detected: [] } })
  expect((await readdir(join(checkout, 'migrations'))).sort()).toEqual([`${revision}.ts`, 'tsconfig.json'])
  const installed = await run('db', 'revision', '-m', 'add phone')
  expect(installed).toMatchObject({ exitCode: 1, stdout: '' })
  expect(installed.stderr).toContain('an installed program')
})

it('works on development.rollbook in a checkout, and on no file by itself elsewhere', async () => {
  const { run, runIn } = await commandLine()
  const checkout = await sparseCheckout()
  expect((await runIn({ checkout }, 'db', 'upgrade', '--json')).json).toMatchObject({
    file: join(checkout, 'development.rollbook'),
  })
  expect((await run('db', 'upgrade')).stderr).toContain('--file FILE is missing')
})

it('says what stands in the way, and alters nothing', async () => {
  const { run, file, folder } = await withFile()
  const before = await dumpOfFile(file)
  const cases: [string[], number, string][] = [
    [['upgrade', 'add-phone'], 2, 'There is no revision add-phone. The nearest: '],
    [['upgrade', '2026'], 2, 'Several revisions are called 2026: '],
    [['downgrade', '-99'], 2, '-99 steps are too many'],
    [['upgrade', first], 1, 'Use db downgrade'],
    [['tables', 'rooms'], 1, 'There is no table rooms'],
  ]
  for (const [argv, exitCode, words] of cases) {
    const ran = await run('db', ...argv, '--file', file)
    expect({ exitCode: ran.exitCode, words: ran.stderr }).toEqual({
      exitCode,
      words: expect.stringContaining(words) as string,
    })
  }
  expect((await run('db', 'downgrade', '--file', join(folder, 'none.rollbook'))).stderr).toContain(
    'There is no file',
  )

  const lock = await lockFile(file, 'Ana, Rollbook', new Date())
  expect(await run('db', 'downgrade', '--file', file)).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('Ana') as string,
  })
  await lock.release()
  expect(await dumpOfFile(file)).toEqual(before)
})

it('locks the file itself, by whatever link it is called', async () => {
  const { run, file, folder } = await withFile()
  const link = join(folder, 'link.rollbook')
  await symlink(file, link)
  const lock = await lockFile(file, 'Ana, Rollbook', new Date())
  onTestFinished(() => lock.release())
  expect((await run('db', 'downgrade', '--file', link)).exitCode).toBe(4)
})

it('refuses a newer file, and one of another program', async () => {
  const { run, file, folder } = await withFile()
  const newer = join(folder, 'newer.rollbook')
  await copyFile(file, newer)
  const connection = connect(newer)
  await connection.query('PRAGMA user_version=99')
  await connection.close()
  for (const argv of [['upgrade'], ['downgrade'], ['stamp', 'head'], ['tables'], ['current']])
    expect((await run('db', ...argv, '--file', newer)).exitCode).toBe(4)
})

it('tells of a revision that fails what it failed on', async () => {
  const { run, file } = await withFile()
  const connection = connect(file)
  await connection.query('CREATE VIEW of_users AS SELECT last_name_sort FROM users')
  await connection.close()
  const { exitCode, stderr } = await run('db', 'downgrade', first, '--file', file)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/The revision \S+ failed: .*of_users/)
})

it('names both of two heads', () => {
  const revision = (name: string, revises: string | null): Revision => ({
    name,
    revises,
    async upgrade() {},
    async downgrade() {},
  })
  const forked = [revision('a', null), revision('b', 'a'), revision('c', 'a')]
  expect(headsOf(forked).map(({ name }) => name)).toEqual(['b', 'c'])
  expect(() => inOrder(forked)).toThrow('two revisions follow a: b, c')
})

it('finds a revision by what of its name is its alone', () => {
  const named = (name: string) => ({ name }) as Revision
  const all = ['20260101T0000-add-phone', '20260201T0000-add-phones', '20260301T0000-drop'].map(named)
  expect(findRevision('202603', all)).toBe(all[2])
  expect(findRevision('20260101T0000-add-phone', all)).toBe(all[0])
  expect(() => findRevision('add-phone', all)).toThrow(AppError)
})
