import { describe, expect, it } from 'vitest'
import { commandLine, commandLineWithSchool } from '../helpers/commandLine'

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
