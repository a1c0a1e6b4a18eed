import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { schoolContract } from '../../electron/contract'
import { COMMANDS_OF_KIND } from '../../electron/services/changeKinds'
import { checkFile } from '../../electron/services/check'
import { dumpOf } from '../helpers/dump'
import { newest, smallSchool } from '../helpers/history'
import { endOf, importLines } from '../helpers/jobs'
import { RELEASE } from '../helpers/releases'
import {
  createSampleSchool,
  createTestSchool,
  openTestSchool,
  temporaryFolder,
  type TestSchool,
} from '../helpers/school'

describe('the list of changes', () => {
  it('knows the kind of every command that writes', () => {
    const commands = Object.entries(schoolContract).flatMap(([entity, methods]) =>
      Object.entries(methods).flatMap(([verb, { kind }]) =>
        kind === 'command' ? [`${entity}.${verb}`] : [],
      ),
    )
    expect(Object.values(COMMANDS_OF_KIND).flat()).toEqual(expect.arrayContaining(commands))
  })

  it('is read page by page, the newest first', async () => {
    const { api } = await createTestSchool()
    for (const name of ['A', 'B', 'C', 'D', 'E']) await api.userTypes.create({ name })
    const seen: number[] = []
    for (let before: number | null = null; ;) {
      const page = await api.history.list({ before, count: 2 })
      expect(page).toMatchObject({ total: 5, all: 5 })
      seen.push(...page.rows.map(({ changeSetId }) => changeSetId))
      before = page.next
      if (before === null) break
    }
    expect(seen).toEqual([5, 4, 3, 2, 1])
  })

  it('is filtered by person, kind, kind of record, record and day', async () => {
    const test = await smallSchool()
    const other = await test.reopen()
    await other.api.users.update({ userId: 1, lastName: 'Marić' })
    await other.api.userTypes.create({ name: 'Guest' })
    await other.api.history.undoLast({})
    const found = async (filters: Parameters<typeof other.api.history.list>[0]['filters']) =>
      (await other.api.history.list({ filters })).rows.map(({ changeSetId }) => changeSetId)
    const today = new Date()
    const day = (days: number) => {
      const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, 12)
      return at.toISOString().slice(0, 10)
    }
    expect(await found({ person: 'Tester' })).toHaveLength(6)
    expect(await found({ person: 'Nobody' })).toEqual([])
    expect(await found({ kind: 'added' })).toEqual([5, 2, 1])
    expect(await found({ kind: 'enrolled' })).toEqual([3])
    expect(await found({ kind: 'undone' })).toEqual([6])
    expect(await found({ entity: 'userTypes' })).toEqual([6, 5])
    expect(await found({ record: { entity: 'users', id: 1 } })).toEqual([4, 3, 1])
    expect(await found({ record: { entity: 'courses', id: 1 } })).toEqual([3, 2])
    expect(await found({ from: day(0), until: day(0), kind: 'changed' })).toEqual([4])
    expect(await found({ from: day(1) })).toEqual([])
    expect(await found({ until: day(-1) })).toEqual([])
    expect(await other.api.history.people({})).toEqual(['Tester'])
  })
})

