import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dumpOf } from '../helpers/dump'
import { applyImport, prepareImport } from '../helpers/jobs'
import { createSampleSchool, createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

it('leaves the file as it was but for history, whatever the command was', async () => {
  const test = await createSampleSchool(60)
  const { api } = test
  const ids = [1, 2, 3, 4, 5]
  const commands: Record<string, () => Promise<unknown>> = {
    'users.create': () => api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 }),
    'users.update': () => api.users.update({ userId: 3, firstName: 'Žana', email: 'zana@x.example' }),
    'users.setActive': () => api.users.setActive({ selection: { ids }, isActive: false }),
    'users.remove': () => api.users.remove({ selection: { ids } }),
    'users.remove (the last)': () => api.users.remove({ selection: { ids: [60] } }),
    'userTypes.create': () => api.userTypes.create({ name: 'Guest' }),
    'userTypes.update': () => api.userTypes.update({ userTypeId: 1, name: 'Pupil' }),
    'courses.create': () =>
      api.courses.create({ name: 'New', startDate: '2026-01-01', endDate: '2026-01-01' }),
    'courses.update': () =>
      api.courses.update({ courseId: 1, endDate: '2028-01-01', description: 'Long\nand short' }),
    'courses.remove': () => api.courses.remove({ selection: { ids: [1, 2] } }),
    'enrollments.withdraw': async () =>
      api.enrollments.withdraw({ selection: await allOf(test, 'enrollments'), endDate: '2026-12-01' }),
    'enrollments.remove': async () => api.enrollments.remove({ selection: await allOf(test, 'enrollments') }),
    'enrollments.enrollStudents': async () => {
      const { courseId } = await api.courses.create({
        name: 'Chess',
        startDate: '2026-09-01',
        endDate: '2027-06-01',
      })
      await api.enrollments.enrollStudents({ courseId, selection: { ids }, enrolledDate: '2026-09-01' })
      await api.history.undoLast({})
      return api.history.undoLast({})
    },
    'school.update': () => api.school.update({ name: 'Another' }),
  }
  for (const [name, command] of Object.entries(commands)) {
    const before = await dumpOf(test.school.database)
    await command()
    if (name !== 'enrollments.enrollStudents') await api.history.undoLast({})
    expect(await dumpOf(test.school.database), name).toEqual(before)
  }
})

it('is refused by name where a later change stands on the record', async () => {
  const { api } = await createTestSchool()
  const user = await api.users.create({ firstName: 'Ana', lastName: 'Alić', userTypeId: 1 })
  await api.users.update({ userId: user.userId, age: 12 })
  const { rows } = await api.history.list({})
  const created = rows.find(({ summary }) => summary === 'user-created')
  await expect(api.history.undo({ changeSetId: created?.changeSetId ?? 0 })).rejects.toMatchObject({
    code: 'conflict',
    params: { reason: 'later-change', name: 'Ana Alić', later: rows[0]?.changeSetId },
  })
})

it('is refused a second time, and for a set that is not there', async () => {
  const { api } = await createTestSchool()
  await api.userTypes.create({ name: 'Guest' })
  const { changeSetId } = await api.history.undoLast({})
  await expect(api.history.undo({ changeSetId })).rejects.toMatchObject({
    params: { reason: 'undone-already' },
  })
  await expect(api.history.undo({ changeSetId: 999 })).rejects.toMatchObject({ code: 'not-found' })
  await expect(api.history.undoLast({})).rejects.toMatchObject({ code: 'not-found' })
})

it('is refused for a deletion whose record would be without what it belongs to', async () => {
  const { api } = await createTestSchool()
  await api.users.create({ firstName: 'Ana', lastName: 'Alić', userTypeId: 1 })
  await api.users.remove({ selection: { ids: [1] } })
  const [removed] = (await api.history.list({})).rows
  await api.userTypes.remove({ userTypeId: 1 })
  await expect(api.history.undo({ changeSetId: removed?.changeSetId ?? 0 })).rejects.toMatchObject({
    params: { reason: 'undo-belongs' },
  })
})

it('never gives the number of a former record to another', async () => {
  const test = await createTestSchool()
  const { api } = test
  for (const name of ['Art', 'Biology']) {
    await api.courses.create({ name, startDate: '2026-09-01', endDate: '2027-06-18' })
  }
  await api.courses.remove({ selection: { ids: [1, 2] } })
  const path = join(await temporaryFolder(), 'courses.csv')
  await writeFile(
    path,
    'course_id,name,start_date,end_date\n2,Chess,2026-09-01,2027-06-18\n7,Dance,2026-09-01,2027-06-18\n',
  )
  const { importId } = await prepareImport(test, path)
  const { changeSetId } = await applyImport(test, importId)
  await api.history.undo({ changeSetId: changeSetId ?? 0 })
  const { courseId } = await api.courses.create({
    name: 'Ethics',
    startDate: '2026-09-01',
    endDate: '2027-06-18',
  })
  expect(courseId).toBe(3)
})

it('can itself be undone, from history', async () => {
  const { api, school } = await createTestSchool()
  await api.userTypes.create({ name: 'Guest' })
  const after = await dumpOf(school.database)
  const { undoneBy } = await api.history.undoLast({})
  await api.history.undo({ changeSetId: undoneBy ?? 0 })
  expect((await dumpOf(school.database)).user_types).toEqual(after.user_types)
})

async function allOf({ api }: TestSchool, entity: 'users' | 'courses' | 'enrollments') {
  const { listId } = await api[entity].openList({})
  return { listId, except: [] }
}

it('has nothing to take back where nothing was changed', async () => {
  const { api } = await createTestSchool()
  const { userId } = await api.users.create({ firstName: 'Ana', lastName: 'Ilić', userTypeId: 1 })
  await api.history.undoLast({})
  await api.history.redoLast({})
  const before = await api.history.list({})
  expect(await api.users.setActive({ selection: { ids: [userId] }, isActive: true })).toEqual({ count: 0 })
  expect(await api.users.remove({ selection: { ids: [99] } })).toEqual({ users: 0, enrollments: 0 })
  expect(await api.history.list({})).toEqual(before)
})

it('is refused where another program has written past history', async () => {
  const { api, school } = await createTestSchool()
  await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
  await school.database.write(() => school.database.run(`UPDATE users SET first_name = 'Eva'`))
  await expect(api.history.undoLast({})).rejects.toMatchObject({
    code: 'conflict',
    params: { reason: 'altered-elsewhere', name: 'Eva Kos' },
  })
})
