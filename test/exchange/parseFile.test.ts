import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import { parse, refusal, type Parsed } from '../helpers/parse'

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
