import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockFile } from '../../electron/database/lock'
import { commandLineWithSchool, type Ran, ranOf } from '../helpers/commandLine'

// The program itself, as it is built. `npm test` builds it first.
const program = resolve(import.meta.dirname, '../../out/main/cli.cjs')

function execute(home: string, ...argv: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, ROLLBOOK_HOME: home }
    const child = execFile(process.execPath, [program, ...argv], { env }, (_, stdout, stderr) =>
      resolve(ranOf(child.exitCode ?? -1, stdout, stderr)),
    )
  })
}

describe.runIf(existsSync(program))('the program', () => {
  it('answers by exit code, with one object on standard output', async () => {
    const { file, folder, home } = await commandLineWithSchool()
    const source = join(folder, 'people.csv')
    await writeFile(
      source,
      'first_name,last_name,email,user_type\nEma,Ej,ema@x.ba,Student\nIva,,iva@x.ba,Student\n',
    )
    expect(await execute(home, 'info', file, '--json')).toMatchObject({ exitCode: 0, json: { pending: 0 } })
    expect(await execute(home, 'info', file + 'x', '--json')).toMatchObject({
      exitCode: 1,
      json: { error: {} },
    })
    expect(await execute(home, 'info')).toMatchObject({ exitCode: 2, stdout: '' })
    const imported = await execute(home, 'import', source, '--into', file, '--json')
    expect(imported).toMatchObject({ exitCode: 3, json: { created: 1, rejected: 1 } })
    const lock = await lockFile(file, 'another program', new Date())
    expect(await execute(home, 'undo', '8', '--in', file)).toMatchObject({ exitCode: 4, stdout: '' })
    await lock.release()
    expect(await execute(home, 'undo', '8', '--in', file)).toMatchObject({ exitCode: 0 })
  })

  it('is the only one to write while it writes, and stops cleanly at Ctrl+C', async () => {
    const { run, file, folder, home } = await commandLineWithSchool()
    const rows = Array.from({ length: 200_000 }, (_, at) => `A,B,p${at}@x.ba,Student`)
    const source = join(folder, 'many.csv')
    await writeFile(source, `first_name,last_name,email,user_type\n${rows.join('\n')}\n`)
    const work = join(home, 'work')
    await mkdir(work, { recursive: true })
    const env = { ...process.env, ROLLBOOK_HOME: home }
    const child = spawn(process.execPath, [program, 'import', source, '--into', file, '--json'], { env })
    const ended = endOf(child)
    // The scratch file is there once the school is open and the reading has begun.
    while ((await readdir(work)).length === 0) {
      if (child.exitCode !== null) throw new Error('it ended before it could be stopped')
    }
    const second = await run('add', 'userTypes', 'name=Other', '--in', file)
    expect(second.exitCode).toBe(4)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ exitCode: 1, json: { error: { code: 'cancelled' } } })
    expect((await run('info', file, '--json')).json).toMatchObject({ counts: { users: 3 }, integrity: 'ok' })
    expect(await readdir(work)).toEqual([])
  })
})

function endOf(child: ChildProcess): Promise<Ran> {
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (said[name] += text))
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(ranOf(code ?? -1, said.stdout, said.stderr)))
  })
}
