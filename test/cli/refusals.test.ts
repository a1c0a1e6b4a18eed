import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../electron/database/connection'
import { lockFile } from '../../electron/database/lock'
import { createFile } from '../../electron/database/migrate'
import { allRevisions } from '../../electron/database/revisions'
import { type CommandLine, commandLine, commandLineWithSchool } from '../helpers/commandLine'

const digest = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

/** One of each command that reads a file, and one of each that writes. */
function commands({ folder, file }: CommandLine): { reading: string[][]; writing: string[][] } {
  const out = join(folder, 'out.csv')
  return {
    reading: [
      ['info', file],
      ['list', 'users', '--in', file],
      ['history', '--in', file],
      ['export', '--from', file, '--entity', 'users', '--format', 'csv', '--out', out],
      ['check', file],
      ['backup', file],
    ],
    writing: [
      ['add', 'userTypes', 'name=Other', '--in', file],
      ['set', 'users', '1', 'age=9', '--in', file],
      ['remove', 'users', '1', '--in', file],
      ['enroll', '1', '--course', '1', '--in', file],
      ['withdraw', '1', '--course', '1', '--in', file],
      ['import', join(folder, 'people.csv'), '--into', file],
      ['undo', '1', '--in', file],
      ['check', file, '--fix'],
    ],
  }
}

async function alter(file: string, sql: string): Promise<void> {
  const connection = connect(file)
  await connection.query(sql)
  // Into the file itself, as a program leaves it that closes it.
  await connection.query('PRAGMA wal_checkpoint(TRUNCATE)')
  await connection.close()
}

describe('a file that a window holds', () => {
  it('is read beside it, and written by nobody else', async () => {
    const terminal = await commandLineWithSchool()
    const { run, file, folder, write } = terminal
    await write('people.csv', 'first_name,last_name,user_type\nEma,Ej,Student\n')
    const lock = await lockFile(file, 'Mara, Rollbook 9.9.9', new Date('2026-11-22T08:12:00.000Z'))
    onTestFinished(() => lock.release())
    const { reading, writing } = commands(terminal)
    for (const argv of reading) expect(await run(...argv), argv.join(' ')).toMatchObject({ exitCode: 0 })
    const link = join(folder, 'link.rollbook')
    await symlink(file, link)
    for (const argv of [...writing, ['add', 'userTypes', 'name=Other', '--in', link]]) {
      const ran = await run(...argv)
      expect(ran, argv.join(' ')).toMatchObject({ exitCode: 4, stdout: '' })
      expect(ran.stderr).toMatch(/Mara, Rollbook 9\.9\.9 since .*2026/)
    }
    const { json } = await run('undo', '1', '--in', file, '--json')
    expect(json).toMatchObject({ error: { code: 'locked', message: expect.stringContaining('Mara') } })
    expect((await run('history', '--in', file, '--json')).json).toMatchObject({ total: 7 })
  })
})

