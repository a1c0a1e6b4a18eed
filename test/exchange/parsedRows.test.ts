import { describe, expect, test } from 'vitest'
import type { ImportOptions } from '../../electron/contract/imports'
import { parse } from '../helpers/parse'

const USERS = 'first_name,last_name,email,user_type'
const COURSES = 'name,start_date,end_date'

describe('rows', () => {
  test('are numbered by their line, the header being row 1', async () => {
    const { problems } = await parse(
      `${COURSES},description\r\nA,2026-01-01,x,"one\r\ntwo"\r\n\r\nB,y,2026-01-01,\r\n`,
    )
    expect(problems.map(({ row, column }) => [row, column])).toEqual([
      [2, 'end_date'],
      [5, 'start_date'],
    ])
  })

  test("count Excel's line sep=; and are cut by it", async () => {
    const { rows, file } = await parse('sep=;\r\nname;start_date;end_date\r\nA, b;2026-01-01;2026-02-01\r\n')
    expect(file.delimiter).toBe('semicolon')
    expect(rows).toMatchObject([{ line: 3, name: 'A, b' }])
  })

  test('with too many or too few cells are problems that say so', async () => {
    const { problems, count } = await parse(`${COURSES}\nA,2026-01-01,2026-02-01,z\nB,2026-01-01\n,,\n\n`)
    expect(problems.map(({ row, code }) => [row, code])).toEqual([
      [2, 'too-many-fields'],
      [3, 'too-few-fields'],
    ])
    expect(count).toBe(2)
  })

  test('name each cell that is wrong, with its header and value', async () => {
    const { problems } = await parse(
      'Vorname,Nachname,E-Mail,Rolle,Alter,Aktiv\n,Kos,a@b,Student,200,maybe\n',
    )
    expect(problems.map(({ column, code, value }) => [column, code, value])).toEqual([
      ['E-Mail', 'not-email', 'a@b'],
      ['Alter', 'too-big', '200'],
      ['Aktiv', 'not-boolean', 'maybe'],
      ['Vorname', 'required', ''],
    ])
    const tooLong = await parse(`${USERS}\n${'x'.repeat(51)},Kos,a@b.ba,Student\n`)
    expect(tooLong.problems).toMatchObject([{ column: 'first_name', code: 'too-long' }])
    const missing = await parse(`${USERS}\n,Kos,a@b.ba,Student\n`)
    expect(missing.problems).toMatchObject([{ column: 'first_name', code: 'required' }])
  })

  test('are stored as the school stores them, with what follows from names', async () => {
    const { rows } = await parse(
      `${USERS},is_active,created_at\n Đorđe ,KOVAČ,Dj@B.BA,Student,ne,2026-01-02T03:04:05Z\n`,
    )
    expect(rows).toMatchObject([
      {
        first_name: 'Đorđe',
        first_name_folded: 'dorde',
        last_name_folded: 'kovac',
        email: 'dj@b.ba',
        is_active: 0,
        created_at: '2026-01-02 03:04:05.000 +00:00',
      },
    ])
    const enrolled = await parse('email,course,start\na@b.ba,Maths,2026-09-01\n')
    expect(enrolled.rows).toMatchObject([{ enrolled_date: '2026-09-01 00:00:00.000 +00:00' }])
  })
})

describe('dates', () => {
  const days = async (cells: string[], options: Partial<ImportOptions> = {}) => {
    const { rows, problems } = await parse(
      `${COURSES}\n${cells.map((cell) => `A,${cell},31.12.2030\n`).join('')}`,
      options,
    )
    return { days: rows.map(({ start_date }) => start_date), problems: problems.map(({ code }) => code) }
  }

  test('are settled for the whole file by one day above 12', async () => {
    expect(await days(['03/04/2026', '2026-05-06'])).toEqual({
      days: ['2026-04-03', '2026-05-06'],
      problems: [],
    })
    const american = await parse(`${COURSES}\nA,03/04/2026,03/25/2026\n`)
    expect(american.rows).toMatchObject([{ start_date: '2026-03-04', end_date: '2026-03-25' }])
  })

  test('that nothing settles are problems that name both readings', async () => {
    const { problems } = await parse(`${COURSES}\nA,03/04/2026,05/05/2026\n`)
    expect(problems).toMatchObject([
      {
        column: 'start_date',
        code: 'ambiguous-date',
        params: { dayFirst: '2026-04-03', monthFirst: '2026-03-04' },
      },
    ])
  })

  test('that contradict one another settle nothing', async () => {
    expect(await days(['03/04/2026', '03/25/2026'])).toMatchObject({
      days: ['2026-03-25'],
      problems: ['ambiguous-date'],
    })
  })

  test('follow the order that one says', async () => {
    const cells = `${COURSES}\nA,03/04/2026,05/06/2026\n`
    expect((await parse(cells, { dates: 'dmy' })).rows).toMatchObject([{ start_date: '2026-04-03' }])
    expect((await parse(cells, { dates: 'mdy' })).rows).toMatchObject([{ start_date: '2026-03-04' }])
    expect((await parse(cells, { dates: 'ymd' })).problems).toMatchObject([
      { code: 'not-a-day' },
      { code: 'not-a-day' },
    ])
  })

  test('that no calendar has are problems', async () => {
    expect(await days(['2026-02-30', '31.02.2026'])).toEqual({
      days: [],
      problems: ['not-a-day', 'not-a-day'],
    })
  })
})
