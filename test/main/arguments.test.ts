import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArguments } from '../../electron/main/arguments'

const read = (...all: string[]) => readArguments(['/usr/bin/electron', ...all])

describe('the command line of the window', () => {
  it('without anything opens the window on the last school', () => {
    expect(read('.')).toEqual({ file: null, run: 'window' })
  })

  it.each([
    [['.', '--file', 'a.rollbook'], resolve('a.rollbook')],
    [['--file=a b.rollbook'], resolve('a b.rollbook')],
    [['/home/ana/š.rollbook'], '/home/ana/š.rollbook'],
    [['.', '--no-sandbox', '--file', '/x/no-ending'], '/x/no-ending'],
  ])('%j names a file', (all, file) => {
    expect(read(...all).file).toBe(file)
  })

  it('knows the runs that nobody watches', () => {
    expect(read('.', '--smoke')).toMatchObject({ run: 'smoke' })
    expect(read('.', '--demo')).toMatchObject({ run: 'demo' })
  })

  it.each([[['--file']], [['--file', '--smoke']], [['--file=']]])('%j is wrong usage', (all) => {
    expect(() => read(...all)).toThrow('--file needs a file')
  })
})
