import { describe, expect, it } from 'vitest'
import { createTestSchool } from '../helpers/school'

describe('users', () => {
  it('are created with what follows from their names, and found without accents', async () => {
    const { api } = await createTestSchool()
    const created = await api.users.create({
      firstName: ' Lejla ',
      lastName: 'Hadžić',
      email: 'Lejla@School.EXAMPLE',
      userTypeId: 1,
    })
    expect(created).toMatchObject({
      firstName: 'Lejla',
      email: 'lejla@school.example',
      isActive: true,
      age: null,
      lastLogin: null,
      userTypeName: 'Student',
    })
    for (const search of ['hadzic', 'HADŽ', 'ha', 'lejla hadz', 'h l', 'school.ex']) {
      const list = await api.users.openList({ search })
      expect(list, search).toMatchObject({ total: 1 })
    }
    expect(await api.users.openList({ search: 'nobody' })).toMatchObject({ total: 0, all: 1 })
  })

  it('may have no e-mail, and several may', async () => {
    const { api } = await createTestSchool()
    await api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 })
    const second = await api.users.create({ firstName: 'A', lastName: 'B', email: null, userTypeId: 1 })
    expect(second.email).toBeNull()
    expect(await api.users.openList({ search: 'no-email' })).toMatchObject({ total: 0 })
    expect(await api.users.update({ userId: second.userId, email: null, age: 12 })).toMatchObject({
      email: null,
      age: 12,
    })
  })

  it('are refused at the field for bad input', async () => {
    const { api } = await createTestSchool()
    await api.users.create({ firstName: 'A', lastName: 'B', email: 'a@b.ba', userTypeId: 1 })
    const good = { firstName: 'C', lastName: 'D', userTypeId: 1 }
    const cases: [object, string, string][] = [
      [{ firstName: '  ' }, 'firstName', 'required'],
      [{ firstName: 'x'.repeat(51) }, 'firstName', 'too-long'],
      [{ firstName: 'a\u0000b' }, 'firstName', 'control-characters'],
      [{ email: 'nobody' }, 'email', 'not-email'],
      [{ email: 'A@B.ba' }, 'email', 'email-taken'],
      [{ age: 0 }, 'age', 'too-small'],
      [{ userTypeId: 99 }, 'userTypeId', 'unknown-user-type'],
    ]
    for (const [bad, field, code] of cases) {
      await expect(api.users.create({ ...good, ...bad }), code).rejects.toMatchObject({
        code: 'invalid',
        fields: { [field]: { code } },
      })
    }
    expect(await api.users.openList({})).toMatchObject({ total: 1 })
  })

  it('come in the order of the language, with any page by position', async () => {
    const { api } = await createTestSchool()
    for (const lastName of ['Dragić', 'Čović', 'Cerić', 'Ćorić', 'Đurić', 'Džumhur']) {
      await api.users.create({ firstName: 'A', lastName, userTypeId: 1 })
    }
    const { listId, total } = await api.users.openList({})
    const { rows } = await api.users.list({ listId, offset: 0, count: total })
    expect(rows.map(({ lastName }) => lastName)).toEqual([
      'Cerić',
      'Čović',
      'Ćorić',
      'Dragić',
      'Džumhur',
      'Đurić',
    ])
    expect((await api.users.list({ listId, offset: 4, count: 1 })).rows).toMatchObject([
      { lastName: 'Džumhur' },
    ])
  })

  it('are removed with their enrolments, and come back unaltered', async () => {
    const { api, school } = await createTestSchool()
    const user = await api.users.create({ firstName: 'A', lastName: 'B', userTypeId: 1 })
    const course = await api.courses.create({
      name: 'Biology',
      startDate: '2026-09-01',
      endDate: '2027-06-18',
    })
    await api.enrollments.enrollStudents({
      courseId: course.courseId,
      selection: { ids: [user.userId] },
      enrolledDate: '2026-09-01',
    })
    const selection = { ids: [user.userId] }
    expect(await api.users.previewRemoval({ selection })).toEqual({ users: 1, enrollments: 1 })
    const before = await school.database.query('SELECT * FROM users, enrollments')
    await api.users.remove({ selection })
    expect(await api.enrollments.openList({})).toMatchObject({ total: 0 })
    await api.history.undoLast({})
    expect(await school.database.query('SELECT * FROM users, enrollments')).toEqual(before)
  })
})
