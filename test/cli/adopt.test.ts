import { access, copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLine } from '../helpers/commandLine'
import { createSeedDatabase, SEED_DATABASE, SEED_FOLDER } from '../helpers/seed'

describe('adopt', () => {
  it('makes a school of a database, tells what was mended, and is the same from a folder of CSV files', async () => {
    const { run, file, folder } = await commandLine()
    const reportFile = join(folder, 'mends.csv')
    const options = ['--school', 'Adopted', '--language', 'bs']
    const adopted = await run(
      'adopt',
      SEED_DATABASE,
      '--into',
      file,
      ...options,
      '--report',
      reportFile,
      '--json',
    )
    expect(adopted.exitCode).toBe(0)
    expect(adopted.json).toMatchObject({
      ...{ file, school: 'Adopted', language: 'bs', source: 'sqlite', ignored: [], shortened: 15 },
      counts: { users: { found: 5, adopted: 5 }, enrollments: { found: 5, adopted: 5 } },
    })
    expect((await readFile(reportFile, 'utf8')).split('\r\n')).toHaveLength(12)
    const mends = { mends: (adopted.json as { mends: object[] }).mends }
    const other = await run('adopt', SEED_FOLDER, '--into', join(folder, 'other.rollbook'), '--json')
    expect(other).toMatchObject({ exitCode: 0, json: { source: 'csv', school: 'other', ...mends } })
    expect(await run('check', file)).toMatchObject({ exitCode: 0 })
    expect((await run('list', 'users', '--in', file, '--json')).json).toMatchObject({ total: 5 })
  })

  it('says it in words', async () => {
    const { run, file } = await commandLine()
    const { stdout, stderr, exitCode } = await run('adopt', SEED_DATABASE, '--into', file)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('People: 5 of 5')
    expect(stdout).toContain('1 open enrolment was closed')
    expect(stderr).toMatch(/^Person 2 +age +0/m)
  })

  it('exits with 3 where something has no place in a school', async () => {
    const { run, file } = await commandLine()
    const source = await createSeedDatabase({}, ['ALTER TABLE users ADD COLUMN phone'])
    const adopted = await run('adopt', source, '--into', file, '--json')
    expect(adopted).toMatchObject({ exitCode: 3, json: { ignored: ['users.phone'] } })
  })

  it('refuses what is no such database, and names what would be written over', async () => {
    const { run, file, write } = await commandLine()
    const text = await write('notes.db', 'no database')
    const refused = await run('adopt', text, '--into', file, '--json')
    expect(refused).toMatchObject({
      exitCode: 4,
      json: { error: { code: 'foreign-file', reason: 'not-adoptable' } },
    })
    expect(await run('adopt', `${text}x`, '--into', file)).toMatchObject({ exitCode: 1 })
    await expect(access(file)).rejects.toThrow()
    expect(await run('adopt', SEED_DATABASE, '--into', text)).toMatchObject({ exitCode: 1 })
    const over = await run('adopt', SEED_DATABASE, '--into', file, '--report', file)
    expect(over).toMatchObject({ exitCode: 2 })
  })

  it('is what other commands point to when they are given such a database', async () => {
    const { run, file } = await commandLine()
    await copyFile(SEED_DATABASE, file)
    for (const argv of [
      ['info', file],
      ['list', 'users', '--in', file],
      ['check', file],
    ]) {
      const { exitCode, stderr } = await run(...argv)
      expect({ exitCode, isTold: stderr.includes('Adopt it') }).toEqual({ exitCode: 4, isTold: true })
    }
    expect(await readFile(file)).toEqual(await readFile(SEED_DATABASE))
  })
})
