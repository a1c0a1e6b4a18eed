import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'

const run = promisify(execFile)

const INSTALLERS = {
  'Rollbook-Setup-1.2.3.exe': 'for Windows',
  'Rollbook-1.2.3-universal-mac.zip': 'for macOS',
  'rollbook_1.2.3_amd64.deb': 'for Debian',
}
const NOTES = {
  'signatures-win32.json': '{ "Rollbook-Setup-1.2.3.exe": "signed" }',
  'signatures-darwin.json': '{ "Rollbook-1.2.3-universal-mac.zip": "unsigned" }',
  'signatures-linux.json': '{}',
}

describe('the notes of a release', () => {
  it('have the checksum of each file, as sha256sum writes them', async () => {
    const folder = await writeNotes({ ...INSTALLERS, ...NOTES })
    const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8')
    expect(sums.trim().split('\n')).toHaveLength(3)
    // printf 'for Debian' | sha256sum
    expect(sums).toContain(
      '0bebdb860a48c2c78af0880b265fd4d49dd5983adec3b7fb08160f068209c582  rollbook_1.2.3_amd64.deb\n',
    )
  })

  it('say what each file is for, and which is signed', async () => {
    const folder = await writeNotes({ ...INSTALLERS, ...NOTES })
    const notes = await readFile(join(folder, 'RELEASE-NOTES.md'), 'utf8')
    expect(notes).toContain('| `Rollbook-Setup-1.2.3.exe` | Windows | 0.0 MB | signed |')
    expect(notes).toContain('| `rollbook_1.2.3_amd64.deb` | Debian, Ubuntu | 0.0 MB |  |')
    expect(notes).toMatch(/^\*\*Not signed: Rollbook-1\.2\.3-universal-mac\.zip\.\*\*/)
  })

  it('warn of nothing where all are signed', async () => {
    const signed = { 'signatures-darwin.json': '{ "Rollbook-1.2.3-universal-mac.zip": "notarised" }' }
    const folder = await writeNotes({ ...INSTALLERS, ...NOTES, ...signed })
    expect(await readFile(join(folder, 'RELEASE-NOTES.md'), 'utf8')).not.toContain('Not signed')
  })

  it('are not written where a system did not say, or its installer is missing', async () => {
    const { 'signatures-win32.json': _, ...without } = NOTES
    await expect(writeNotes({ ...INSTALLERS, ...without })).rejects.toThrow(
      'no note of the signatures of win32',
    )
    await expect(writeNotes(NOTES)).rejects.toThrow(/lacks .*Rollbook-Setup-1\.2\.3\.exe/)
  })
})

/** Runs the script on a folder of these files. */
async function writeNotes(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-release-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await run(process.execPath, [resolve(import.meta.dirname, '../../scripts/releaseNotes.mjs'), folder])
  return folder
}
