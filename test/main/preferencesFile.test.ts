import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { PreferencesFile } from '../../electron/main/preferencesFile'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-preferences-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  path = join(folder, 'preferences.json')
})

describe('preferences', () => {
  it('begin with the system’s theme, no file opened and no place of the window', () => {
    const { theme, recent, window } = new PreferencesFile(path)
    expect({ theme, recent, window }).toEqual({ theme: 'system', recent: [], window: null })
  })

  it('are there at the next start', () => {
    const place = { x: 1, y: 2, width: 1000, height: 700, isMaximized: true }
    const first = new PreferencesFile(path)
    first.setTheme('dark')
    first.addRecent('/a.rollbook')
    first.setWindow(place)
    const { theme, recent, window } = new PreferencesFile(path)
    expect({ theme, recent, window }).toEqual({ theme: 'dark', recent: ['/a.rollbook'], window: place })
    expect(readdirSync(folder)).toEqual(['preferences.json'])
  })

  it('remember ten files, the one opened last first, each once', () => {
    const file = new PreferencesFile(path)
    for (let number = 1; number <= 12; number++) file.addRecent(`/${number}.rollbook`)
    file.addRecent('/5.rollbook')
    expect(file.recent).toHaveLength(10)
    expect(file.recent.slice(0, 3)).toEqual(['/5.rollbook', '/12.rollbook', '/11.rollbook'])
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '5',
    '{"theme":"pink","recent":{},"window":{"x":"1"}}',
    '{"recent":[1,null]}',
  ])('that are damaged count as none: %s', (text) => {
    writeFileSync(path, text)
    const { theme, recent, window } = new PreferencesFile(path)
    expect({ theme, recent, window }).toEqual({ theme: 'system', recent: [], window: null })
  })
})
