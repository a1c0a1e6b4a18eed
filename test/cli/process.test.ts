import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../electron/database/connection'
import { lockFile } from '../../electron/database/lock'
import { commandLineWithSchool, type Ran, ranOf } from '../helpers/commandLine'
import { sparseCheckout } from '../helpers/sparseCheckout'

// The program itself, as it is built. `npm test` builds it first.
const program = resolve(import.meta.dirname, '../../out/main/cli.cjs')

const execute = (home: string, ...argv: string[]) => executeBy(process.execPath, [], home, ...argv)

/** Whether a program can be given a terminal here. */
const hasTerminals = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false

function executeBy(command: string, before: string[], home: string, ...argv: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, ROLLBOOK_HOME: home }
    const child = execFile(command, [...before, program, ...argv], { env }, (_, stdout, stderr) =>
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
    const rows = Array.from({ length: 100_000 }, (_, at) => `A,B,p${at}@x.ba,Student`)
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

describe.runIf(existsSync(program) && hasTerminals)('somebody at a terminal', () => {
  /** A checkout whose program has one column of a model under another name. */
  async function checkoutWithRenaming() {
    const checkout = await sparseCheckout()
    const build = join(checkout, 'out', 'main')
    await cp(dirname(program), build, { recursive: true })
    const models = (await readdir(build)).find((name) => name.startsWith('models-'))
    const source = await readFile(join(build, models ?? ''), 'utf8')
    const renamed = source
      .replaceAll('end_reason', 'leaving_reason')
      .replace('endReason: {', `endReason: { field: 'leaving_reason',`)
    await writeFile(join(build, models ?? ''), renamed)
    return { checkout, program: join(build, 'cli.cjs') }
  }

  /** Types an answer to each question that ends in `[y/N]`. */
  async function converse(home: string, words: string[], answers: string[]) {
    const line = [process.execPath, ...words].map((word) => `'${word}'`).join(' ')
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      env: { ...process.env, ROLLBOOK_HOME: home, TERM: 'xterm' },
    })
    let [said, asked] = ['', 0]
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      for (; asked < said.split('[y/N]').length - 1; asked++) child.stdin.write(answers[asked] ?? '')
    })
    const exitCode = await new Promise((resolve) => child.on('close', resolve))
    return { exitCode, said }
  }

  it('is asked what a comparison cannot know, and may leave without an answer', async () => {
    const { checkout, program } = await checkoutWithRenaming()
    const revision = (message: string, ...answers: string[]) =>
      converse(join(checkout, 'home'), [program, 'db', 'revision', '-m', message, '--autogenerate'], answers)
    const written = async () =>
      (await readdir(join(checkout, 'migrations'))).filter((name) => /ts$/.test(name))

    const kept = await revision('kept', 'n\r', 'n\r')
    expect(kept).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('Nothing was written') as string,
    })
    for (const key of ['\u0003', '\u0004']) {
      const left = await revision('left', key)
      expect(left).toMatchObject({ exitCode: 1, said: expect.stringContaining('Stopped') as string })
    }
    expect(await written()).toEqual([])

    const renamed = await revision('renamed', 'y\r')
    expect(renamed.said).toContain(
      `Was 'enrollments.end_reason' renamed to 'enrollments.leaving_reason'? [y/N]`,
    )
    expect(renamed.exitCode).toBe(0)
    const [name = ''] = await written()
    expect(await readFile(join(checkout, 'migrations', name), 'utf8')).toContain(
      `op.renameColumn('enrollments', 'end_reason', 'leaving_reason')`,
    )
  })
})

/** As root, a program is run as nobody: to root nothing is read-only. */
const asReader =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : []

describe.runIf(existsSync(program) && process.platform !== 'win32')('a file that may only be read', () => {
  /** A folder with a school of the schema before, and one with a `-wal` beside it, all of them read-only. */
  async function readOnlyFolder() {
    const { run, file, folder } = await commandLineWithSchool()
    const [places, home] = [join(folder, 'places'), join(folder, 'home')]
    const [behind, waiting] = [join(places, 'behind.rollbook'), join(places, 'waiting.rollbook')]
    await mkdir(places)
    await cp(file, behind)
    expect(await run('db', 'downgrade', '--file', behind)).toMatchObject({ exitCode: 0 })
    await rm(`${behind}.lock`)
    await rm(`${behind}.backups`, { recursive: true })
    const connection = connect(file)
    await connection.query(`INSERT INTO user_types (name) VALUES ('Late')`)
    for (const end of ['', '-wal']) await cp(file + end, waiting + end)
    await connection.close()
    for (const name of await readdir(places)) await chmod(join(places, name), 0o444)
    await mkdir(home, { recursive: true })
    await chmod(home, 0o777)
    await chmod(folder, 0o755)
    await chmod(places, 0o555)
    onTestFinished(() => chmod(places, 0o755))
    const [command = process.execPath, ...before] = [...asReader, process.execPath]
    const read = (...argv: string[]) => executeBy(command, before, home, ...argv)
    return { read, places, behind, waiting }
  }

  const contentOf = async (folder: string) =>
    Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))]))

  it('is read by who reads, refused to who writes, and never altered', async () => {
    const { read, places, behind, waiting } = await readOnlyFolder()
    const former = await contentOf(places)
    expect((await read('db', 'current', '--file', behind, '--json')).json).toMatchObject({
      pending: [expect.any(String)],
    })
    expect((await read('db', 'tables', 'users', '--file', behind, '--json')).json).toMatchObject({
      tables: { users: { rows: 3 } },
    })
    expect((await read('db', 'upgrade', '--sql', '--file', behind)).stdout).toMatch(/COMMIT;\n$/)
    expect((await read('info', behind, '--json')).json).toMatchObject({ counts: { users: 3 }, pending: 1 })
    for (const argv of [['upgrade'], ['downgrade'], ['stamp', 'head']])
      expect(await read('db', ...argv, '--file', behind)).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('cannot be written here. Nothing was changed.') as string,
      })
    for (const argv of [['current'], ['tables']])
      expect(await read('db', ...argv, '--file', waiting)).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('stands beside the file') as string,
      })
    expect(await contentOf(places)).toEqual(former)
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