describe('a number that an undo has set free, and that is another’s now,', () => {
  /** Ana and her enrolment are undone; Ivo and his have their numbers. */
  async function reused() {
    const test = await smallSchool()
    const { api } = test
    for (let taken = 0; taken < 3; taken++) await api.history.undoLast({})
    await api.users.create({ firstName: 'Ivo', lastName: 'Kos', userTypeId: 1 })
    await api.courses.create({ name: 'Latin', startDate: '2026-09-01', endDate: '2027-06-18' })
    await api.enrollments.enrollStudents({
      courseId: 1,
      selection: { ids: [1] },
      enrolledDate: '2026-09-01',
    })
    return test
  }

  it('brings nothing of the one into the history of the other', async () => {
    const { api } = await reused()
    for (const [entity, sets] of [
      ['users', [9, 7]],
      ['courses', [9, 8]],
      ['enrollments', [9]],
    ] as const) {
      const { rows } = await api.history.list({ filters: { record: { entity, id: 1 } } })
      expect(rows.map(({ changeSetId }) => changeSetId)).toEqual(sets)
    }
  })

  it('calls nobody by the name of the other', async () => {
    const { api } = await reused()
    const nameIn = async (changeSetId: number) => (await api.history.get({ changeSetId })).rows[0]?.name
    expect(await nameIn(3)).toBe('Ana Ilić, Biology')
    expect(await nameIn(4)).toBe('Ana Ilić, Biology')
    expect(await nameIn(9)).toBe('Ivo Kos, Latin')
  })

  it('has all of it, where it was given back to the one', async () => {
    const { api } = await smallSchool()
    for (let taken = 0; taken < 3; taken++) await api.history.undoLast({})
    for (let given = 0; given < 3; given++) await api.history.redoLast({})
    await api.users.update({ userId: 1, firstName: 'Anamarija' })
    const { rows } = await api.history.list({ filters: { record: { entity: 'users', id: 1 } } })
    expect(rows.map(({ changeSetId }) => changeSetId)).toEqual([10, 9, 7, 6, 4, 3, 1])
    expect((await api.history.get({ changeSetId: 3 })).rows[0]?.name).toBe('Anamarija Ilić, Biology')
  })
})

it('goes through no changes but those of the sets and records asked for', async () => {
  const { api, school } = await createSampleSchool(200)
  const { database } = school
  const queries = vi.spyOn(database, 'query')
  await api.history.list({
    filters: { record: { entity: 'users', id: 1 }, kind: 'program', entity: 'users' },
  })
  await api.history.list({
    filters: { person: 'Tester', from: '2026-01-01', until: '2036-01-01' },
    before: 9,
  })
  await api.history.get({ changeSetId: 1, record: { entity: 'users', id: 1 } })
  await api.history.get({ changeSetId: 1, after: 20 })
  await api.history.undoable({})
  const asked = queries.mock.calls.map(([sql, parameters]) => ({ sql, parameters }))
  queries.mockRestore()
  expect(asked.length).toBeGreaterThan(10)
  for (const { sql, parameters } of asked) {
    const plan = await database.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters)
    const scanned = plan.flatMap(({ detail }) => /^SCAN (\w+)/.exec(detail)?.[1] ?? [])
    // Change sets are walked from the newest on; the rest are what a query has at hand.
    const known = ['s', 'change_sets', 'former', 'json_each', 'wanted', 'pragma_user_version', 'CONSTANT']
    expect(
      scanned.filter((name) => !known.includes(name)),
      sql,
    ).toEqual([])
  }
})

