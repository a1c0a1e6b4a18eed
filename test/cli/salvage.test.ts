import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SideConnection } from '../../electron/database/scratch'
import { commandLineWithSchool } from '../helpers/commandLine'

describe('salvage', () => {
  it('makes a school of a damaged file, which stays as it is', async () => {
    const { run, file, folder } = await commandLineWithSchool()
    const [page] = await SideConnection.readImmutable(file, (side) =>
      side.query<{ at: number }>("SELECT pgoffset AS at FROM dbstat WHERE name = 'courses'"),
    )
    const damaged = await readFile(file)
    damaged.fill(0xff, page?.at, (page?.at ?? 0) + 4_096)
    await writeFile(file, damaged)
    const before = await readFile(file)
    const into = join(folder, 'salvaged.rollbook')
    const salvaged = await run('salvage', file, '--into', into, '--json')
    expect(salvaged.exitCode).toBe(3)
    expect(salvaged.json).toMatchObject({
      file: into,
      isSchoolKnown: true,
      counts: { users: { salvaged: 3 }, courses: { salvaged: 0, unreadable: 2 } },
    })
    expect((await run('check', into)).exitCode).toBe(0)
    expect((await readFile(file)).equals(before)).toBe(true)
    expect((await run('history', '--in', into)).stdout).toContain('salvaged from school.rollbook')
  })

  it('refuses what is no school, what is not there, and to write over a file', async () => {
    const { run, file, folder, write } = await commandLineWithSchool()
    const into = join(folder, 'salvaged.rollbook')
    expect(await run('salvage', file, '--into', file)).toMatchObject({ exitCode: 1 })
    expect(await run('salvage', `${file}x`, '--into', into)).toMatchObject({ exitCode: 1 })
    const notes = await run('salvage', await write('notes.rollbook', 'notes'), '--into', into)
    expect(notes.exitCode).not.toBe(0)
    await expect(readFile(into)).rejects.toThrow('ENOENT')
  })
})
