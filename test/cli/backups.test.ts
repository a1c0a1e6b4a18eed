import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockFile } from '../../electron/database/lock'
import { commandLineWithSchool, type CommandLine } from '../helpers/commandLine'

interface Listed {
  name: string
  state: string
  reason: string
}

const listed = async ({ run, file }: CommandLine) =>
  ((await run('backups', file, '--json')).json as { backups: Listed[] }).backups

describe('backup, backups, restore', () => {
  it('go there and back', async () => {
    const terminal = await commandLineWithSchool()
    const { run, file } = terminal
    expect((await run('backups', file)).stdout).toContain('There are no backups')
    const made = await run('backup', file, '--json')
    expect(made.json).toMatchObject({ state: 'sound', reason: 'by-hand', pending: 0, counts: { users: 3 } })
    const { backup } = made.json as { backup: string }
    await run('remove', 'users', '1', '--in', file)

    const trial = await run('restore', backup, '--to', file, '--dry-run', '--json')
    expect(trial).toMatchObject({
      exitCode: 0,
      json: { counts: { users: { added: 1, changed: 0, removed: 0 } } },
    })
    expect((await run('restore', backup, '--to', file, '--dry-run')).stdout).toMatch(/^Person +1 +0 +0$/m)
    const restored = await run('restore', backup, '--to', file, '--json')
    expect(restored).toMatchObject({ exitCode: 0 })
    expect(restored.json).toMatchObject({ file, backup, counts: { users: 3 }, isReplacedDamaged: false })
    const { replaced } = restored.json as { replaced: string }
    expect(await listed(terminal)).toMatchObject([
      { name: basename(replaced), reason: 'before-restore', state: 'sound', counts: { users: 2 } },
      { name: basename(backup), reason: 'by-hand', state: 'sound', counts: { users: 3 } },
    ])

    const undone = await run('restore', replaced, '--to', file)
    expect(undone.stdout).toContain('2 people')
    expect(undone.stdout).toContain('restoring it undoes this')
    expect((await run('info', file, '--json')).json).toMatchObject({ counts: { users: 2 } })
    expect((await run('backups', file)).stdout).toMatch(/Before a restore +\d.* Sound/)
  })

  it('help a file that is gone', async () => {
    const { run, file } = await commandLineWithSchool()
    const { backup } = (await run('backup', file, '--json')).json as { backup: string }
    await rm(file)
    expect((await run('backups', file, '--json')).exitCode).toBe(0)
    expect((await run('restore', backup, '--to', file, '--json')).json).toMatchObject({ replaced: null })
    expect((await run('check', file)).exitCode).toBe(0)
    expect((await run('backups', `${file}x`)).exitCode).toBe(1)
  })

  it('write into another folder', async () => {
    const { run, file, folder } = await commandLineWithSchool()
    const { backup } = (await run('backup', file, '--to', join(folder, 'stick'), '--json')).json as {
      backup: string
    }
    expect(backup.startsWith(join(folder, 'stick', 'school-'))).toBe(true)
  })

  it('refuse, and change nothing', async () => {
    const { run, file, write } = await commandLineWithSchool()
    const { backup } = (await run('backup', file, '--json')).json as { backup: string }
    const before = await readFile(file)
    const notes = await write('notes.rollbook', 'notes')
    expect(await run('restore', notes, '--to', file)).toMatchObject({ exitCode: 4 })
    expect(await run('backup', notes)).toMatchObject({ exitCode: 4 })
    await writeFile(notes, (await readFile(backup)).subarray(0, 30_000))
    const damaged = await run('restore', notes, '--to', file)
    expect(damaged).toMatchObject({ exitCode: 1 })
    expect(damaged.stderr).toContain('damaged')
    expect(await run('restore', file, '--to', file)).toMatchObject({ exitCode: 1 })
    expect(await run('restore', `${backup}x`, '--to', file)).toMatchObject({ exitCode: 1 })
    expect(await run('restore', backup)).toMatchObject({ exitCode: 2 })
    const lock = await lockFile(file, 'Ana, Rollbook 1', new Date())
    onTestFinished(() => lock.release())
    const held = await run('restore', backup, '--to', file)
    expect(held).toMatchObject({ exitCode: 4 })
    expect(held.stderr).toContain('Ana')
    expect(await run('backup', file)).toMatchObject({ exitCode: 0 })
    expect((await readFile(file)).equals(before)).toBe(true)
  })
})
