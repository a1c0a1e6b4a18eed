import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLine, commandLineWithSchool } from '../helpers/commandLine'

describe('create', () => {
  it('makes an empty school at head, and never writes over one', async () => {
    const { run, file } = await commandLine()
    expect(
      (await run('create', file, '--school', 'Gimnazija', '--language', 'bs', '--json')).json,
    ).toMatchObject({
      file,
      school: 'Gimnazija',
      language: 'bs',
      counts: { userTypes: 0, users: 0, courses: 0, enrollments: 0 },
    })
    const again = await run('create', file)
    expect(again).toMatchObject({ exitCode: 1, stdout: '' })
    expect(again.stderr).toContain(file)
  })

  it('names the school as the file where no name is given', async () => {
    const { run, file } = await commandLine()
    expect((await run('create', file, '--json')).json).toMatchObject({ school: 'school', language: 'en' })
  })

  it('fills a sample, the same for one number', async () => {
    const { run, folder } = await commandLine()
    const lists = []
    for (const name of ['one.rollbook', 'two.rollbook']) {
      await run('create', join(folder, name), '--sample', '40')
      lists.push((await run('list', 'enrollments', '--in', join(folder, name), '--json')).json)
    }
    expect(lists[0]).toMatchObject({ entity: 'enrollments', offset: 0 })
    expect(lists[0]).toEqual(lists[1])
  })

  it('refuses what is no name and no number, by option and value', async () => {
    const { run, file } = await commandLine()
    const cases: [string[], number, string][] = [
      [['--school', 'x'.repeat(101)], 1, '--school "xxx'],
      [['--sample', 'many'], 2, '--sample "many"'],
      [['--language', 'fr'], 2, '--language "fr"'],
    ]
    for (const [options, exitCode, words] of cases) {
      const ran = await run('create', file, ...options)
      expect(ran).toMatchObject({ exitCode, stdout: '' })
      expect(ran.stderr).toContain(words)
    }
    expect(existsSync(file)).toBe(false)
  })
})

describe('info', () => {
  it('says what the file is', async () => {
    const { run, file } = await commandLineWithSchool()
    const { exitCode, json } = await run('info', file, '--json')
    expect(exitCode).toBe(0)
    expect(json).toEqual({
      schema: expect.stringMatching(/^\d{8}T\d{4}-/),
      pending: 0,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      encrypted: false,
      counts: { userTypes: 2, users: 3, courses: 2, enrollments: 0 },
      integrity: 'ok',
      sqlite: expect.stringMatching(/^3\./),
      isSoundSqlite: expect.any(Boolean),
    })
    expect((await run('info', file)).stdout).toContain('3 people, 2 courses')
  })
})

describe('list', () => {
  it('shows an aligned table in the order of the language', async () => {
    const { run, file } = await commandLineWithSchool()
    const { stdout, stderr } = await run('list', 'users', '--in', file)
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      'ID  Last name  First name  E-mail      Type     Class  Birth date  Age  Active',
      ' 2  Anić       Boris       boris@x.ba  Student                          Yes',
      ' 3  Cerić      Mara                    Teacher                          Yes',
      ' 1  Čović      Ana         ana@x.ba    Student                      12  Yes',
      '',
    ])
    expect(stderr).toBe('')
  })

  it('searches, filters, sorts and pages', async () => {
    const { run, file } = await commandLineWithSchool()
    const idsOf = async (...options: string[]) => {
      const { json } = await run('list', 'users', '--in', file, '--json', ...options)
      return (json as { rows: { userId: number }[] }).rows.map(({ userId }) => userId)
    }
    expect(await idsOf('--search', 'COVIC')).toEqual([1])
    expect(await idsOf('--search', 'ana@x')).toEqual([1])
    expect(await idsOf('--filter', 'userType=student')).toEqual([2, 1])
    expect(await idsOf('--filter', 'user_type_id=2', '--filter', 'isActive=yes')).toEqual([3])
    expect(await idsOf('--sort', '-lastName')).toEqual([1, 3, 2])
    expect(await idsOf('--sort=first_name')).toEqual([1, 2, 3])
    expect(await idsOf('--limit', '1', '--offset', '1')).toEqual([3])
    expect(await idsOf('--offset', '99')).toEqual([])
    const part = await run('list', 'users', '--in', file, '--limit', '2')
    expect(part.stderr).toContain('Rows 1 to 2 of 3')
  })

  it('lists more than one page', async () => {
    const { run, file } = await commandLine()
    await run('create', file, '--sample', '450')
    const { json } = await run('list', 'users', '--in', file, '--json')
    const { rows, ...counts } = json as { rows: { userId: number }[] }
    expect(counts).toMatchObject({ total: 450, all: 450 })
    expect(new Set(rows.map(({ userId }) => userId)).size).toBe(450)
  })

  it('shows nothing of a record that would move the cursor', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('set', 'courses', '1', 'description=\u001B[2J one\ntwo', '--in', file)
    const { stdout } = await run('list', 'courses', '--in', file)
    expect(stdout).not.toContain('\u001B')
  })
})

