import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { schoolContract } from '../../electron/contract'
import type { Database } from '../../electron/database/open'
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

const SEARCHES = ['', 'hadz', 'an hadzic', 'an ha']

interface Request {
  search: string
  sort: { field: string; isDescending: boolean }
  filters: Record<string, unknown>
}

/** Every sort with every search and filter; every other one of them backwards, so that each pair of all these is there. */
function requestsOf(sorts: string[], filters: string[]): Request[] {
  const filterings = [
    {},
    ...filters.flatMap((name) => (FILTER_VALUES[name] ?? []).map((value) => ({ [name]: value }))),
  ]
  return sorts.flatMap((field) =>
    SEARCHES.flatMap((search, row) =>
      filterings.map((filtering, column) => ({
        search,
        sort: { field, isDescending: (row + column) % 2 === 1 },
        filters: filtering,
      })),
    ),
  )
}

/** Opens a list where so many hits count as few. Answers its ids in order, and the steps that SQLite takes to find them. */
async function opened(database: Database, openList: OpenList, request: Request, fewHits: number) {
  const lists = new Lists(database, () => fewHits)
  const statements = vi.spyOn(database, 'runOnReader')
  const { listId } = await openList({ lists, today: '2026-11-22', database }, request)
  const [sql = '', parameters] =
    statements.mock.calls.find(([statement]) => statement.startsWith('INSERT')) ?? []
  statements.mockRestore()
  const ids = await database.read(`SELECT id FROM temp.list_${listId} ORDER BY pos`)
  const plan = await database.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters)
  await lists.close(listId)
  return { ids, steps: plan.map(({ detail }) => detail) }
}

it.each(LISTED)(
  'walks an index for $entity in any sort, filter and search, sorts nothing but a few hits, and these alike',
  async ({ entity, openList, sorts, filters }) => {
    const { database } = (await createSampleSchool(200)).school
    const requests = requestsOf(sorts, filters)
    expect(requests.length).toBeGreaterThan(10)
    for (const request of requests) {
      const few = await opened(database, openList, request, 20_000)
      const many = await opened(database, openList, request, -1)
      const about = `${entity} ${JSON.stringify(request)}`
      const scans = [...few.steps, ...many.steps].filter((step) => /^SCAN \w+$/.test(step))
      expect(scans, about).toEqual([])
      const isNarrowed = request.search !== '' || Object.keys(request.filters).length > 0
      const unsorted = isNarrowed ? many.steps : [...few.steps, ...many.steps]
      expect(
        unsorted.filter((step) => step.includes('TEMP B-TREE')),
        about,
      ).toEqual([])
      expect(many.ids, about).toEqual(few.ids)
    }
  },
)

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

it('means nothing in another school, so that nothing of that one is shown or deleted by it', async () => {
  const { api: former } = await createTestSchool()
  const { api } = await createTestSchool()
  const { userId } = await api.users.create({ firstName: 'Ana', lastName: 'Alić', userTypeId: 1 })
  const { listId } = await former.users.openList({})
  await api.users.openList({})
  await expect(api.users.list({ listId, offset: 0, count: 1 })).rejects.toMatchObject({
    code: 'list-expired',
  })
  await expect(api.users.remove({ selection: { listId, except: [] } })).rejects.toMatchObject({
    code: 'list-expired',
  })
  expect(await api.users.get({ userId })).toMatchObject({ firstName: 'Ana' })
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