describe('a file that is not for this Rollbook', () => {
  it('is refused by every command where it is newer, or of another program, and left as it is', async () => {
    const newer = await commandLineWithSchool()
    await alter(newer.file, 'PRAGMA user_version=999')
    const foreign = await commandLineWithSchool()
    await alter(foreign.file, 'PRAGMA application_id=1')
    const text = await commandLine()
    await text.write('school.rollbook', 'name,age\n'.repeat(50))
    for (const [terminal, code] of [
      [newer, 'newer-file'],
      [foreign, 'foreign-file'],
      [text, 'foreign-file'],
    ] as const) {
      await terminal.write('people.csv', 'first_name,last_name,user_type\nEma,Ej,Student\n')
      const before = await digest(terminal.file)
      const { reading, writing } = commands(terminal)
      for (const argv of [...reading, ...writing]) {
        const ran = await terminal.run(...argv, '--json')
        expect(ran, argv.join(' ')).toMatchObject({ exitCode: 4, json: { error: { code } } })
      }
      expect(await digest(terminal.file)).toBe(before)
    }
  })

  it('is refused where its revisions are not ours', async () => {
    const renamed = await commandLineWithSchool()
    await alter(renamed.file, `UPDATE revisions SET name = 'other' WHERE name LIKE '%create-tables'`)
    const bare = await commandLineWithSchool()
    await alter(bare.file, 'DROP TABLE revisions')
    for (const terminal of [renamed, bare]) {
      await terminal.write('people.csv', 'first_name,last_name,user_type\nEma,Ej,Student\n')
      const before = await digest(terminal.file)
      const { reading, writing } = commands(terminal)
      for (const argv of [...reading, ...writing]) {
        const ran = await terminal.run(...argv, '--json')
        expect(ran, argv.join(' ')).toMatchObject({ exitCode: 4, json: { error: { code: 'foreign-file' } } })
      }
      expect(await digest(terminal.file)).toBe(before)
    }
  })

  it('is looked at, but not upgraded by who only reads, where it is older', async () => {
    const terminal = await commandLine()
    const { run, file } = terminal
    const revisions = allRevisions()
    await createFile(file, revisions.slice(0, 1), { appVersion: '0.0.1' })
    const before = await digest(file)
    expect((await run('info', file, '--json')).json).toMatchObject({
      schema: revisions[0]?.name,
      pending: revisions.length - 1,
      version: '0.0.1',
      counts: { users: 0 },
      integrity: 'ok',
    })
    expect((await run('info', file)).stdout).toContain('pending')
    expect(await run('check', file, '--json')).toMatchObject({
      exitCode: 0,
      json: { ok: true, checked: ['integrity', 'constraints', 'foreign-keys'] },
    })
    expect(await run('check', file, '--seal', '0'.repeat(64), '--json')).toMatchObject({
      exitCode: 1,
      json: { ok: false, problems: [{ code: 'seal-not-compared' }], history: null },
    })
    const listed = await run('list', 'users', '--in', file, '--json')
    expect(listed).toMatchObject({ exitCode: 4, json: { error: { reason: 'older-file' } } })
    expect(await digest(file)).toBe(before)

    expect(await run('check', file, '--fix')).toMatchObject({ exitCode: 0 })
    expect((await run('info', file, '--json')).json).toMatchObject({ pending: 0 })
  })
})

describe('a file that is no file', () => {
  it('is named', async () => {
    const { run, folder } = await commandLine()
    const none = join(folder, 'none.rollbook')
    for (const argv of [
      ['info', none],
      ['check', none],
      ['list', 'users', '--in', none],
      ['undo', '1', '--in', none],
    ]) {
      const ran = await run(...argv)
      expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
      expect(ran.stderr).toContain(none)
    }
    const ran = await run('info', folder, '--json')
    expect(ran).toMatchObject({ exitCode: 1, json: { error: { code: 'file-unreadable' } } })
  })

  it('is said to be damaged where it is', async () => {
    const { run, file } = await commandLineWithSchool()
    const bytes = await readFile(file)
    bytes.fill(0x55, 4096, 40_000)
    await writeFile(file, bytes)
    for (const argv of [
      ['list', 'users', '--in', file],
      ['info', file],
    ]) {
      const ran = await run(...argv, '--json')
      expect(ran).toMatchObject({ exitCode: 1, json: { error: { code: 'damaged-file' } } })
    }
    for (const fix of [[], ['--fix']]) {
      expect(await run('check', file, ...fix, '--json')).toMatchObject({
        exitCode: 1,
        json: { ok: false, problems: [{ code: 'damaged' }], fixed: [] },
      })
    }
    expect((await readFile(file)).equals(bytes)).toBe(true)

    await writeFile(file, bytes.subarray(0, 5_000))
    for (const fix of [[], ['--fix']]) {
      expect(await run('check', file, ...fix, '--json')).toMatchObject({ exitCode: 1, json: { ok: false } })
    }
  })
})

it.skipIf(process.platform === 'win32')(
  'a pipe, which may have nothing to say, is waited for by no command',
  async () => {
    const terminal = await commandLineWithSchool()
    const { run, file, folder } = terminal
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const { reading, writing } = commands({ ...terminal, file: pipe })
    const other = join(folder, 'other.rollbook')
    const more = [
      ['restore', pipe, '--to', other],
      ['restore', file, '--to', pipe],
      ['adopt', pipe, '--into', other],
      ['salvage', pipe, '--into', other],
      ['import', pipe, '--into', file],
      ['db', 'tables', '--file', pipe],
    ]
    for (const argv of [...reading, ...writing, ...more]) {
      const { exitCode } = await run(...argv)
      expect([1, 4], argv.join(' ')).toContain(exitCode)
    }
    expect((await stat(pipe)).isFIFO()).toBe(true)
  },
)