describe('add, set and remove', () => {
  it('change one record, each by a change set', async () => {
    const { run, file } = await commandLineWithSchool()
    const added = await run(
      'add',
      'user',
      'First_Name=Ema',
      'lastName=Ej',
      'userType=1',
      '--in',
      file,
      '--json',
    )
    expect(added.json).toMatchObject({ entity: 'users', record: { userId: 4, email: null, isActive: true } })
    const set = await run('set', 'users', '4', 'age=11', 'is_active=no', '--in', file, '--json')
    expect(set.json).toMatchObject({ record: { userId: 4, age: 11, isActive: false } })
    expect((await run('set', 'users', '4', 'age=', '--in', file, '--json')).json).toMatchObject({
      record: { age: null },
    })
    expect((await run('remove', 'users', '4', '--in', file)).stdout).toContain('Ema Ej was deleted')
    const { changeSet } = added.json as { changeSet: number }
    expect((await run('history', '--in', file, '--limit', '3', '--json')).json).toMatchObject({
      total: changeSet + 3,
      rows: [{ command: 'users.remove' }, { command: 'users.update' }, { command: 'users.update' }],
    })
  })

  it('name each field and value that is wrong, and change nothing', async () => {
    const { run, file } = await commandLineWithSchool()
    const cases: [string[], string][] = [
      [['add', 'users', 'firstName=A', 'lastName=B', 'userType=Student', 'age=abc'], 'age "abc"'],
      [['add', 'users', 'firstName=A', 'lastName=B', 'userType=Student', 'email=a b'], 'email "a b"'],
      [
        ['add', 'users', 'firstName=A', 'lastName=B', 'userType=Student', 'E-Mail=ana@x.ba'],
        'E-Mail "ana@x.ba"',
      ],
      [['add', 'users', 'firstName=A', 'userType=Student'], 'lastName:'],
      [['add', 'users', 'firstName=A', 'lastName=B', 'userType=Janitor'], 'Janitor'],
      [['set', 'users', '1', 'is_active=maybe'], 'isActive "maybe"'],
      [['set', 'courses', '1', 'endDate=2020-01-01'], 'endDate "2020-01-01"'],
      [['set', 'users', '99', 'age=3'], '99'],
      [['remove', 'users', '1', '99'], '99'],
      [['remove', 'userTypes', '1'], '2 people have the type Student'],
    ]
    for (const [argv, words] of cases) {
      const ran = await run(...argv, '--in', file)
      expect(ran, argv.join(' ')).toMatchObject({ exitCode: 1, stdout: '' })
      expect(ran.stderr).toContain(words)
    }
    const both = await run('add', 'users', 'firstName=A', 'lastName=B', 'email=a b', 'age=abc', '--in', file)
    expect(both.stderr).toMatch(/email "a b".*\nage "abc"/)
    expect((await run('history', '--in', file, '--json')).json).toMatchObject({ total: 7 })
  })

  it('tell programs the same by field', async () => {
    const { run, file } = await commandLineWithSchool()
    const { exitCode, json } = await run('set', 'users', '1', 'age=999', '--in', file, '--json')
    expect(exitCode).toBe(1)
    expect(json).toEqual({
      error: {
        code: 'invalid',
        reason: null,
        message: expect.any(String),
        problems: [{ field: 'age', value: '999', code: 'too-big', message: 'Enter 150 or less.' }],
      },
    })
  })

  it('take enrolments along with people', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('enroll', '1', '2', '--course', 'Biology', '--in', file)
    expect((await run('remove', 'users', '1', '2', '--in', file, '--json')).json).toMatchObject({
      removed: { users: 2, enrollments: 2 },
    })
  })
})

