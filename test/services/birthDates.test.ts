import { expect, it } from 'vitest'
import { createTestSchool } from '../helpers/school'

const NOW = { now: () => new Date(2026, 10, 22, 12) }
const ANA = { firstName: 'Ana', lastName: 'Kos', userTypeId: 1 }

it('say the age, on the day of the birthday a year more', async () => {
  const { api } = await createTestSchool(NOW)
  for (const [birthDate, age] of [
    ['2012-11-22', 14],
    ['2012-11-23', 13],
    ['2026-11-22', 0],
    ['2012-02-29', 14],
  ] as const) {
    expect(await api.users.create({ ...ANA, birthDate })).toMatchObject({ birthDate, age })
  }
})

it('come before an age that somebody entered, which is then no longer kept', async () => {
  const { api } = await createTestSchool(NOW)
  const { userId } = await api.users.create({ ...ANA, age: 9 })
  expect(await api.users.update({ userId, birthDate: '2012-11-22' })).toMatchObject({ age: 14 })
  await expect(api.users.update({ userId, age: 9 })).rejects.toMatchObject({
    fields: { age: { code: 'follows-from-birth-date' } },
  })
  // Who loses the birth date keeps the age that it came to.
  expect(await api.users.update({ userId, birthDate: null })).toMatchObject({ age: 14 })
  expect(await api.users.update({ userId, age: 9 })).toMatchObject({ age: 9 })
})

it('leave no age with a child in its first year that loses the birth date', async () => {
  const { api } = await createTestSchool(NOW)
  const { userId } = await api.users.create({ ...ANA, birthDate: '2026-11-02' })
  expect(await api.users.update({ userId, birthDate: null })).toMatchObject({ birthDate: null, age: null })
})

it('are not to come', async () => {
  const { api } = await createTestSchool(NOW)
  await expect(api.users.create({ ...ANA, birthDate: '2026-11-23' })).rejects.toMatchObject({
    fields: { birthDate: { code: 'day-to-come' } },
  })
})

it('put the youngest first where people are sorted by age, those of an entered age after them', async () => {
  const { api } = await createTestSchool(NOW)
  await api.users.create({ ...ANA, birthDate: '2010-01-01' })
  await api.users.create({ ...ANA, age: 5 })
  await api.users.create({ ...ANA, birthDate: '2014-01-01' })
  await api.users.create({ ...ANA, age: 40 })
  const order = async (isDescending: boolean) => {
    const { listId } = await api.users.openList({ sort: { field: 'age', isDescending } })
    const { rows } = await api.users.list({ listId, offset: 0, count: 10 })
    return rows.map(({ userId }) => userId)
  }
  expect(await order(false)).toEqual([3, 1, 2, 4])
  expect(await order(true)).toEqual([4, 2, 1, 3])
})

it('are missed where an age was entered: it is said when, by what stands of the history', async () => {
  const { api, school } = await createTestSchool(NOW)
  const { userId } = await api.users.create({ ...ANA, age: 9 })
  await datedChanges('2023-03-01')
  await api.users.update({ userId, lastName: 'Kovač' })
  await datedChanges('2024-03-01')
  const enteredAt = async () => (await api.users.get({ userId })).ageEnteredAt
  expect(await enteredAt()).toBe('2023-03-01T08:00:00.000Z')
  await api.users.update({ userId, age: 11 })
  await datedChanges('2025-03-01')
  expect(await enteredAt()).toBe('2025-03-01T08:00:00.000Z')
  const { listId } = await api.users.openList({})
  const { rows } = await api.users.list({ listId, offset: 0, count: 10 })
  expect(rows).toMatchObject([{ age: 11, ageEnteredAt: '2025-03-01T08:00:00.000Z' }])

  await api.history.undoLast({})
  expect(await enteredAt()).toBe('2023-03-01T08:00:00.000Z')
  await api.users.update({ userId, birthDate: '2012-11-22' })
  expect(await enteredAt()).toBeNull()

  /** Puts the newest change on another day. */
  async function datedChanges(day: string) {
    await school.database.write(() =>
      school.database.run(
        `UPDATE change_sets SET created_at = $1 WHERE change_set_id = (SELECT max(change_set_id) FROM change_sets)`,
        [`${day} 08:00:00.000 +00:00`],
      ),
    )
  }
})
