import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { complaintsOfLock, type LockEntry } from '../../scripts/lock/audit.mjs'

const projectFolder = resolve(import.meta.dirname, '../..')
const integrity = `sha512-${'a'.repeat(86)}==`
const GOOD = { version: '1.2.3', license: 'MIT', integrity }

/** The complaints about a lock file with one package in it. */
const complaintsAbout = (entry: LockEntry, place = 'node_modules/thing', bundled: string[] = []) =>
  complaintsOfLock(
    { lockfileVersion: 3, packages: { [place]: entry } },
    { allowScripts: { sqlite3: true } },
    bundled,
  )

describe('the lock file', () => {
  it('of this project is good, with what the build holds', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['scripts/auditLock.mjs'], {
      cwd: projectFolder,
    })
    expect(stdout + stderr).toMatch(/nothing to object to in \d{3,} packages, \d{2,} of them in the build/)
  })

  it('of another version is not understood', () => {
    expect(complaintsOfLock({ lockfileVersion: 2, packages: {} }, {})).toHaveLength(1)
  })
})

describe('a package of it', () => {
  it.each<[string, LockEntry]>([
    ['from the registry', { ...GOOD, resolved: 'https://registry.npmjs.org/thing/-/thing-1.2.3.tgz' }],
    ['of which npm noted no address', GOOD],
    ['with a choice of licences', { ...GOOD, license: '(WTFPL OR MIT)' }],
    ['that is a tool, under whatever licence', { ...GOOD, license: 'MPL-2.0', dev: true }],
    [
      'that asks for others of the registry',
      { ...GOOD, dependencies: { a: '^1.2 || >=3 <4', b: 'npm:@c/d@~1', e: '*' } },
    ],
  ])('is good %s', (_, entry) => {
    expect(complaintsAbout(entry)).toEqual([])
  })

  it.each<[string, LockEntry, RegExp]>([
    ['of another registry', { ...GOOD, resolved: 'https://npm.example/thing.tgz' }, /npm\.example/],
    [
      'of one that only looks like it',
      { ...GOOD, resolved: 'https://registry.npmjs.org.example/t.tgz' },
      /example/,
    ],
    ['without encryption', { ...GOOD, resolved: 'http://registry.npmjs.org/thing.tgz' }, /http:/],
    ['of a repository', { ...GOOD, resolved: 'git+ssh://git@github.com/a/thing.git#1' }, /git\+ssh/],
    ['of a file', { ...GOOD, resolved: 'file:../thing.tgz' }, /file:/],
    ['that is a link', { link: true, license: 'MIT' }, /folder of this computer/],
    ['without a hash', { ...GOOD, integrity: undefined }, /nothing to tell/],
    [
      'without a hash, for one system',
      { ...GOOD, integrity: undefined, optional: true, os: ['win32'] },
      /nothing/,
    ],
    ['with a weak hash', { ...GOOD, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, /sha1/],
    [
      'with a second, weak hash',
      { ...GOOD, integrity: `${integrity} sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=` },
      /sha1/,
    ],
    ['with scripts', { ...GOOD, hasInstallScript: true }, /scripts/],
    [
      'that asks for a repository',
      { ...GOOD, dependencies: { other: 'github:a/b' } },
      /other from github:a\/b/,
    ],
    ['that asks for one of GitHub, short', { ...GOOD, dependencies: { other: 'a/b' } }, /other from a\/b/],
    [
      'that asks for an address',
      { ...GOOD, dependencies: { other: 'https://a.example/b.tgz' } },
      /a\.example/,
    ],
    ['that asks for a folder', { ...GOOD, dependencies: { other: 'file:../b' } }, /file:/],
    ['under a licence that binds', { ...GOOD, license: 'GPL-3.0' }, /GPL-3\.0/],
    ['under a sum of licences, one of which binds', { ...GOOD, license: 'MIT AND GPL-3.0' }, /GPL-3\.0/],
    ['under no licence', { ...GOOD, license: undefined }, /not stated/],
  ])('is refused %s', (_, entry, complaint) => {
    expect(complaintsAbout(entry)).toEqual([expect.stringMatching(complaint)])
  })

  it('may bring scripts where package.json allows it, or where they are known to be idle in this version', () => {
    const entry = { ...GOOD, hasInstallScript: true }
    expect(complaintsAbout(entry, 'node_modules/sqlite3')).toEqual([])
    expect(complaintsAbout({ ...entry, version: '0.27.7' }, 'node_modules/a/node_modules/esbuild')).toEqual(
      [],
    )
    expect(complaintsAbout(entry, 'node_modules/esbuild')).toHaveLength(1)
  })

  it('may lack a hash where the mirror had no file to hash, and only there', () => {
    const { integrity: _, ...entry } = { ...GOOD, optional: true, os: ['win32'] }
    expect(complaintsAbout(entry, 'node_modules/@tailwindcss/oxide-win32-x64-msvc')).toEqual([])
    expect(
      complaintsAbout({ ...entry, optional: false }, 'node_modules/@tailwindcss/oxide-win32-x64-msvc'),
    ).toHaveLength(1)
  })

  it('that is a tool has to be permissive as soon as a bundle holds it', () => {
    const entry = { ...GOOD, license: 'MPL-2.0', dev: true }
    expect(complaintsAbout(entry, 'node_modules/thing', ['node_modules/thing'])).toHaveLength(1)
  })
})
