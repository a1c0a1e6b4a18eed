import type { Language } from '../contract/languages'
import { courseNameKeys, userNameKeys, userTypeNameKeys } from '../contract/nameKeys'
import { fold } from '../contract/fold'
import type { NewSchoolContext } from './context'
import { FIRST_NAMES, LAST_NAMES, SUBJECTS } from './sampleNames'
import { storedMidnight } from './values'

/** Rows that are made and written at a time. */
const BATCH = 1_000

/** Everything happened on one morning, so that a sample is the same whenever it is made. */
const CREATED = '2026-09-01 08:00:00.000 +00:00'

const YEAR = { start: '2026-09-01', end: '2027-06-18' }
const END_IN_YEAR = '2026-10-30'
const CLASS_SIZE = 25
const FORMER_YEAR = { start: '2025-09-01', end: '2026-06-19' }

const TYPES = ['Student', 'Teacher', 'Staff']
const [STUDENT, TEACHER, STAFF] = [1, 2, 3] as const

/** Fills an empty school, one without user types even, with `people` invented people, their courses and enrolments: the same ones for one number. */
export async function fillSample(context: NewSchoolContext, people: number): Promise<void> {
  const random = randomFrom(people)
  const courseCount = Math.min(2_000, Math.max(1, Math.ceil(people / 20)))
  await insertTypes(context)
  for (let from = 1; from <= people; from += BATCH) {
    await insertUsers(context, random, from, Math.min(people, from + BATCH - 1))
  }
  await insertCourses(context, courseCount)
  const classCount = Math.ceil(people / CLASS_SIZE)
  await insertClasses(context, classCount)
  for (let from = 1; from <= people; from += BATCH) {
    await insertEnrollments(context, random, from, Math.min(people, from + BATCH - 1), courseCount)
  }
  await enrolInClasses(context, courseCount, classCount)
  for (const entity of ['userTypes', 'users', 'courses', 'enrollments'] as const) {
    await context.changes.recordInserted(entity, `SELECT ${KEYS[entity]}`)
  }
  context.changes.summarize('sample-created', { count: people })
}

const KEYS = {
  userTypes: 'user_type_id FROM user_types',
  users: 'user_id FROM users',
  courses: 'course_id FROM courses',
  enrollments: 'enrollment_id FROM enrollments',
}

async function insertTypes({ database, language }: NewSchoolContext): Promise<void> {
  const rows = TYPES.map((name) => ({ name, ...userTypeNameKeys(name, language) }))
  await database.run(
    `INSERT INTO user_types (name, name_sort, name_folded, created_at, updated_at)
      SELECT value ->> 'name', value ->> 'nameSort', value ->> 'nameFolded', $2, $2 FROM json_each($1)`,
    [JSON.stringify(rows), CREATED],
  )
}

async function insertUsers(
  { database, language }: NewSchoolContext,
  random: Random,
  from: number,
  to: number,
) {
  const rows = []
  for (let number = from; number <= to; number++) rows.push(inventUser(number, random, language))
  await database.run(
    `INSERT INTO users (first_name, last_name, email, age, birth_date, is_active, user_type_id, first_name_sort, last_name_sort,
        first_name_folded, last_name_folded, created_at, updated_at)
      SELECT value ->> 'firstName', value ->> 'lastName', value ->> 'email', value ->> 'age', value ->> 'birthDate', value ->> 'isActive',
        value ->> 'userTypeId', value ->> 'firstNameSort', value ->> 'lastNameSort', value ->> 'firstNameFolded',
        value ->> 'lastNameFolded', $2, $2 FROM json_each($1)`,
    [JSON.stringify(rows), CREATED],
  )
}

function inventUser(number: number, random: Random, language: Language) {
  const firstName = random.pick(FIRST_NAMES)
  const lastName = random.pick(LAST_NAMES)
  const userTypeId = number % 16 === 0 ? TEACHER : number % 75 === 0 ? STAFF : STUDENT
  const address = fold(`${firstName}.${lastName}`).replace(/[^a-z.]/g, '')
  return {
    firstName,
    lastName,
    // Every eleventh pupil has none.
    email:
      userTypeId === STUDENT && number % 11 === 0 ? noEmail(number) : `${address}.${number}@school.example`,
    // Of pupils the birth date is known, of the others an age.
    ...(userTypeId === STUDENT
      ? { birthDate: dayFrom('2011-09-01', random.below(5 * 365)) }
      : { age: 24 + random.below(40) }),
    isActive: random.below(40) === 0 ? 0 : 1,
    userTypeId,
    ...userNameKeys({ firstName, lastName }, language),
  }
}

