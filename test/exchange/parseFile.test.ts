import fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import { importOptions, type ImportOptions } from '../../electron/contract/imports'
import { parseFile, type OpenedFile } from '../../electron/exchange/parseFile'
import { storedColumns } from '../../electron/exchange/storedRows'
import { temporaryFolder } from '../helpers/school'

interface Parsed {
  file: OpenedFile
  /** Good rows by the columns that have a value, with their line. */
  rows: Record<string, unknown>[]
  problems: { row: number; column: string | null; code: string; value: string; params: object }[]
  count: number
}

async function parse(content: string | Buffer, options: Partial<ImportOptions> = {}): Promise<Parsed> {
  const path = join(await temporaryFolder(), 'list.csv')
  await writeFile(path, content)
  const parsed: Parsed = { file: undefined as never, rows: [], problems: [], count: 0 }
  const request = { path, language: 'hr' as const, options: importOptions.parse(options) }
  const { rows } = await parseFile(request, {
    opened: (file) => (parsed.file = file),
    progress: () => undefined,
    batch: async (batch) => {
      for (const [line, , isRejected, ...values] of JSON.parse(batch.rows) as unknown[][]) {
        if (isRejected === 1) continue
        const columns = storedColumns(parsed.file.entity).map((column, at) => [column, values[at]] as const)
        parsed.rows.push({ line, ...Object.fromEntries(columns.filter(([, value]) => value !== null)) })
      }
      for (const [row, column, value, code, params] of JSON.parse(batch.problems) as never[][]) {
        parsed.problems.push({ row: row!, column: column!, value: value!, code: code!, params: params! })
      }
    },
  })
  return { ...parsed, count: rows }
}

/** The problem with the file as a whole. */
async function refusal(content: string | Buffer, options: Partial<ImportOptions> = {}) {
  const error = await parse(content, options).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AppError)
  return (error as AppError).fields
}

const USERS = 'first_name,last_name,email,user_type'
const COURSES = 'name,start_date,end_date'

describe('what a file holds', () => {
  test.each([
    ['Name', 'userTypes'],
    ['First name;Surname;E-mail;Role', 'users'],
    ['Ime;Prezime;E-pošta;Tip;Dob', 'users'],
    ['Vorname\tNachname\tE-Mail\tRolle', 'users'],
    ['Title,Start,End', 'courses'],
    ['Student email,Course,Start', 'enrollments'],
  ])('is told from the header %s: %s', async (header, entity) => {
    expect((await parse(`${header}\n`)).file.entity).toBe(entity)
  })

  test('is asked for where the header fits nothing', async () => {
    expect(await refusal('a,b\n1,2\n')).toMatchObject({ entity: { code: 'entity-unknown' } })
  })

  test('is people where first and last names are, though their type has still to be said', async () => {
    expect(await refusal('First name,Surname,E-mail\n')).toMatchObject({
      file: { code: 'column-missing', params: { entity: 'users', column: 'user_type' } },
    })
    const { file } = await parse('First name,Surname,E-mail\n', { defaults: { userType: 'Student' } })
    expect(file.entity).toBe('users')
  })

  test('is not told by one column among others: a list of pupils would be taken for user types', async () => {
    for (const header of ['Name,Surname,Birthdate,Email', 'userSourcedId,orgSourcedId,role', 'title,code']) {
      expect(await refusal(`${header}\n`), header).toMatchObject({ entity: { code: 'entity-unknown' } })
    }
  })

  test('is nothing in an empty file, which is no mistake where one says what it is', async () => {
    expect(await refusal('')).toMatchObject({ file: { code: 'file-empty' } })
    expect(await parse('', { entity: 'users' })).toMatchObject({
      count: 0,
      file: { warnings: [{ code: 'file-empty' }] },
    })
    expect(await parse(`${USERS}\r\n`)).toMatchObject({ count: 0, file: { warnings: [] } })
  })
})

