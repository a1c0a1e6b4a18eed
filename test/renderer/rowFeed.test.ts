import { describe, expect, it } from 'vitest'
import type { UserRow } from '../../electron/contract/users'
import type { ListSource } from '../../renderer/grid/openedList'
import { createRowFeed } from '../../renderer/grid/rowFeed'
import { createSampleSchool } from '../helpers/school'

describe('the rows of a grid', () => {
  it('are those of the newest search, and a search that was overtaken before it began is never made', async () => {
    const { source, searches, api } = await watchedUsers()
    const feed = createRowFeed(source)
    const typed = ['a', 'an', 'ana'].map((search) => feed.open({ search }))
    expect(await Promise.all(typed)).toEqual([false, false, true])
    expect(searches).toEqual(['ana'])

    const { total } = await api.users.openList({ search: 'ana' })
    expect(total).toBeGreaterThan(0)
    const { rows } = await feed.read(0, 100, undefined)
    expect(rows).toHaveLength(total)
  })

  it('stay while the next search is under way', async () => {
    const { source } = await watchedUsers()
    const feed = createRowFeed(source)
    await feed.open({})
    const before = feed.shown
    const opening = feed.open({ search: 'ana' })
    expect(feed.shown).toBe(before)
    await opening
    expect(feed.shown?.total).toBeLessThan(before?.total ?? 0)
  })

  it('come after a search that failed', async () => {
    const { source } = await watchedUsers()
    const feed = createRowFeed(source)
    await expect(feed.open({ filters: { noSuchFilter: true } })).rejects.toThrow()
    expect(await feed.open({})).toBe(true)
  })
})

/** The people of a sample school as a list's source, and what was searched for. */
async function watchedUsers() {
  const { api } = await createSampleSchool(100)
  const searches: (string | undefined)[] = []
  const source: ListSource<UserRow> = {
    openList(request: Parameters<typeof api.users.openList>[0]) {
      searches.push(request.search)
      return api.users.openList(request)
    },
    list: (page) => api.users.list(page),
    closeList: (list) => api.users.closeList(list),
  }
  return { source, searches, api }
}