describe('enroll and withdraw', () => {
  it('find people by e-mail or number, and courses by name or number', async () => {
    const { run, file } = await commandLineWithSchool()
    const day = ['--from', '2026-09-01']
    const enrolled = await run(
      'enroll',
      'ANA@x.ba',
      '2',
      '--course',
      'biology',
      ...day,
      '--in',
      file,
      '--json',
    )
    expect(enrolled.json).toMatchObject({
      enrolled: 2,
      courseId: 1,
      enrolledDate: '2026-09-01',
      endDate: null,
    })
    await run('enroll', '3', '--course', '2', '--in', file)
    const until = ['--until', '2026-10-02']
    expect(
      (await run('withdraw', 'ana@x.ba', '--course', '1', ...until, '--in', file, '--json')).json,
    ).toMatchObject({
      withdrawn: 1,
    })
    const open = await run('list', 'enrollments', '--in', file, '--filter', 'course=Biology', '--json')
    expect(open.json).toMatchObject({
      rows: [
        { userId: 2, endDate: null, isOpen: true },
        { userId: 1, endDate: '2026-10-02', isOpen: false },
      ],
    })
  })

  it('find e-mails that search would fold, and courses whose names have short words', async () => {
    const { run, file } = await commandLineWithSchool()
    await run(
      'add',
      'users',
      'firstName=Đorđe',
      'lastName=Ilić',
      'email=djordje@x.ba',
      'userType=1',
      '--in',
      file,
    )
    await run('add', 'courses', 'name=PE 1', 'startDate=2026-09-01', 'endDate=2027-06-18', '--in', file)
    expect(await run('enroll', 'djordje@x.ba', '--course', 'pe 1', '--in', file)).toMatchObject({
      exitCode: 0,
    })
  })

  it('do all or nothing, and say who stands in the way', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('enroll', '1', '--course', 'Biology', '--in', file)
    await run('add', 'courses', 'name=Biology', 'startDate=2025-09-01', 'endDate=2026-06-18', '--in', file)
    const cases: [string[], string][] = [
      [
        ['enroll', '2', 'ana@x.ba', '--course', '1'],
        'PERSON "2 ana@x.ba": Enrolled in this course already: Ana Čović',
      ],
      [['enroll', '2', 'nobody@x.ba', '--course', '1'], 'There is no person nobody@x.ba'],
      [['enroll', '2', '--course', 'Latin'], 'There is no course Latin'],
      [['enroll', '2', '--course', 'Biology'], '1 (2026-09-01), 3 (2025-09-01)'],
      [
        ['enroll', '2', '--course', '1', '--from', '2026-10-01', '--until', '2026-09-01'],
        '--until "2026-09-01"',
      ],
      [['withdraw', '1', '2', '--course', '1'], 'Boris Anić has no open enrolment in Biology'],
    ]
    for (const [argv, words] of cases) {
      const ran = await run(...argv, '--in', file)
      expect(ran, argv.join(' ')).toMatchObject({ exitCode: 1, stdout: '' })
      expect(ran.stderr).toContain(words)
    }
    expect((await run('list', 'enrollments', '--in', file, '--json')).json).toMatchObject({ total: 1 })
  })
})

describe('history and undo', () => {
  it('undo one change set, whichever it is', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('set', 'users', '1', 'age=13', '--in', file)
    await run('set', 'users', '2', 'age=14', '--in', file)
    expect((await run('undo', '8', '--in', file, '--json')).json).toEqual({
      undone: 8,
      changeSet: 10,
      changeCount: 1,
      what: 'Undone: Ana Čović was changed',
    })
    expect((await run('list', 'users', '--in', file, '--search', 'covic', '--json')).json).toMatchObject({
      rows: [{ age: 12 }],
    })
    const { stdout } = await run('history', '--in', file)
    expect(stdout).toMatch(/10 .*Undone: Ana Čović was changed/)
    expect(stdout).toMatch(/8 .*Ana Čović was changed.*Undone by 10/)
  })

  it('refuses by name where a later change stands on it, and what is undone or not there', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('set', 'users', '1', 'age=13', '--in', file)
    await run('set', 'users', '1', 'age=14', '--in', file)
    await run('undo', '9', '--in', file)
    const cases: [string, string][] = [
      ['3', 'Ana Čović was changed again since'],
      ['9', 'undone already'],
      ['99', 'There is no change set 99'],
    ]
    for (const [changeSet, words] of cases) {
      const ran = await run('undo', changeSet, '--in', file)
      expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
      expect(ran.stderr).toContain(words)
    }
  })
})

describe('backup', () => {
  it('writes a copy that is a school, beside the file or where it is told', async () => {
    const { run, file, folder } = await commandLineWithSchool()
    const { json } = await run('backup', file, '--json')
    const { backup } = json as { backup: string }
    expect(backup.startsWith(`${file}.backups`)).toBe(true)
    expect((await run('info', backup, '--json')).json).toMatchObject({
      counts: { users: 3 },
      integrity: 'ok',
    })
    await run('backup', file, '--to', join(folder, 'usb'))
    expect(await readdir(join(folder, 'usb'))).toHaveLength(1)
  })
})

describe('the home folder', () => {
  it('keeps no scratch files', async () => {
    const { run, file, home } = await commandLineWithSchool()
    await run('list', 'users', '--in', file)
    expect(await readdir(home)).toEqual(['work'])
    expect(await readdir(join(home, 'work'))).toEqual([])
  })

  it('is not made for a word of help', async () => {
    const { run, home } = await commandLine()
    await run('help', 'import')
    expect(existsSync(home)).toBe(false)
  })
})
