import { expect, it } from 'vitest'
import { createTestSchool } from '../helpers/school'

it('have one name each', async () => {
  const { api } = await createTestSchool()
  const taken = { fields: { name: { code: 'name-taken' } } }
  await expect(api.userTypes.create({ name: ' Student ' })).rejects.toMatchObject(taken)
  await expect(api.userTypes.update({ userTypeId: 2, name: 'Student' })).rejects.toMatchObject(taken)
  expect(await api.userTypes.update({ userTypeId: 1, name: 'Student' })).toMatchObject({ name: 'Student' })
})

it('stay while users have them', async () => {
  const { api } = await createTestSchool()
  const { userId } = await api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 })
  await expect(api.userTypes.remove({ userTypeId: 1 })).rejects.toMatchObject({
    code: 'conflict',
    params: { reason: 'user-type-in-use', name: 'Student', count: 1 },
  })
  await api.users.update({ userId, userTypeId: 2 })
  await api.userTypes.remove({ userTypeId: 1 })
  const { listId, total } = await api.userTypes.openList({})
  const { rows } = await api.userTypes.list({ listId, offset: 0, count: total })
  expect(rows).toMatchObject([{ name: 'Teacher', userCount: 1 }])
})
