import { describe, expect, it } from 'vitest'
import { checkFile, CHECKS, isRepairable, repair } from '../../electron/services/check'
import type { CheckProblem } from '../../electron/services/checkProblems'
import { dumpOf } from '../helpers/dump'
import { createSampleSchool, openTestSchool, type TestSchool } from '../helpers/school'

/** A school of 60 invented people, some of them changed and changed back. */
async function busySchool(): Promise<TestSchool> {
  const opened = await createSampleSchool(60)
  await opened.api.users.update({ userId: 1, firstName: 'Željko', lastName: 'Đukić' })
  await opened.api.users.remove({ selection: { ids: [2, 3] } })
  await opened.api.history.undoLast({})
  return opened
}

/** What no method does: SQL of another program. */
async function tamper({ school }: TestSchool, ...statements: string[]): Promise<void> {
  await school.database.alone(async (run) => {
    for (const statement of statements) await run(statement)
  })
}

async function problemsOf({ path }: TestSchool): Promise<CheckProblem[]> {
  return (await checkFile(path)).problems
}

describe('check', () => {
  it('finds nothing in a sound file, open or not, and alters nothing', async () => {
    const opened = await busySchool()
    const before = await dumpOf(opened.school.database)
    expect(await checkFile(opened.path)).toMatchObject({ checked: [...CHECKS], problems: [] })
    await opened.school.close()
    expect(await checkFile(opened.path)).toMatchObject({ checked: [...CHECKS], problems: [] })
    const { school } = await openTestSchool(opened.path)
    expect(await dumpOf(school.database)).toEqual(before)
  })

  it('finds names that sort or are found wrongly, and puts them right', async () => {
    const opened = await busySchool()
    const { database } = opened.school
    const before = await dumpOf(database)
    await tamper(
      opened,
      `UPDATE users SET last_name_sort = '' WHERE user_id IN (7, 8)`,
      `UPDATE courses SET name_folded = 'x' WHERE course_id = 1`,
    )
    const found = await problemsOf(opened)
    expect(found).toEqual([
      { code: 'name-keys', params: { table: 'users', count: 2, id: 7 } },
      { code: 'name-keys', params: { table: 'courses', count: 1, id: 1 } },
    ])
    expect(found.some(isRepairable)).toBe(true)
    await repair(database)
    expect(await problemsOf(opened)).toEqual([])
    expect(await dumpOf(database)).toEqual(before)
  })

  it.each([
    ['lacks a person', (text: string) => `('delete', 5, '${text}')`, '(users_search, rowid, text)'],
    ['finds a person by another name', () => `(5, 'somebody else')`, '(rowid, text)'],
    ['finds a person who is not there', () => `(9999, 'nobody')`, '(rowid, text)'],
  ])('finds a search index that %s, and makes it anew', async (_, values, columns) => {
    const opened = await busySchool()
    const { database } = opened.school
    const row = await database.queryOne<{ text: string }>(
      'SELECT text FROM users_search_text WHERE user_id = 5',
    )
    await tamper(
      opened,
      `INSERT INTO users_search ${columns} VALUES ${values(row?.text.replaceAll("'", "''") ?? '')}`,
    )
    const found = await problemsOf(opened)
    expect(found).toEqual([{ code: 'search-index', params: { index: 'users_search' } }])
    await repair(database)
    expect(await problemsOf(opened)).toEqual([])
  })

  it('finds a search index that is broken in itself, and makes it anew', async () => {
    const opened = await busySchool()
    const { database } = opened.school
    await tamper(opened, 'DELETE FROM users_search_data WHERE id > 10')
    const found = await problemsOf(opened)
    expect(found).toContainEqual({ code: 'search-index', params: { index: 'users_search' } })
    expect(found.some(isRepairable)).toBe(true)
    await repair(database)
    expect(await problemsOf(opened)).toEqual([])
  })

  it('finds records whose parents are gone, which nothing can put right', async () => {
    const opened = await busySchool()
    await tamper(
      opened,
      'PRAGMA foreign_keys=OFF',
      'DELETE FROM courses WHERE course_id = 1',
      'PRAGMA foreign_keys=ON',
    )
    const found = await problemsOf(opened)
    expect(found).toEqual([
      {
        code: 'orphans',
        params: {
          table: 'enrollments',
          parent: 'courses',
          count: expect.any(Number),
          id: expect.any(Number),
        },
      },
    ])
    expect(found.some(isRepairable)).toBe(false)
  })

  it('finds values that the schema does not allow', async () => {
    const opened = await busySchool()
    await tamper(
      opened,
      'PRAGMA ignore_check_constraints=ON',
      'UPDATE users SET age = -1 WHERE user_id = 5',
      'PRAGMA ignore_check_constraints=OFF',
    )
    expect(await problemsOf(opened)).toEqual([
      { code: 'constraint', params: { table: 'users', constraint: 'ck_users_age', count: 1, id: 5 } },
    ])
  })

  it('finds history that does not hold together', async () => {
    const opened = await busySchool()
    await tamper(
      opened,
      'UPDATE change_sets SET change_count = 77 WHERE change_set_id = 2',
      'UPDATE change_sets SET undoes = 4 WHERE change_set_id = 1',
      `UPDATE changes SET after = '[1, 2]' WHERE change_set_id = 2`,
    )
    expect(await problemsOf(opened)).toEqual([
      { code: 'history-count', params: { count: 1, id: 2 } },
      { code: 'history-order', params: { count: 1, id: 1 } },
      { code: 'history-unreadable', params: { count: 1, id: 2 } },
      { code: 'history-chain', params: { count: 2, id: 1 } },
    ])
  })
})
