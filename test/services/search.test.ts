import { describe, expect, it } from 'vitest'
import { createTestSchool } from '../helpers/school'

describe('a search', () => {
  it('finds an e-mail address as it is written, and the name as it is folded', async () => {
    const { api } = await createTestSchool()
    await api.users.create({
      firstName: 'Đorđe',
      lastName: 'Ilić',
      email: 'djordje.ilic@x.ba',
      userTypeId: 1,
    })
    for (const search of ['djordje.ilic@x.ba', 'DJORDJE', 'đorđe', 'dorde', 'djordje ilić', 'ilic@x']) {
      expect(await api.users.openList({ search }), search).toMatchObject({ total: 1 })
    }
    expect(await api.users.openList({ search: 'djordje@x' })).toMatchObject({ total: 0 })
  })

  it('takes what is no text for a blank', async () => {
    const { api } = await createTestSchool()
    await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
    for (const search of ['ana\0kos', '\u0000', '\uD800ana', 'kos\u0001']) {
      expect(await api.users.openList({ search }), JSON.stringify(search)).toMatchObject({ total: 1 })
      expect(await api.enrollments.openList({ search }), JSON.stringify(search)).toMatchObject({ total: 0 })
    }
  })

  it('finds names with short words in them, wherever these stand', async () => {
    const { api } = await createTestSchool()
    for (const name of ['Mathematics 1', 'Mathematics 2', 'PE 1', 'PE 2']) {
      await api.courses.create({ name, startDate: '2026-09-01', endDate: '2027-06-18' })
    }
    await api.users.create({ firstName: 'Ana', lastName: 'de la Cruz', userTypeId: 1 })
    const coursesFound: [string, number][] = [
      ['mathematics 2', 1],
      ['2 math', 1],
      ['pe 2', 1],
      ['pe', 2],
      ['math 3', 0],
    ]
    for (const [search, total] of coursesFound) {
      expect(await api.courses.openList({ search }), search).toMatchObject({ total })
    }
    for (const search of ['de la cruz', 'la cruz', 'a cruz', 'a de']) {
      expect(await api.users.openList({ search }), search).toMatchObject({ total: 1 })
    }
  })

  it('finds what another system calls a person, a course or an enrolment, by how that begins', async () => {
    const { api } = await createTestSchool()
    const { userId } = await api.users.create({
      firstName: 'Lejla',
      lastName: 'Hadžić',
      userTypeId: 1,
      externalId: 'HS-2024/017',
    })
    await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1, externalId: 'Pupil 18' })
    await api.users.create({ firstName: 'Hs', lastName: 'Named so', userTypeId: 1 })
    const days = { startDate: '2026-09-01', endDate: '2027-06-18' }
    const { courseId } = await api.courses.create({ name: 'Biology', ...days, externalId: 'bio-8' })
    await api.enrollments.enrollStudents({
      courseId,
      selection: { ids: [userId] },
      enrolledDate: '2026-09-01',
    })
    const { listId } = await api.enrollments.openList({})
    const [enrolled] = (await api.enrollments.list({ listId, offset: 0, count: 1 })).rows
    await api.enrollments.update({ enrollmentId: enrolled?.enrollmentId ?? 0, externalId: 'E-99' })

    const peopleFound: [string, number][] = [
      ['HS-2024/017', 1],
      ['hs-2024', 1],
      ['hs', 2],
      [' Pupil  18 ', 1],
      ['2024', 0],
      ['HS-2025', 0],
    ]
    for (const [search, total] of peopleFound)
      expect(await api.users.openList({ search }), search).toMatchObject({ total })
    for (const search of ['BIO-8', 'bio-8', 'bi'])
      expect(await api.courses.openList({ search }), search).toMatchObject({ total: 1 })
    for (const search of ['e-99', 'HS-2024', 'bio-8', 'bio-8 hadzic'])
      expect(await api.enrollments.openList({ search }), search).toMatchObject({ total: 1 })
    expect(await api.enrollments.openList({ search: 'E-100' })).toMatchObject({ total: 0 })
  })
})