/** The day that comes `days` days after another. */
function dayFrom(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}

const noEmail = (number: number) => `none-${number.toString(16).padStart(8, '0')}@no-email.invalid`

async function insertCourses({ database, language }: NewSchoolContext, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const subject = SUBJECTS[index % SUBJECTS.length] ?? ''
    const name = `${subject} ${Math.floor(index / SUBJECTS.length) + 1}`
    const { start, end } = index % 9 === 8 ? FORMER_YEAR : YEAR
    return { name, start, end, ...courseNameKeys(name, language) }
  })
  await database.run(
    `INSERT INTO courses (name, start_date, end_date, name_sort, name_folded, created_at, updated_at)
      SELECT value ->> 'name', value ->> 'start', value ->> 'end', value ->> 'nameSort', value ->> 'nameFolded', $2, $2
      FROM json_each($1)`,
    [JSON.stringify(rows), CREATED],
  )
}

const SCHOOL_YEARS = ['V', 'VI', 'VII', 'VIII', 'IX']

/** Classes from V-1 on, about as many in each school year. */
async function insertClasses({ database, language }: NewSchoolContext, count: number): Promise<void> {
  const yearOf = (index: number) => Math.floor((index * SCHOOL_YEARS.length) / count)
  const rows = Array.from({ length: count }, (_, index) => {
    const firstOfYear = Math.ceil((yearOf(index) * count) / SCHOOL_YEARS.length)
    const name = `${SCHOOL_YEARS[yearOf(index)] ?? ''}-${index - firstOfYear + 1}`
    return { name, ...YEAR, ...courseNameKeys(name, language) }
  })
  await database.run(
    `INSERT INTO courses (name, class_type, start_date, end_date, name_sort, name_folded, created_at, updated_at)
      SELECT value ->> 'name', 'homeroom', value ->> 'start', value ->> 'end', value ->> 'nameSort', value ->> 'nameFolded', $2, $2
      FROM json_each($1)`,
    [JSON.stringify(rows), CREATED],
  )
}

/** Every pupil is in one class, the youngest in the first. */
async function enrolInClasses(
  { database }: NewSchoolContext,
  courseCount: number,
  classCount: number,
): Promise<void> {
  await database.run(
    `INSERT INTO enrollments (user_id, course_id, enrolled_date, updated_at)
      SELECT user_id, $1 + 1 + (row_number() OVER (ORDER BY birth_date DESC, user_id) - 1) * $2 / count(*) OVER (), $3, $4
      FROM users WHERE user_type_id = ${STUDENT}`,
    [courseCount, classCount, storedMidnight(YEAR.start), CREATED],
  )
}

/** Each person is in three courses, one in eight of these enrolments is ended. */
async function insertEnrollments(
  { database }: NewSchoolContext,
  random: Random,
  from: number,
  to: number,
  courseCount: number,
): Promise<void> {
  const rows = []
  for (let userId = from; userId <= to; userId++) {
    const first = random.below(courseCount)
    for (let index = 0; index < Math.min(3, courseCount); index++) {
      const courseId = ((first + index * 7) % courseCount) + 1
      const { start, end } = (courseId - 1) % 9 === 8 ? FORMER_YEAR : YEAR
      const endDate = start === FORMER_YEAR.start ? end : random.below(8) === 0 ? END_IN_YEAR : null
      const status = endDate === null ? 'enrolled' : endDate === END_IN_YEAR ? 'withdrawn' : 'completed'
      rows.push({
        userId,
        courseId,
        status,
        start: storedMidnight(start),
        end: endDate && storedMidnight(endDate),
      })
    }
  }
  await database.run(
    `INSERT OR IGNORE INTO enrollments (user_id, course_id, enrolled_date, end_date, status, updated_at)
      SELECT value ->> 'userId', value ->> 'courseId', value ->> 'start', value ->> 'end', value ->> 'status', $2 FROM json_each($1)`,
    [JSON.stringify(rows), CREATED],
  )
}

interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** Mulberry32 (Tommy Ettinger, public domain): small, and the same on every machine. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
  const pick = <Item>(items: readonly Item[]) => {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  return { below, pick }
}
