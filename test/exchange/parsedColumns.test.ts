import { describe, expect, test } from 'vitest'
import { parse, refusal } from '../helpers/parse'

const USERS = 'first_name,last_name,email,user_type'

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
