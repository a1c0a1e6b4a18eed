import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLine, commandLineWithSchool } from '../helpers/commandLine'

describe('create', () => {
  it('makes an empty school at head, and never writes over one', async () => {
    const { run, file } = await commandLine()
    expect(
      (await run('create', file, '--school', 'Gimnazija', '--language', 'bs', '--json')).json,
    ).toMatchObject({
      file,
      school: 'Gimnazija',
      language: 'bs',
      counts: { userTypes: 0, users: 0, courses: 0, enrollments: 0 },
    })
    const again = await run('create', file)
    expect(again).toMatchObject({ exitCode: 1, stdout: '' })
    expect(again.stderr).toContain(file)
  })

  it('names the school as the file where no name is given', async () => {
    const { run, file } = await commandLine()
    expect((await run('create', file, '--json')).json).toMatchObject({ school: 'school', language: 'en' })
  })

  it('fills a sample, the same for one number', async () => {
    const { run, folder } = await commandLine()
    const lists = []
    for (const name of ['one.rollbook', 'two.rollbook']) {
      await run('create', join(folder, name), '--sample', '40')
      lists.push((await run('list', 'enrollments', '--in', join(folder, name), '--json')).json)
    }
    expect(lists[0]).toMatchObject({ entity: 'enrollments', offset: 0 })
    expect(lists[0]).toEqual(lists[1])
  })

  it('refuses what is no name and no number, by option and value', async () => {
    const { run, file } = await commandLine()
    const cases: [string[], number, string][] = [
      [['--school', 'x'.repeat(101)], 1, '--school "xxx'],
      [['--sample', 'many'], 2, '--sample "many"'],
      [['--language', 'fr'], 2, '--language "fr"'],
    ]
    for (const [options, exitCode, words] of cases) {
      const ran = await run('create', file, ...options)
      expect(ran).toMatchObject({ exitCode, stdout: '' })
      expect(ran.stderr).toContain(words)
    }
    expect(existsSync(file)).toBe(false)
  })
})

describe('info', () => {
  it('says what the file is', async () => {
    const { run, file } = await commandLineWithSchool()
    const { exitCode, json } = await run('info', file, '--json')
    expect(exitCode).toBe(0)
    expect(json).toEqual({
      schema: expect.stringMatching(/^\d{8}T\d{4}-/),
      pending: 0,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      encrypted: false,
      counts: { userTypes: 2, users: 3, courses: 2, enrollments: 0 },
      integrity: 'ok',
      sqlite: expect.stringMatching(/^3\./),
      isSoundSqlite: expect.any(Boolean),
    })
    expect((await run('info', file)).stdout).toContain('3 people, 2 courses')
  })
})

describe('backup', () => {
  it('writes a copy that is a school, beside the file or where it is told', async () => {
    const { run, file, folder } = await commandLineWithSchool()
    const { json } = await run('backup', file, '--json')
    const { backup } = json as { backup: string }
    expect(backup.startsWith(`${file}.backups`)).toBe(true)
    expect((await run('info', backup, '--json')).json).toMatchObject({
      counts: { users: 3 },
      integrity: 'ok',
    })
    await run('backup', file, '--to', join(folder, 'usb'))
    expect(await readdir(join(folder, 'usb'))).toHaveLength(1)
  })
})

describe('the home folder', () => {
  it('keeps no scratch files', async () => {
    const { run, file, home } = await commandLineWithSchool()
    await run('list', 'users', '--in', file)
    expect(await readdir(home)).toEqual(['work'])
    expect(await readdir(join(home, 'work'))).toEqual([])
  })

  it('is not made for a word of help', async () => {
    const { run, home } = await commandLine()
    await run('help', 'import')
    expect(existsSync(home)).toBe(false)
  })
})
