import { describe, expect, it } from 'vitest'
import { commandLineWithSchool } from '../helpers/commandLine'

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
