// The command line of the installed program: Electron's own executable, by the launcher that the package brings.
import { spawn, type ChildProcess } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { APP_FOLDER, endRollbook, sandboxArguments, startRollbook } from '../helpers/electron'
import { electronRuntime } from '../../scripts/electron.mjs'

let installed: { folder: string; home: string; launcher: string; people: string }

describe.runIf(process.platform === 'linux')('the installed command line', () => {
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollbook-e2e-'))
    const [home, launcher, people] = ['home', 'bin/rollbook', 'people.csv'].map((name) => join(folder, name))
    installed = { folder, home: home ?? '', launcher: launcher ?? '', people: people ?? '' }
    await mkdir(join(folder, 'bin'))
    await copyFile(resolve(import.meta.dirname, '../../scripts/package/rollbook.sh'), installed.launcher)
    const words = [electronRuntime().executable, APP_FOLDER, ...sandboxArguments()].map((word) => `'${word}'`)
    await writeFile(join(folder, 'rollbook'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 })
    await writeFile(installed.people, `${HEADER}Ema,Ej,ema@x.ba,Student\nIva,,iva@x.ba,Student\n`)
    return () => rm(folder, { recursive: true, force: true })
  })

  it('does what a command does, and answers by exit code with nothing but the result on standard output', async () => {
    expect(await rollbook('create', 'a.rollbook', '--school', 'A')).toMatchObject({ code: 0, errors: '' })
    const imported = await rollbook('import', 'people.csv', '--into', 'a.rollbook', '--json')
    expect(imported.code).toBe(3)
    expect(JSON.parse(imported.output)).toMatchObject({ created: 1, rejected: 1, errors: [{ row: 3 }] })
    expect(imported.errors).not.toMatch(/ERROR:|:\d+\] /)
    const listed = await rollbook('list', 'users', '--in', 'a.rollbook', '--json')
    expect(JSON.parse(listed.output)).toMatchObject({ total: 1, rows: [{ firstName: 'Ema' }] })
    const unknown = await rollbook('imprt', 'people.csv')
    expect(unknown).toMatchObject({ code: 2, output: '' })
    expect(unknown.errors).toContain('COMMAND "imprt" is not known')
    expect(await rollbook('--version')).toMatchObject({ code: 0, errors: '' })
    expect(await readdir(installed.home)).not.toContain('preferences.json')
  })

  it('loses nothing of a long result to a reader who takes their time, and bears one who has read enough', async () => {
    await rollbook('create', 'b.rollbook', '--sample', '2000')
    const list = `'${installed.launcher}' list users --in b.rollbook --limit 2000 --json`
    const slow = await run('sh', ['-c', `${list} | { sleep 1; cat; }`])
    expect((JSON.parse(slow.output) as { rows: unknown[] }).rows).toHaveLength(2000)
    expect(slow.output.length).toBeGreaterThan(200_000)
    const short = await run('sh', ['-c', `${list} | head -c 10`])
    expect(short).toMatchObject({ code: 0, output: '{"entity":' })
    expect(short.errors).not.toContain('EPIPE')
  })

  it('works beside a window and beside itself, and writes no file that another has open', async () => {
    const started = await startRollbook()
    onTestFinished(() => endRollbook(started))
    const { path } = await started.api.schools.createSample({})
    await Promise.all(['c', 'd'].map((name) => rollbook('create', `${name}.rollbook`)))
    const all = await Promise.all([
      rollbook('list', 'users', '--in', path, '--limit', '1', '--json'),
      rollbook('add', 'userTypes', 'name=Guest', '--in', path),
      rollbook('add', 'userTypes', 'name=Guest', '--in', 'c.rollbook'),
      rollbook('add', 'userTypes', 'name=Guest', '--in', 'd.rollbook'),
    ])
    expect(all.map(({ code }) => code)).toEqual([0, 4, 0, 0])
    expect(JSON.parse(all[0]?.output ?? '')).toMatchObject({ total: 800 })
    expect(all[1]?.errors).toContain('Rollbook')
    expect(await started.api.overview.get({})).toMatchObject({ users: { all: 800 } })
    // Nor is it a second start of the window, with the same settings.
    const info = await rollbookIn({ ROLLBOOK_HOME: started.home }, 'info', path, '--json')
    expect(JSON.parse(info.output)).toMatchObject({ counts: { users: 800 } })
  })

  it('needs no display, and stops cleanly at Ctrl+C there too', async () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => `A,B,p${at}@x.ba,Student`)
    await writeFile(join(installed.folder, 'many.csv'), `${HEADER}${rows.join('\n')}\n`)
    expect(await rollbookIn(UNSEEN, 'create', 'e.rollbook')).toMatchObject({ code: 0, errors: '' })
    const command = ['import', 'many.csv', '--into', 'e.rollbook', '--json']
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = begin(installed.launcher, command, UNSEEN)
      const ended = endOf(child)
      // The scratch file is there once the reading has begun.
      while ((await workFiles()).length === 0) {
        if (child.exitCode !== null) throw new Error('it ended before it could be stopped')
      }
      // A terminal tells all of them, anyone else the launcher alone.
      process.kill(signal === 'SIGINT' ? -(child.pid ?? 0) : (child.pid ?? 0), signal)
      const { code, output } = await ended
      expect({ code, output: JSON.parse(output) as unknown }).toMatchObject({
        code: 1,
        output: { error: { code: 'cancelled' } },
      })
      expect(await workFiles()).toEqual([])
    }
    const info = await rollbookIn(UNSEEN, 'info', 'e.rollbook', '--json')
    expect(JSON.parse(info.output)).toMatchObject({ counts: { users: 0 }, integrity: 'ok' })
  })

  it('says what is missing where there is no display', async () => {
    for (const args of [[], ['a.rollbook'], ['--file', 'list']])
      expect(await rollbookIn(UNSEEN, ...args)).toMatchObject({
        code: 1,
        output: '',
        errors: expect.stringContaining('no display to open a window on') as string,
      })
    const bin = join(installed.folder, 'fewer')
    await mkdir(bin)
    for (const name of ['dirname', 'readlink']) {
      const { output } = await run('sh', ['-c', `command -v ${name}`])
      await writeFile(join(bin, name), `#!/bin/sh\nexec ${output.trim()} "$@"\n`, { mode: 0o755 })
    }
    expect(await rollbookIn({ ...UNSEEN, PATH: bin }, 'info', 'a.rollbook')).toMatchObject({
      code: 1,
      output: '',
      errors: expect.stringContaining('apt install xvfb') as string,
    })
  })
})

const HEADER = 'first_name,last_name,email,user_type\n'
const UNSEEN = { DISPLAY: '', WAYLAND_DISPLAY: '' }

type Environment = Record<string, string>

interface Ended {
  code: number | null
  output: string
  errors: string
}

const rollbook = (...args: string[]) => rollbookIn({}, ...args)
const rollbookIn = (env: Environment, ...args: string[]) => run(installed.launcher, args, env)
const run = (program: string, args: string[], env: Environment = {}) => endOf(begin(program, args, env))

/** Starts a program as a terminal does, in a group of its own. */
function begin(program: string, args: string[], env: Environment): ChildProcess {
  const { folder, home } = installed
  const all = { ...process.env, ROLLBOOK_HOME: home, HOME: folder, ...env }
  return spawn(program, args, { cwd: folder, env: all, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
}

function endOf(child: ChildProcess): Promise<Ended> {
  const ended: Ended = { code: null, output: '', errors: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (ended.output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (ended.errors += text))
  return new Promise((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code) => settle({ ...ended, code }))
  })
}

async function workFiles(): Promise<string[]> {
  return readdir(join(installed.home, 'work')).catch(() => [])
}
