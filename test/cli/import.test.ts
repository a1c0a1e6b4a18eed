import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CommandLine, commandLine, commandLineWithSchool } from '../helpers/commandLine'

const GOOD = 'first_name,last_name,email,user_type\nEma,Ej,ema@x.ba,Student\nIva,Ivić,iva@x.ba,Guardian\n'
const MIXED =
  'Ime;Prezime;E-pošta;Tip;Dob;Boja\nEma;Ej;ema@x.ba;Student;12;red\nIva;;iva@x.ba;Student;13;red\nAna;Anić;ana@x.ba;Student;abc;red\n'
const BAD = 'first_name,last_name,email,user_type\nEma,,ema@x.ba,Student\n'

async function counts({ run, file }: CommandLine) {
  return ((await run('info', file, '--json')).json as { counts: Record<string, number> }).counts
}

describe('import', () => {
  it('takes a good file as one change set, and says which user types it made', async () => {
    const terminal = await commandLineWithSchool()
    const { run, file, write } = terminal
    const { exitCode, json } = await run('import', await write('people.csv', GOOD), '--into', file, '--json')
    expect(exitCode).toBe(0)
    expect(json).toEqual({
      format: 'csv',
      encoding: 'utf-8',
      delimiter: 'comma',
      entity: 'users',
      rows: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      warnings: [
        {
          file: 'people.csv',
          row: null,
          column: null,
          code: 'user-type-new',
          message: 'The user type Guardian is new and is created.',
          value: 'Guardian',
        },
      ],
      errors: [],
      changeSet: 8,
      ms: expect.any(Number),
    })
    expect(await run('undo', '8', '--in', file)).toMatchObject({ exitCode: 0 })
    expect(await counts(terminal)).toMatchObject({ users: 3, userTypes: 2 })
  })

  it('takes the good rows and names every problem by row, column and value', async () => {
    const terminal = await commandLineWithSchool()
    const { run, file, folder, write } = terminal
    const rejects = join(folder, 'rejects.csv')
    const source = await write('ljudi.csv', MIXED)
    const { exitCode, json } = await run('import', source, '--into', file, '--rejects', rejects, '--json')
    expect(exitCode).toBe(3)
    expect(json).toMatchObject({ delimiter: 'semicolon', rows: 3, created: 1, rejected: 2, changeSet: 8 })
    const { errors, warnings } = json as Record<'errors' | 'warnings', Record<string, unknown>[]>
    expect(warnings).toMatchObject([{ row: 1, column: 'Boja', code: 'column-unknown' }])
    expect(errors).toContainEqual({
      file: 'ljudi.csv',
      row: 4,
      column: 'Dob',
      code: 'not-integer',
      message: 'Enter a whole number.',
      value: 'abc',
    })
    expect(new Set(errors.map(({ row }) => row))).toEqual(new Set([3, 4]))
    expect(errors.every(({ message }) => typeof message === 'string' && message !== '')).toBe(true)

    const mended = (await readFile(rejects, 'utf8'))
      .replace(';;', ';Ivić;')
      .replace('abc', '14')
      .replace('ana@x', 'anja@x')
    const again = await run('import', await write('mended.csv', mended), '--into', file, '--json')
    expect(again).toMatchObject({ exitCode: 0, json: { created: 2, rejected: 0 } })
    expect(await counts(terminal)).toMatchObject({ users: 6 })
  })

  it('shows people a table of problems beside a result of one line', async () => {
    const { run, file, write } = await commandLineWithSchool()
    const { stdout, stderr } = await run('import', await write('ljudi.csv', MIXED), '--into', file)
    expect(stdout).toBe(
      '3 rows: 1 created, 0 updated, 0 unchanged, 2 rejected.\nChange set 8; undo takes it back.\n',
    )
    expect(stderr).toMatch(/ 4 {2}Dob +abc +Enter a whole number\./)
  })

  it('changes nothing where nothing can be taken', async () => {
    const terminal = await commandLineWithSchool()
    const { run, file, write } = terminal
    const before = await counts(terminal)
    const mixed = await write('mixed.csv', MIXED)
    const cases: [string[], object][] = [
      [[mixed, '--on-error', 'all-or-nothing'], { created: 0, rejected: 2, changeSet: null }],
      [[await write('bad.csv', BAD)], { rows: 1, created: 0, rejected: 1, changeSet: null }],
      [[await write('what.csv', 'a,b\n1,2\n')], { rows: 0, errors: [{ code: 'entity-unknown', row: null }] }],
      [[await write('empty.csv', '')], { rows: 0, errors: [{ code: 'file-empty' }] }],
    ]
    for (const [argv, json] of cases) {
      expect(await run('import', ...argv, '--into', file, '--json')).toMatchObject({ exitCode: 1, json })
    }
    expect(await counts(terminal)).toEqual(before)
  })

  it('tries without changing anything', async () => {
    const terminal = await commandLineWithSchool()
    const { run, file, write } = terminal
    const trial = await run('import', await write('mixed.csv', MIXED), '--into', file, '--dry-run', '--json')
    expect(trial).toMatchObject({ exitCode: 3, json: { created: 1, rejected: 2, changeSet: null } })
    expect(await counts(terminal)).toMatchObject({ users: 3 })
  })

  it('updates and matches as told', async () => {
    const { run, file, write } = await commandLineWithSchool()
    const source = await write('p.csv', 'first_name,last_name,email,user_type\nAnna,Čović,ana@x.ba,Student\n')
    expect(await run('import', source, '--into', file, '--json')).toMatchObject({ exitCode: 1 })
    const updated = await run(
      'import',
      source,
      '--into',
      file,
      '--mode',
      'upsert',
      '--match',
      'email',
      '--json',
    )
    expect(updated).toMatchObject({ exitCode: 0, json: { created: 0, updated: 1 } })
    const again = await run('import', source, '--into', file, '--mode', 'upsert', '--json')
    expect(again).toMatchObject({ exitCode: 0, json: { unchanged: 1, changeSet: null } })
  })

  it('reads columns, delimiters, dates and defaults as told', async () => {
    const { run, file, write } = await commandLineWithSchool()
    const source = await write('c.csv', 'what\twhen\nLatin\t03.02.2026\n')
    const options = ['--map', 'what=name', '--map', 'when=start_date', '--default', 'end_date=2026-12-01']
    const told = [...options, '--dates', 'dmy', '--delimiter', '\\t', '--entity', 'courses']
    expect(await run('import', source, '--into', file, ...told, '--json')).toMatchObject({
      exitCode: 0,
      json: { delimiter: 'tab', entity: 'courses', created: 1 },
    })
    expect((await run('list', 'courses', '--in', file, '--search', 'latin', '--json')).json).toMatchObject({
      rows: [{ startDate: '2026-02-03', endDate: '2026-12-01' }],
    })
  })

  it('says what is not there yet, and what it does not know', async () => {
    const { run, file, write } = await commandLineWithSchool()
    const source = await write('good.csv', GOOD)
    const cases: [string[], string][] = [
      [['--format', 'xlsx'], '--format xlsx is not there yet'],
      [['--format', 'pdf'], '--format "pdf" is not known'],
      [['--match', 'shoe'], '--match "shoe" is not known'],
      [['--unknown', 'own-field'], '--unknown own-field is not there yet'],
      [['--delimiter', '%'], '--delimiter "%"'],
      [['--map', 'first_name=shoe'], 'shoe'],
      [['--map', 'shoe=firstName'], 'shoe'],
      [['--default', 'age=abc'], 'Enter a whole number'],
      [['--rejects', file], "would write over the school's own file"],
      [['--rejects', source], 'would write over the file that is imported'],
    ]
    for (const [options, words] of cases) {
      const ran = await run('import', source, '--into', file, ...options)
      expect(ran, options.join(' ')).toMatchObject({ exitCode: 2, stdout: '' })
      expect(ran.stderr).toContain(words)
    }
    const missing = await run('import', join(file, '..', 'no.csv'), '--into', file)
    expect(missing).toMatchObject({ exitCode: 1 })
    expect(missing.stderr).toContain('no.csv')
  })

  it('leaves nothing half done when it is stopped', async () => {
    const terminal = await commandLineWithSchool()
    const { runIn, file, home, write } = terminal
    const rows = Array.from({ length: 20_000 }, (_, at) => `A,B,p${at}@x.ba,Student`)
    const source = await write('many.csv', `first_name,last_name,email,user_type\n${rows.join('\n')}\n`)
    // The first progress of each phase in turn: reading, matching, writing.
    for (const phases of [1, 2, 3]) {
      const controller = new AbortController()
      const seen = new Set<string>()
      const write = (text: string) => {
        seen.add(text.replace(/[^A-Za-z]/g, ''))
        if (seen.size === phases) controller.abort()
      }
      const stopped = await runIn(
        { signal: controller.signal, stderr: { write, isTTY: true } },
        ...['import', source, '--into', file, '--json'],
      )
      expect(stopped).toMatchObject({ exitCode: 1, json: { error: { code: 'cancelled' } } })
    }
    expect(await counts(terminal)).toMatchObject({ users: 3, userTypes: 2 })
    expect(await readdir(join(home, 'work'))).toEqual([])
  })

  it('hides no failure of our own, and shows no stack', async () => {
    const { runIn, file, home, write } = await commandLineWithSchool()
    const source = await write('good.csv', GOOD)
    const forkParser = () => {
      throw new Error('about Ana')
    }
    const { exitCode, stderr } = await runIn({ forkParser }, 'import', source, '--into', file)
    expect(exitCode).toBe(1)
    expect(stderr).not.toContain('    at ')
    const log = join(home, 'logs', 'command-line.log')
    expect(stderr).toContain(log)
    const logged = await readFile(log, 'utf8')
    expect(logged).toContain('imports.prepare')
    expect(logged).toContain('import.test.ts')
    expect(logged).not.toContain('about Ana')
    const env = { ROLLBOOK_HOME: home, ROLLBOOK_DEBUG: '1' }
    expect((await runIn({ forkParser, env }, 'import', source, '--into', file)).stderr).toContain('about Ana')
  })
})

