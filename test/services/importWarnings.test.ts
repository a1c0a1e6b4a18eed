import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { words } from '../../electron/services/words'
import { applyImport, prepareImport } from '../helpers/jobs'
import { createTestSchool, temporaryFolder } from '../helpers/school'

/** A school with two people and a course, on 22 November. */
async function begin() {
  const school = await createTestSchool({ now: () => new Date(2026, 10, 22, 12) })
  const prepare = async (lines: string[], options: Parameters<typeof prepareImport>[2] = {}) => {
    const path = join(await temporaryFolder(), 'list.csv')
    await writeFile(path, `${lines.join('\n')}\n`)
    return prepareImport(school, path, options)
  }
  const load = async (lines: string[]) => applyImport(school, (await prepare(lines)).importId)
  await load(['external_id,first_name,last_name,user_type', 'S-1,Ana,Kos,Student', 'S-2,Ivo,Lov,Student'])
  await load(['name,start_date,end_date,external_id', 'Art,2026-09-01,2027-06-18,K-1'])
  const statusesOf = async () => {
    const { listId } = await school.api.enrollments.openList({ sort: { field: 'updatedAt' } })
    const { rows } = await school.api.enrollments.list({ listId, offset: 0, count: 20 })
    return rows.map(({ status }) => status)
  }
  return { school, prepare, statusesOf }
}

const HEADER = 'user_external_id,course_external_id,enrolled_date,end_date,State'
const OVER = [
  'S-1,K-1,2025-09-01,2026-01-31,enrolled',
  'S-1,K-1,2026-02-01,2026-06-18,completed',
  'S-2,K-1,2025-09-01,2026-06-18,Enrolled',
]

it('an enrolment that is enrolled by its status and over by its last day is completed, and the preview says so', async () => {
  const { school, prepare, statusesOf } = await begin()
  const prepared = await prepare([HEADER, ...OVER, 'S-2,K-1,2026-09-01,2026-11-22,enrolled'])
  expect(prepared).toMatchObject({
    creates: 4,
    problems: [],
    warnings: [
      { row: 2, column: 'State', value: 'enrolled', code: 'enrolled-but-over', params: { count: 2 } },
    ],
  })
  expect(words('problems.enrolled-but-over', { count: 2 })).toContain('2 rows')
  await applyImport(school, prepared.importId)
  expect((await statusesOf()).sort()).toEqual(['completed', 'completed', 'completed', 'enrolled'])
})

it('nor is one opened again by a status alone, without a word', async () => {
  const { school, prepare } = await begin()
  await applyImport(school, (await prepare([HEADER, ...OVER])).importId)
  const again = await prepare([HEADER, 'S-1,K-1,2025-09-01,,enrolled'], { mode: 'upsert' })
  expect(again).toMatchObject({
    unchanged: 1,
    warnings: [{ row: 2, code: 'enrolled-but-over', params: { count: 1 } }],
  })
})

it('nothing is told of rows that have their way, or are refused', async () => {
  const { prepare } = await begin()
  const rows = ['S-1,K-1,2026-09-01,2027-06-18,enrolled', 'S-9,K-1,2025-09-01,2026-06-18,enrolled']
  expect(await prepare([HEADER, ...rows])).toMatchObject({ creates: 1, rejects: 1, warnings: [] })
})

it('a list of people without their types is people’s, and lacks the type alone', async () => {
  const { prepare } = await begin()
  const lines = ['First name, Surname, E-mail', 'Eva,Mak,eva@b.ba']
  await expect(prepare(lines)).rejects.toMatchObject({
    fields: {
      file: { code: 'column-missing', params: { entity: 'users', column: 'user_type' } },
    },
  })
  expect(await prepare(lines, { entity: 'users', defaults: { userType: 'Student' } })).toMatchObject({
    entity: 'users',
    creates: 1,
    problems: [],
  })
})
