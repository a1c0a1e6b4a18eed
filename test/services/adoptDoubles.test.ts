import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createFile, upgrade } from '../../electron/database/migrate'
import { allRevisions } from '../../electron/database/revisions'
import { SideConnection } from '../../electron/database/scratch'
import { dayOfClock, storedMidnight } from '../../electron/services/values'
import { temporaryFolder } from '../helpers/school'
import { adoptSource, contentOf, createSeedDatabase } from '../helpers/seed'

interface Period {
  from: string | null
  to: string | null
}

const now = new Date()
const dayIn = (days: number) => dayOfClock(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days))

/** Open enrolments that have begun, begin today or begin later, or on a day that nobody knows; with a last day or none. */
const PERIODS: Period[] = [null, dayIn(-20), dayIn(-10), dayIn(0), dayIn(5), dayIn(10)].flatMap((from) =>
  [null, dayIn(12), dayIn(30)].map((to) => ({ from, to })),
)

/** Any two of them in either order, and some with a third. The former schema has one without a last day at most. */
function doubles(): Period[][] {
  const pairs = PERIODS.flatMap((one) => PERIODS.map((other) => [one, other]))
  const threes = pairs.map((pair, at) => [...pair, ...PERIODS.slice(at % PERIODS.length).slice(0, 1)])
  return [...pairs, ...threes].filter((group) => group.filter(({ to }) => to === null).length < 2)
}

it('of doubles an upgrade and an adoption keep the same one open, and end the others on the same day', async () => {
  const groups = doubles()
  const enrollments = groups
    .flatMap((group, at) => group.map((period) => ({ user: at + 1, ...period })))
    .map((enrollment, at) => ({ id: at + 1, ...enrollment }))
  const upgraded = await upgradeOld(enrollments)
  const { file: adopted } = await adoptSource(await seedOf(enrollments), { now: () => now })
  const states = await statesOf(adopted)
  expect(states.filter(([, status]) => status === 'enrolled')).toHaveLength(groups.length)
  expect(await statesOf(upgraded)).toEqual(states)
})

async function statesOf(file: string) {
  const { enrollments } = await contentOf(file)
  return enrollments.map(({ enrollment_id: id, status, end_date: to }) => [id, status, to])
}

type Enrollment = Period & { id: number; user: number }

/** A school's file of the schema before, brought to head. */
async function upgradeOld(enrollments: Enrollment[]): Promise<string> {
  const file = join(await temporaryFolder(), 'school.rollbook')
  const revisions = allRevisions()
  const before = revisions.findIndex(({ name }) => name.includes('add-states'))
  await createFile(file, revisions.slice(0, before), { appVersion: 'old' })
  const side = await SideConnection.open(file)
  const json = JSON.stringify(enrollments)
  await side.run(`INSERT INTO user_types (name) VALUES ('Student')`)
  await side.run(
    `INSERT INTO courses (name, start_date, end_date) VALUES ('Art', '2024-09-02', '2099-06-13')`,
  )
  await side.run(
    `INSERT INTO users (user_id, first_name, last_name, email, user_type_id)
      SELECT DISTINCT value ->> 'user', 'Ana', 'Kos', (value ->> 'user') || '@b.ba', 1 FROM json_each(?)`,
    [json],
  )
  await side.run(
    `INSERT INTO enrollments (enrollment_id, user_id, course_id, enrolled_date, end_date)
      SELECT value ->> 'id', value ->> 'user', 1, (value ->> 'from') || '${storedMidnight('')}', (value ->> 'to') || '${storedMidnight('')}'
      FROM json_each(?)`,
    [json],
  )
  await side.close()
  await upgrade(file, revisions, { appVersion: 'new' })
  return file
}

/** The same in a database of the tutorial's system. */
function seedOf(enrollments: Enrollment[]): Promise<string> {
  const midnight = (day: string | null) => day && `${day} 00:00:00.000000`
  const users = [...new Set(enrollments.map(({ user }) => user))]
  const person = { first_name: 'Ana', last_name: 'Kos', is_active: 1, user_type_id: 1 }
  return createSeedDatabase({
    user_types: [{ user_type_id: 1, name: 'Student' }],
    courses: [{ course_id: 1, name: 'Art', start_date: '2024-09-02', end_date: '2099-06-13', is_active: 1 }],
    users: users.map((user) => ({ user_id: user, email: `${user}@b.ba`, ...person })),
    enrollments: enrollments.map(({ id, user, from, to }) => ({
      ...{ enrollment_id: id, user_id: user, course_id: 1 },
      ...{ enrolled_date: midnight(from), end_date: midnight(to) },
    })),
  })
}
