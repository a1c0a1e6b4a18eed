import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArguments, typedArguments } from '../../electron/main/arguments'

describe('the arguments of the program', () => {
  it('without anything open the window on the last school', () => {
    expect(readArguments([])).toEqual({ file: null, run: 'window' })
    expect(readArguments(['--no-sandbox', '-psn_0_989382'])).toEqual({ file: null, run: 'window' })
  })

  it.each([
    [['--file', 'a.rollbook'], resolve('a.rollbook')],
    [['--file=a b.rollbook'], resolve('a b.rollbook')],
    [['/home/ana/š.rollbook'], '/home/ana/š.rollbook'],
    [['--no-sandbox', '--file', '/x/no-ending'], '/x/no-ending'],
    [['--file', 'list'], resolve('list')],
    [['--smoke', '--file', 'import'], resolve('import')],
    [['./list'], resolve('list')],
    [['old.db'], resolve('old.db')],
  ])('%j name a file', (given, file) => {
    expect(readArguments(given)).toMatchObject({ file })
  })

  it('know the runs that nobody watches', () => {
    expect(readArguments(['--smoke'])).toMatchObject({ run: 'smoke' })
    expect(readArguments(['--demo'])).toMatchObject({ run: 'demo' })
  })

  it.each([[['--file']], [['--file', '--smoke']], [['--file=']]])('%j are wrong usage', (given) => {
    expect(() => readArguments(given)).toThrow('--file needs a file')
  })

  it.each([
    [
      ['import', 'a.csv', '--into', 'b.rollbook'],
      ['import', 'a.csv', '--into', 'b.rollbook'],
    ],
    [
      ['--no-sandbox', '--log-level=3', 'db', 'current', 'x'],
      ['db', 'current', 'x'],
    ],
    [
      ['--json', 'info', 'x.rollbook'],
      ['--json', 'info', 'x.rollbook'],
    ],
    // What is no command is for the command line to say.
    [
      ['imprt', 'a.csv'],
      ['imprt', 'a.csv'],
    ],
    [['--no-sandbox', '--help'], ['--help']],
    [['--version'], ['--version']],
    [
      ['help', 'list'],
      ['help', 'list'],
    ],
    // The command's own, whatever the window calls so.
    [
      ['check', 'x', '--file', 'y'],
      ['check', 'x', '--file', 'y'],
    ],
  ])('%j are a command', (given, argv) => {
    expect(readArguments(given)).toEqual({ run: 'command', argv })
  })

  it('come after the program, and after its folder where it is not packed', () => {
    const argv = ['/opt/Rollbook/rollbook', '--no-sandbox', 'list', 'list']
    expect(typedArguments(argv, true)).toEqual(['--no-sandbox', 'list', 'list'])
    expect(typedArguments(['electron', '--inspect=0', '.', '--smoke', '.'], false)).toEqual([
      '--inspect=0',
      '--smoke',
      '.',
    ])
    expect(typedArguments(['electron', '--smoke'], false)).toEqual(['--smoke'])
  })
})
