import { describe, expect, test } from 'vitest'
import { dumpOf } from '../helpers/dump'
import { applyImport, importLines, placesOf, prepareLines } from '../helpers/jobs'
import { createTestSchool, type TestSchool } from '../helpers/school'

const dump = ({ school }: TestSchool) => dumpOf(school.database)

const USERS = 'first_name,last_name,email,user_type,age'
const PEOPLE = [USERS, 'Ana,Kos,ana@b.ba,Student,7', 'Ivo,Lov,ivo@b.ba,teacher,40']

describe('people in a file', () => {
  test('with one e-mail are both named, and the first is taken', async () => {
    const school = await createTestSchool()
    const prepared = await prepareLines(school, [...PEOPLE, 'Other,One,ANA@b.ba,Student,'])
    expect(prepared).toMatchObject({ creates: 2, rejects: 1 })
    expect(prepared.problems).toMatchObject([
      { row: 4, column: 'email', value: 'ANA@b.ba', code: 'doubled', params: { first: 2 } },
    ])
  })

  test('may have no e-mail, however many they are', async () => {
    const school = await createTestSchool()
    const rows = Array.from({ length: 25_000 }, (_, index) => `P${index},Q,,Student,`)
    expect(await importLines(school, [USERS, ...rows])).toMatchObject({ created: 25_000 })
    const [{ count } = { count: 0 }] = await school.school.database.query<{ count: number }>(
      `SELECT count(DISTINCT email) AS count FROM users WHERE email GLOB 'none-????????@no-email.invalid'`,
    )
    expect(count).toBe(25_000)
  })

  test('have a type by its name in any spelling, which is made where it is new', async () => {
    const school = await createTestSchool()
    const rows = ['A,A,a@b.ba,STUDENT,', 'B,B,b@b.ba,Kuhar,', 'C,C,c@b.ba,kuhar,', 'D,D,,Nobody,-1']
    const prepared = await prepareLines(school, [USERS, ...rows])
    expect(prepared.newUserTypes).toEqual(['Kuhar'])
    await applyImport(school, prepared.importId)
    const types = await school.school.database.query(
      "SELECT name, name_sort > '' AS sorted FROM user_types ORDER BY user_type_id",
    )
    expect(types).toMatchObject([{ name: 'Student' }, { name: 'Teacher' }, { name: 'Kuhar', sorted: 1 }])
  })

  test('are undone with the types that were made for them, and done again', async () => {
    const school = await createTestSchool()
    await importLines(school, PEOPLE)
    const before = await dump(school)
    const rows = ['Ana,Kos,ana@b.ba,Cook,7', 'Nina,Pop,,Cook,']
    const { changeSetId } = await importLines(school, [USERS, ...rows], { mode: 'upsert' })
    const after = await dump(school)
    const undone = await school.api.history.undo({ changeSetId: changeSetId ?? 0 })
    expect(await dump(school)).toEqual(before)
    await school.api.history.undo({ changeSetId: undone.undoneBy ?? 0 })
    expect(await dump(school)).toEqual(after)
  })

  test('are not undone while others have the types that were made for them', async () => {
    const school = await createTestSchool()
    const { changeSetId } = await importLines(school, [USERS, 'Nina,Pop,,Cook,'])
    await school.api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 3 })
    await expect(school.api.history.undo({ changeSetId: changeSetId ?? 0 })).rejects.toMatchObject({
      params: { reason: 'undo-belongs' },
    })
    expect(await school.api.users.openList({})).toMatchObject({ all: 2 })
  })

  test('are changed where they are there: an empty cell leaves what is, and equal rows are counted', async () => {
    const school = await createTestSchool()
    await importLines(school, PEOPLE)
    const rows = [
      USERS,
      'Anna,Kos,ana@b.ba,Teacher,',
      'Ivo,Lov,IVO@b.ba,Teacher,40',
      'New,One,new@b.ba,Student,',
    ]
    const update = await prepareLines(school, rows, { mode: 'update' })
    expect(update).toMatchObject({ creates: 0, updates: 1, unchanged: 1, rejects: 1 })
    expect(placesOf(update)).toEqual([[4, 'email', 'no-match']])
    const upsert = await prepareLines(school, rows, { mode: 'upsert' })
    expect(upsert).toMatchObject({ creates: 1, updates: 1, unchanged: 1, rejects: 0 })
    const { changeSetId } = await applyImport(school, upsert.importId)
    expect(await school.api.users.get({ userId: 1 })).toMatchObject({
      firstName: 'Anna',
      userTypeName: 'Teacher',
      age: 7,
    })
    expect(await school.api.users.openList({ search: 'anna' })).toMatchObject({ total: 1 })
    await school.api.history.undo({ changeSetId: changeSetId ?? 0 })
    expect(await school.api.users.get({ userId: 1 })).toMatchObject({
      firstName: 'Ana',
      userTypeName: 'Student',
    })
  })

  test('can be matched by id, and cannot take the e-mail of another', async () => {
    const school = await createTestSchool()
    await importLines(school, PEOPLE)
    const rows = ['user_id,email,age', '1,ivo@b.ba,', '2,,41', '9,x@b.ba,', '2,y@b.ba,']
    const prepared = await prepareLines(school, rows, { mode: 'update', match: 'id', entity: 'users' })
    expect(placesOf(prepared)).toEqual([
      [2, 'email', 'email-taken'],
      [4, 'user_id', 'no-match'],
      [5, 'user_id', 'doubled'],
    ])
    expect(await applyImport(school, prepared.importId)).toMatchObject({ updated: 1, rejected: 3 })
    expect(await school.api.users.get({ userId: 2 })).toMatchObject({
      email: 'ivo@b.ba',
      age: 41,
      firstName: 'Ivo',
    })
  })

  test('of another school get ids of this one', async () => {
    const school = await createTestSchool()
    await importLines(school, PEOPLE)
    await importLines(school, [
      `user_id,created_at,${USERS}`,
      '1,2001-01-01T00:00:00.000Z,Eva,Roe,eva@b.ba,Student,',
    ])
    const eva = await school.api.users.get({ userId: 3 })
    expect(eva.firstName).toBe('Eva')
    expect(eva.createdAt).not.toMatch(/^2001/)
  })

  test('with a type that is no record are problems', async () => {
    const school = await createTestSchool()
    const prepared = await prepareLines(school, ['first_name,last_name,user_type_id', 'A,B,1', 'C,D,77'])
    expect(placesOf(prepared)).toEqual([[3, 'user_type_id', 'unknown-user-type']])
  })
})

describe('user types in a file', () => {
  test('are told apart by name in any spelling', async () => {
    const school = await createTestSchool()
    const prepared = await prepareLines(school, ['name', 'STUDENT', 'Cook', 'cook'])
    expect(placesOf(prepared)).toEqual([
      [2, 'name', 'exists'],
      [4, 'name', 'doubled'],
    ])
    expect(await applyImport(school, prepared.importId)).toMatchObject({ created: 1 })
  })
})
