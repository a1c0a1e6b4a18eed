import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { schoolContract } from '../../electron/contract'
import { courses } from '../../electron/services/courses'
import { enrollments } from '../../electron/services/enrollments'
import { Lists } from '../../electron/services/lists'
import { userTypes } from '../../electron/services/userTypes'
import { users } from '../../electron/services/users'
import { createSampleSchool, createTestSchool } from '../helpers/school'

type OpenList = (context: object, input: object) => Promise<{ listId: number }>

/** The parts of an input's JSON Schema that say how a list can be opened. */
interface RequestSchema {
  properties: {
    sort: { properties: { field: { enum: string[] } } }
    filters: { properties: Record<string, object> }
  }
}

/** Every entity that the contract lists, with its sorts and a value for each of its filters. */
const LISTED = Object.entries({ users, userTypes, courses, enrollments }).map(([entity, handlers]) => {
  const { input } = schoolContract[entity as 'users'].openList
  const schema = z.toJSONSchema(input, { io: 'input' }) as unknown as RequestSchema
  return {
    entity,
    openList: handlers.openList as OpenList,
    list: handlers.list as (context: object, input: object) => Promise<unknown>,
    sorts: schema.properties.sort.properties.field.enum,
    filters: Object.keys(schema.properties.filters.properties),
  }
})

const FILTER_VALUES: Record<string, unknown[]> = {
  userTypeId: [1],
  userId: [1],
  courseId: [1],
  isActive: [true, false],
  classId: [1],
  classType: ['scheduled', 'homeroom'],
  isOpen: [true, false],
  status: ['enrolled', 'withdrawn'],
  state: ['upcoming', 'running', 'ended'],
}

const SEARCHES = ['', 'ha', 'hadz', 'an hadzic']

it('walks an index for every list, sort, filter and search, and sorts nothing but a few hits', async () => {
  const { school } = await createSampleSchool(200)
  const { database } = school
  let checked = 0
  for (const fewHits of [20_000, -1]) {
    const lists = new Lists(database, () => fewHits)
    const statements = vi.spyOn(database, 'runOnReader')
    for (const { entity, openList, list, sorts, filters } of LISTED) {
      for (const request of requestsOf(sorts, filters)) {
        statements.mockClear()
        const { listId } = await openList({ lists, today: '2026-11-22', database }, request)
        await list({ lists, today: '2026-11-22', database }, { listId, offset: 0, count: 10 })
        const [sql, parameters] =
          statements.mock.calls.find(([statement]) => statement.startsWith('INSERT')) ?? []
        const select = sql?.replace(/^INSERT INTO \S+ \(id\) /, '') ?? ''
        const plan = await database.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${select}`, parameters)
        const steps = plan.map(({ detail }) => detail)
        const about = `${entity} ${JSON.stringify(request)}\n${steps.join('\n')}`
        const isFewSorted = fewHits > 0 && (request.search !== '' || Object.keys(request.filters).length > 0)
        expect(
          steps.filter((step) => /^SCAN \w+$/.test(step)),
          about,
        ).toEqual([])
        if (!isFewSorted)
          expect(
            steps.filter((step) => step.includes('TEMP B-TREE')),
            about,
          ).toEqual([])
        await lists.close(listId)
        checked++
      }
    }
    statements.mockRestore()
  }
  expect(checked).toBeGreaterThan(300)
})

interface Request {
  search: string
  sort: { field: string; isDescending: boolean }
  filters: Record<string, unknown>
}

function requestsOf(sorts: string[], filters: string[]): Request[] {
  const filterings = [
    {},
    ...filters.flatMap((name) => (FILTER_VALUES[name] ?? []).map((value) => ({ [name]: value }))),
  ]
  return sorts.flatMap((field) =>
    [false, true].flatMap((isDescending) =>
      SEARCHES.flatMap((search) =>
        filterings.map((filtering) => ({ search, sort: { field, isDescending }, filters: filtering })),
      ),
    ),
  )
}

it('orders a few hits as it orders many', async () => {
  const { school } = await createSampleSchool(150)
  const { database } = school
  for (const { entity, openList, sorts, filters } of LISTED) {
    for (const request of requestsOf(sorts, filters)) {
      const ids = []
      for (const fewHits of [20_000, -1]) {
        const lists = new Lists(database, () => fewHits)
        const { listId } = await openList({ lists, today: '2026-11-22', database }, request)
        ids.push(await database.read(`SELECT id FROM temp.list_${listId} ORDER BY pos`))
        await lists.close(listId)
      }
      expect(ids[0], `${entity} ${JSON.stringify(request)}`).toEqual(ids[1])
    }
  }
})

it('stays as it was opened while records change, and expires when many more were opened', async () => {
  const { api } = await createTestSchool()
  for (const name of ['A', 'B', 'C']) await api.userTypes.create({ name })
  const { listId, total } = await api.userTypes.openList({})
  await api.userTypes.create({ name: 'AA' })
  await api.userTypes.remove({ userTypeId: 4 })
  const { rows } = await api.userTypes.list({ listId, offset: 0, count: 10 })
  expect(total).toBe(5)
  expect(rows.map(({ name }) => name)).toEqual(['A', 'C', 'Student', 'Teacher'])
  for (let count = 0; count < 12; count++) await api.userTypes.openList({})
  await expect(api.userTypes.list({ listId, offset: 0, count: 10 })).rejects.toMatchObject({
    code: 'list-expired',
  })
})

it('is a list of its own records, whose ids mean nothing elsewhere', async () => {
  const { api } = await createTestSchool()
  await api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 })
  await api.courses.create({ name: 'Algebra', startDate: '2026-09-01', endDate: '2027-06-18' })
  const { listId } = await api.users.openList({})
  const selection = { listId, except: [] }
  const expired = { code: 'list-expired' }
  await expect(api.courses.list({ listId, offset: 0, count: 10 })).rejects.toMatchObject(expired)
  await expect(api.courses.previewRemoval({ selection })).rejects.toMatchObject(expired)
  await expect(api.courses.remove({ selection })).rejects.toMatchObject(expired)
  expect(await api.courses.openList({})).toMatchObject({ all: 1 })
})

it('gives a selection of all but some to bulk work', async () => {
  const { api } = await createTestSchool()
  for (let number = 1; number <= 5; number++) {
    await api.users.create({ firstName: 'A', lastName: `B${number}`, userTypeId: 1 })
  }
  const { listId } = await api.users.openList({})
  const { count } = await api.users.setActive({ selection: { listId, except: [2, 3] }, isActive: false })
  expect(count).toBe(3)
  expect(await api.users.openList({ filters: { isActive: true } })).toMatchObject({ total: 2, all: 5 })
})