describe('a change', () => {
  it('tells each record before and after, by field', async () => {
    const test = await smallSchool()
    const { api } = test
    await api.users.update({ userId: 1, lastName: 'Marić', email: 'ana@x.example', userTypeId: 2 })
    expect((await api.history.get({ changeSetId: 4 })).rows).toEqual([
      {
        changeId: expect.any(Number),
        entity: 'users',
        recordId: 1,
        name: 'Ana Marić',
        action: 'changed',
        fields: [
          { field: 'lastName', before: 'Ilić', after: 'Marić' },
          { field: 'email', before: null, after: 'ana@x.example' },
          { field: 'userTypeId', before: 'Student', after: 'Teacher' },
        ],
      },
    ])
    const [enrolled] = (await api.history.get({ changeSetId: 3 })).rows
    expect(enrolled).toMatchObject({ name: 'Ana Marić, Biology', action: 'added' })
    expect(enrolled?.fields).toEqual(
      expect.arrayContaining([
        { field: 'userId', before: null, after: 'Ana Marić' },
        { field: 'courseId', before: null, after: 'Biology' },
        { field: 'enrolledDate', before: null, after: '2026-09-01' },
        { field: 'status', before: null, after: 'enrolled' },
      ]),
    )
  })

  it('calls what is deleted by now by its last name', async () => {
    const { api } = await smallSchool()
    await api.users.remove({ selection: { ids: [1] } })
    const { rows } = await api.history.get({ changeSetId: 4 })
    expect(rows.map(({ name, action }) => [name, action])).toEqual([
      ['Ana Ilić, Biology', 'removed'],
      ['Ana Ilić', 'removed'],
    ])
    expect((await api.history.get({ changeSetId: 3 })).rows[0]).toMatchObject({ name: 'Ana Ilić, Biology' })
  })

  it('is read page by page, and for one record', async () => {
    const test = await createTestSchool()
    const people = Array.from({ length: 7 }, (_, index) => `P${index},X,p${index}@x.example,Student`)
    await importLines(test, ['first name,last name,email,user type', ...people])
    const names: (string | null)[] = []
    for (let after: number | null = null; ;) {
      const page = await test.api.history.get({ changeSetId: 1, after, count: 3 })
      names.push(...page.rows.map(({ name }) => name))
      after = page.next
      if (after === null) break
    }
    expect(names).toEqual(people.map((_, index) => `P${index} X`))
    const one = await test.api.history.get({ changeSetId: 1, record: { entity: 'users', id: 4 } })
    expect(one.rows.map(({ name }) => name)).toEqual(['P3 X'])
  })

  it('of a version before can be read, if not undone', async () => {
    const path = join(await temporaryFolder(), 'old.rollbook')
    await copyFile(RELEASE, path)
    const { api } = await openTestSchool(path)
    const { rows } = await api.history.list({ count: 200 })
    const old = rows.filter(({ kind }) => kind !== 'program')
    expect(old.length).toBeGreaterThan(0)
    for (const { changeSetId, isUndoable } of old) {
      expect(isUndoable).toBe(false)
      const { rows: records } = await api.history.get({ changeSetId, count: 1 })
      expect(records[0]?.name).not.toBe('')
    }
  })
})

describe('redo', () => {
  it('does again what was undone, until something new is done', async () => {
    const test = await smallSchool()
    const { api } = test
    expect(await api.history.undoable({})).toMatchObject({ undo: { changeSetId: 3 }, redo: null })
    const after = await dumpOf(test.school.database)
    await api.history.undoLast({})
    expect(await api.history.undoable({})).toMatchObject({
      undo: { changeSetId: 2 },
      redo: { changeSetId: 4 },
    })
    await api.history.redoLast({})
    expect(await dumpOf(test.school.database)).toEqual(after)
    expect(await newest(test)).toMatchObject({ summary: 'students-enrolled', direction: 'redone' })
    expect(await api.history.undoable({})).toMatchObject({ undo: { changeSetId: 5 }, redo: null })
    await api.history.undoLast({})
    await api.userTypes.create({ name: 'Guest' })
    await expect(api.history.redoLast({})).rejects.toMatchObject({
      code: 'not-found',
      params: { entity: 'redo' },
    })
  })

  it('of a change that stands again is undone by the change itself', async () => {
    const test = await smallSchool()
    const { api } = test
    await api.history.undoLast({})
    await api.history.redoLast({})
    const rows = async () =>
      (await api.history.list({})).rows.map(({ changeSetId, direction, undoneBy, isUndoable }) => [
        changeSetId,
        direction,
        undoneBy,
        isUndoable,
      ])
    expect((await rows()).slice(0, 3)).toEqual([
      [5, 'redone', null, true],
      [4, 'undone', 5, false],
      [3, 'done', null, true],
    ])
    expect(await api.history.undo({ changeSetId: 3 })).toMatchObject({ changeSetId: 3, undoneBy: 6 })
    expect((await rows()).slice(0, 4)).toEqual([
      [6, 'undone', null, true],
      [5, 'redone', 6, false],
      [4, 'undone', null, true],
      [3, 'done', 6, false],
    ])
  })
})

