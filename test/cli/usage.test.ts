import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { COMMAND_NAMES, loadCommand } from '../../electron/cli/commands'
import { commandLine } from '../helpers/commandLine'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

describe('help', () => {
  it('lists all commands, and tells of each what it takes', async () => {
    const { run } = await commandLine()
    for (const argv of [['--help'], ['help']]) {
      const { exitCode, stdout, stderr } = await run(...argv)
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      for (const name of COMMAND_NAMES) expect(stdout).toMatch(new RegExp(`^ {2}${name} +[A-Z]`, 'm'))
    }
    for (const name of COMMAND_NAMES) {
      const { exitCode, stdout } = await run(...name.split(' '), '--help')
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`Usage: rollbook ${name} `)
      for (const option of Object.keys((await loadCommand(name))?.options ?? {})) {
        expect(stdout).toMatch(new RegExp(`^ {2}(-\\w, )?--${option}.* {2}[a-zA-Z]`, 'm'))
      }
      // A word that the catalog lacks shows its key.
      expect(stdout).not.toMatch(/\bcli\./)
      expect((await run('help', ...name.split(' '))).stdout).toBe(stdout)
    }
  })

  it('says the version', async () => {
    const { run } = await commandLine()
    expect(await run('--version')).toMatchObject({ exitCode: 0, stdout: `${version}\n` })
    expect((await run('--version', '--json')).json).toEqual({ version })
  })
})

describe('a line that is not understood', () => {
  const cases: [string[], string][] = [
    [[], 'COMMAND is missing'],
    [['frobnicate'], 'COMMAND "frobnicate"'],
    [['constructor'], 'COMMAND "constructor"'],
    [['help', 'frobnicate'], 'COMMAND "frobnicate"'],
    [['info'], 'FILE is missing'],
    [['info', 'a', 'b'], '"b" is one too many'],
    [['info', 'a', '--colour'], 'There is no option --colour'],
    [['info', 'a', '-x'], 'There is no option -x'],
    [['info', 'a', '--json=yes'], '--json takes no value'],
    [['list', 'users'], '--in FILE is missing'],
    [['list', 'users', '--in'], '--in needs a value'],
    [['list', 'users', '--in', '--limit'], '--in needs a value'],
    [['list', 'users', '--in', 'a', '--in', 'b'], '--in is given twice'],
    [['list', 'rooms', '--in', 'a'], 'ENTITY "rooms"'],
    [['list', 'users', '--in', 'a', '--sort', 'shoe'], '--sort "shoe"'],
    [['list', 'users', '--in', 'a', '--limit', '0'], '--limit "0"'],
    [['list', 'users', '--in', 'a', '--offset', '-1'], '--offset "-1"'],
    [['add', 'users', '--in', 'a'], 'FIELD=VALUE is missing'],
    [['add', 'users', 'age', '--in', 'a'], '"age" is not of the form FIELD=VALUE'],
    [['add', 'enrollments', 'a=b', '--in', 'a'], 'enroll'],
    [['set', 'users', 'Ana', 'age=1', '--in', 'a'], '"Ana" is not the number of a record'],
    [['enroll', '1', '--course', '1', '--in', 'a', '--from', '1.9.2026'], '--from "1.9.2026" is not a day'],
    [['undo', 'all', '--in', 'a'], '"all" is not the number of a record'],
    [['import', 'a', '--into', 'b', '--mode', 'merge'], '--mode "merge"'],
    [['import', 'a', '--into', 'b', '--on-error', 'stop'], '--on-error "stop"'],
  ]

  it.each(cases)('%j', async (argv, words) => {
    const { run } = await commandLine()
    const { exitCode, stdout, stderr } = await run(...argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(words)
    expect(stderr).toContain(
      COMMAND_NAMES.includes(argv[0] ?? '') ? `Usage: rollbook ${argv[0]} ` : 'Usage: rollbook',
    )
  })

  it('is told to programs as one object', async () => {
    const { run } = await commandLine()
    for (const argv of [
      ['--json', 'list'],
      ['list', '--json'],
      ['frobnicate', '--json'],
    ]) {
      expect(await run(...argv)).toMatchObject({
        exitCode: 2,
        json: { error: { code: 'usage', problems: [] } },
      })
    }
  })
})