describe('export', () => {
  it('writes what an import gives back unaltered', async () => {
    const { run, file, folder } = await commandLineWithSchool()
    await run('enroll', '1', '2', '--course', 'Biology', '--in', file)
    const other = join(folder, 'other.rollbook')
    await run('create', other, '--language', 'hr')
    for (const entity of ['userTypes', 'users', 'courses', 'enrollments']) {
      const out = join(folder, `${entity}.csv`)
      const exported = await run(
        'export',
        '--from',
        file,
        '--entity',
        entity,
        '--format',
        'csv',
        '--out',
        out,
        '--json',
      )
      expect(exported).toMatchObject({ exitCode: 0, json: { entity, format: 'csv', file: out } })
      expect(await run('import', out, '--into', other, '--entity', entity, '--match', 'id')).toMatchObject({
        exitCode: 0,
      })
    }
    // When an age was entered is known from history, which no data file has.
    const listed = async (school: string, entity: string) => {
      const { stdout } = await run('list', entity, '--in', school, '--json')
      return stdout.replaceAll(/"ageEnteredAt":\s*"[^"]*"/g, '')
    }
    for (const entity of ['userTypes', 'users', 'courses', 'enrollments'])
      expect(await listed(other, entity)).toEqual(await listed(file, entity))
  })

  it('never writes over the school, nor in a format that is not there', async () => {
    const { run, file, folder } = await commandLineWithSchool()
    const before = await readFile(file)
    const out = join(folder, 'out.xlsx')
    const base = ['export', '--from', file, '--entity', 'users']
    expect(await run(...base, '--format', 'csv', '--out', file)).toMatchObject({ exitCode: 2 })
    expect(await run(...base, '--format', 'xlsx', '--out', out)).toMatchObject({ exitCode: 2 })
    expect(await run(...base, '--format', 'csv')).toMatchObject({ exitCode: 2 })
    expect((await readFile(file)).equals(before)).toBe(true)
    expect(existsSync(out)).toBe(false)
  })

  it('needs a school', async () => {
    const { run, folder } = await commandLine()
    const out = join(folder, 'out.csv')
    const ran = await run(
      'export',
      '--from',
      join(folder, 'none'),
      '--entity',
      'users',
      '--format',
      'csv',
      '--out',
      out,
    )
    expect(ran).toMatchObject({ exitCode: 1 })
  })
})