describe('what is let go', () => {
  it('is gone for good, while who did what and when stays, and the chain holds', async () => {
    const test = await smallSchool()
    const { api } = test
    await api.users.update({ userId: 1, lastName: 'Marker-Before' })
    await api.users.update({ userId: 1, lastName: 'Marić' })
    const later = await openLater(test)
    const seal = (await checkFile(later.path)).chain?.seal
    expect(await endOf(later, later.api.history.letGo({ before: dayAfter(1) }))).toEqual({ sets: 5 })
    const { rows } = await later.api.history.list({})
    expect(rows.map(({ summary, isUndoable }) => [summary, isUndoable])).toEqual([
      ['values-let-go', false],
      ...Array(5).fill(['let-go', false]),
    ])
    expect(rows[1]).toMatchObject({ kind: 'changed', person: 'Tester', changeCount: 1 })
    expect((await later.api.history.get({ changeSetId: 4 })).rows).toMatchObject([
      { entity: 'users', recordId: 1, name: null, action: 'changed', fields: null },
    ])
    const left = await later.school.database.query(
      `SELECT 1 FROM changes WHERE before LIKE '%Mar%' OR after LIKE '%Mar%'
        UNION ALL SELECT 1 FROM change_sets WHERE params LIKE '%Mar%' OR params LIKE '%Ana%'`,
    )
    expect(left).toEqual([])
    await expect(later.api.history.undo({ changeSetId: 4 })).rejects.toMatchObject({
      params: { reason: 'values-gone' },
    })
    await expect(later.api.history.undoAfter({ changeSetId: 4 })).rejects.toMatchObject({
      params: { reason: 'values-gone' },
    })
    const checked = await checkFile(later.path, { seal: seal ?? '' })
    expect(checked.problems).toEqual([])
    await later.api.users.update({ userId: 1, lastName: 'Ilić' })
    expect((await checkFile(later.path)).problems).toEqual([])
  })

  it('is still known to be undone', async () => {
    const test = await smallSchool()
    await test.api.history.undoAfter({ changeSetId: 1 })
    const later = await openLater(test)
    const undone = async () => (await later.api.history.list({})).rows.map(({ undoneBy }) => undoneBy)
    const before = await undone()
    expect(before).toEqual([null, 4, 4, null])
    await endOf(later, later.api.history.letGo({ before: dayAfter(1) }))
    expect((await undone()).slice(1)).toEqual(before)
    expect((await checkFile(later.path)).problems).toEqual([])
  })

  it('is told where it was altered afterwards', async () => {
    const test = await smallSchool()
    const later = await openLater(test)
    await endOf(later, later.api.history.letGo({ before: dayAfter(1) }))
    await later.school.database.write(() =>
      later.school.database.run(`UPDATE changes SET record_id = 2 WHERE change_set_id = 1`),
    )
    expect((await checkFile(later.path)).problems.map(({ code }) => code)).toContain('history-chain')
  })

  it('is not let go before its day, nor twice', async () => {
    const test = await smallSchool()
    await expect(endOf(test, test.api.history.letGo({ before: dayAfter(1) }))).rejects.toMatchObject({
      params: { reason: 'still-to-come' },
    })
    await expect(endOf(test, test.api.history.letGo({ before: dayAfter(0) }))).rejects.toMatchObject({
      params: { reason: 'nothing-to-let-go' },
    })
  })
})

/** The day by this computer's clock, some days from today. */
function dayAfter(days: number): string {
  const now = new Date()
  const at = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + days))
  return at.toISOString().slice(0, 10)
}

/** The same file, opened tomorrow. */
async function openLater(test: TestSchool): Promise<TestSchool> {
  await test.school.close()
  return openTestSchool(test.path, { now: () => new Date(Date.now() + 86_400_000) })
}
