import { join } from 'node:path'
import { QueryTypes } from 'sequelize'
import { expect, it } from 'vitest'
import { connect } from '../../electron/database/connection'
import { createFile } from '../../electron/database/migrate'
import { allRevisions } from '../../electron/database/revisions'
import { openTestSchool, temporaryFolder } from '../helpers/school'

const midnight = (day: string) => `${day} 00:00:00.000 +00:00`

/** A file of the schema before, with one person in these enrolments of one course, from day to day. */
async function fileWith(...enrollments: [from: string | null, to: string | null][]): Promise<string> {
  const file = join(await temporaryFolder(), 'school.rollbook')
  const revisions = allRevisions()
  const before = revisions.findIndex(({ name }) => name.includes('add-states'))
  await createFile(file, revisions.slice(0, before), { appVersion: 'old' })
  const connection = connect(file)
  try {
    await connection.query(`INSERT INTO user_types (name) VALUES ('Student')`)
    await connection.query(
      `INSERT INTO users (first_name, last_name, email, user_type_id) VALUES ('Ana', 'Kos', 'ana@x.example', 1)`,
    )
    await connection.query(
      `INSERT INTO courses (name, start_date, end_date) VALUES ('Biology', '2020-09-01', '2099-06-18')`,
    )
    for (const [from, to] of enrollments) {
      await connection.query(
        'INSERT INTO enrollments (user_id, course_id, enrolled_date, end_date) VALUES (1, 1, $1, $2)',
        { bind: [from && midnight(from), to && midnight(to)], type: QueryTypes.INSERT },
      )
    }
  } finally {
    await connection.close()
  }
  return file
}

async function upgraded(file: string) {
  const { api, school } = await openTestSchool(file)
  const { listId } = await api.enrollments.openList({ sort: { field: 'enrolledDate' } })
  const { rows } = await api.enrollments.list({ listId, offset: 0, count: 200 })
  return { api, school, states: rows.map(({ status, endDate }) => [status, endDate]) }
}

it('enrolments are completed where their last day is past, and enrolled where it is to come or there is none', async () => {
  const { states, school } = await upgraded(
    await fileWith(['2020-09-01', '2021-06-18'], ['2021-09-01', null]),
  )
  expect(states).toEqual([
    ['completed', '2021-06-18'],
    ['enrolled', null],
  ])
  expect(school.file.upgradeNotes).toEqual([])
})

it('of two open enrolments in one course the newest stays open; the other ends when that began, and history and the page say so', async () => {
  const { states, school, api } = await upgraded(
    await fileWith(['2020-09-01', '2099-06-18'], ['2021-09-01', null]),
  )
  expect(states).toEqual([
    ['completed', '2021-09-01'],
    ['enrolled', null],
  ])
  expect(school.file.upgradeNotes).toEqual([{ summary: 'open-doubles-closed', params: { count: 1 } }])
  const { rows } = await api.history.list({})
  expect(rows).toMatchObject([{ summary: 'open-doubles-closed', changeCount: 1 }])
  const changes = await school.database.query<{ before: string; after: string }>(
    'SELECT before, after FROM changes',
  )
  expect(changes.map(({ before, after }) => [JSON.parse(before), JSON.parse(after)])).toEqual([
    [
      [1, 1, 1, midnight('2020-09-01'), midnight('2099-06-18'), 'enrolled'],
      [1, 1, 1, midnight('2020-09-01'), midnight('2021-09-01'), 'completed'],
    ],
  ])
  await expect(api.history.undo({ changeSetId: rows[0]?.changeSetId ?? 0 })).rejects.toMatchObject({
    params: { reason: 'older-schema' },
  })
})

it.each<[string, [string | null, string | null][], unknown[][]]>([
  [
    'ends on its own last day where that is earlier',
    [
      ['2098-09-01', '2098-12-31'],
      ['2099-01-01', '2099-06-18'],
    ],
    [
      ['completed', '2098-12-31'],
      ['enrolled', '2099-06-18'],
    ],
  ],
  [
    'ends, where no first day of it is known, when the newest began',
    [
      [null, '2099-03-01'],
      ['2020-09-01', null],
    ],
    [
      ['completed', '2020-09-01'],
      ['enrolled', null],
    ],
  ],
  [
    'begins only later gives way to one that has begun, and ends on its own first day',
    [
      ['2020-09-01', '2099-06-18'],
      ['2021-09-01', null],
      ['2099-01-01', '2099-06-18'],
    ],
    [
      ['completed', '2021-09-01'],
      ['enrolled', null],
      ['completed', '2099-01-01'],
    ],
  ],
  [
    'begins only later gives way to one of which no first day is known',
    [
      [null, null],
      ['2099-01-01', '2099-06-18'],
    ],
    [
      ['enrolled', null],
      ['completed', '2099-01-01'],
    ],
  ],
])('of open enrolments in one course, one that %s', async (_, enrollments, expected) => {
  expect((await upgraded(await fileWith(...enrollments))).states).toEqual(expected)
})