describe('columns', () => {
  test('that are missing are named, with the headers that would do', async () => {
    const refused = await refusal('first_name,email,user_type\n', { entity: 'users' })
    expect(refused).toMatchObject({ file: { code: 'column-missing', params: { column: 'last_name' } } })
    expect(refused?.['file']?.params['headers']).toContain('surname')
  })

  test('that repeat refuse the file', async () => {
    expect(await refusal(`${USERS},Email\n`)).toMatchObject({ file: { code: 'column-repeated' } })
    expect(await refusal('given name,forename,last_name,role\n', { entity: 'users' })).toMatchObject({
      file: { code: 'columns-for-one-field' },
    })
  })

  test('that are unknown are warned of, or refused where one wants it', async () => {
    const { file } = await parse(`${USERS},Shoe size,__proto__\n`)
    expect(file.warnings.map(({ code, column }) => [code, column])).toEqual([
      ['column-unknown', 'Shoe size'],
      ['column-unknown', '__proto__'],
    ])
    expect(await refusal(`${USERS},Shoe size\n`, { unknown: 'error' })).toMatchObject({
      file: { code: 'columns-unknown' },
    })
  })

  test('are mapped by hand, and left out by hand', async () => {
    const { rows, file } = await parse('Called,last_name,email,role,age\nAna,Kos,a@b.ba,Student,x\n', {
      map: { called: 'firstName', age: '' },
    })
    expect(rows).toMatchObject([{ first_name: 'Ana' }])
    expect(file.warnings).toEqual([])
    expect(await refusal(`${USERS}\n`, { map: { nowhere: 'age' } })).toMatchObject({
      map: { code: 'unknown-header' },
    })
  })

  test('of the system are known by their exact names alone', async () => {
    const { file } = await parse(`user_id,created_at,${USERS}\n`)
    expect(file.fields).toContain('userId')
    expect((await parse(`User ID,${USERS}\n`)).file.fields).not.toContain('userId')
  })

  test('that a file lacks are filled from the defaults', async () => {
    const { rows } = await parse('first_name,last_name,age\nAna,Kos,\n', {
      entity: 'users',
      defaults: { user_type: 'Student', age: '7' },
    })
    expect(rows).toMatchObject([{ user_type: 'Student', age: 7 }])
    expect(await refusal(`${USERS}\n`, { entity: 'users', defaults: { age: 'seven' } })).toMatchObject({
      'defaults.age': { code: 'not-integer' },
    })
  })
})

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

describe('text', () => {
  const row = `${USERS}\r\nĐuro,Šćepanović,dj@b.ba,Učenik\r\n`

  test.each([
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${row}`), 'utf-8'],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${row}`, 'utf16le'), 'utf-16le'],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${row}`, 'utf16le').swap16(), 'utf-16be'],
  ])('is read as %s', async (_, bytes, encoding) => {
    const { rows, file } = await parse(bytes)
    expect(file.encoding).toBe(encoding)
    expect(rows).toMatchObject([{ last_name: 'Šćepanović', user_type: 'Učenik' }])
  })

  test('of another encoding is refused by its line, however late it comes', async () => {
    const rows = 'Ana,Kos,,Student\n'.repeat(70_000)
    const bytes = Buffer.concat([Buffer.from(`${USERS}\n${rows}`), Buffer.from([0x8a, 0x0a])])
    expect(await refusal(bytes)).toEqual({ file: { code: 'not-utf-8', params: { line: 70_002 } } })
  })

  test('with NUL in it is refused by its line', async () => {
    expect(await refusal(`${USERS}\na,b\0,c@d.ba,e\n`)).toEqual({
      file: { code: 'nul-characters', params: { line: 2 } },
    })
  })

  test('is not what a workbook holds', async () => {
    expect(await refusal(Buffer.from('PK\x03\x04rest'))).toMatchObject({ file: { code: 'is-workbook' } })
  })
})

test('no file of any bytes is more than refused', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((content) => Buffer.from(content)),
    fc.string({ unit: 'binary', maxLength: 200 }).map((content) => Buffer.from(`${USERS}\n${content}`)),
    fc
      .array(fc.constantFrom(',', '"', '\n', '\r', ';', '\t', ' ', 'a', '2026-01-02', '1', 'é'), {
        maxLength: 60,
      })
      .map((parts) => Buffer.from(`${COURSES}\r\n${parts.join('')}`)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const parsed = await parse(content).catch((error: unknown) => error)
      if (parsed instanceof Error) {
        expect(parsed).toBeInstanceOf(AppError)
        return
      }
      const { rows, problems, count } = parsed as Parsed
      const lines = new Set([...rows.map(({ line }) => line), ...problems.map(({ row }) => row)])
      // Every row is either taken or has a problem that names it.
      expect(lines.size).toBe(count)
    }),
    { numRuns: 300 },
  )
})
