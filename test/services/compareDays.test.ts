import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { daysMethods, DIFFERENCES } from '../../electron/contract/days'
import { openPastSchool } from '../../electron/services/pastSchool'
import { endOf } from '../helpers/jobs'
import { dateHistory, dateSchool } from '../helpers/pastDays'
import { apiOf, createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

const TODAY = '2026-12-31'

it('tells who came, who left and who changed class between two days', async () => {
  const test = await threeDays()
  const compared = await compare(test, '2026-09-01', '2026-10-01')
  expect(compared).toMatchObject({
    people: { from: 4, until: 4 },
    counts: { came: 1, left: 1, 'changed-class': 2 },
  })
  expect(await rowsOf(test, compared.comparisonId)).toEqual({
    came: ['Ema Ilić: null -> VIII-2'],
    left: ['Dino Dedić: VIII-1 -> null'],
    'changed-class': ['Ana Alić: VIII-1 -> VIII-2', 'Berin Begić: null -> VIII-1'],
  })
})

it('compares with today, when who is deleted has left, by the name of the first day', async () => {
  const test = await threeDays()
  const compared = await compare(test, '2026-10-01', TODAY)
  expect(await rowsOf(test, compared.comparisonId)).toEqual({
    came: ['Dino Dedić: null -> null'],
    left: ['Cana Cvijić: VIII-1 -> null'],
    'changed-class': [],
  })
})

it('knows who was in a class that has ended by itself between the days, if seen from a third one', async () => {
  const test = await endingClass()
  const ended = ['Ana Alić: VIII-1 -> null']
  const compared = await compare(test, '2026-09-20', '2026-10-05')
  expect(await rowsOf(test, compared.comparisonId)).toMatchObject({ 'changed-class': ended })

  const control = { signal: new AbortController().signal, progress: () => undefined }
  const past = await openPastSchool(test.path, '2026-10-05', test.options, control)
  const then = { ...test, school: past.school, api: apiOf(past.school) }
  const { comparisonId } = await compare(then, '2026-09-20', '2026-10-05')
  expect(await rowsOf(then, comparisonId)).toMatchObject({ 'changed-class': ended })
  await past.close()
})

it('knows that a class is over, though the program was not started since', async () => {
  const test = await endingClass()
  for (const [from, ended] of Object.entries({
    '2026-10-01': ['Ana Alić: VIII-1 -> null'],
    '2026-10-02': [],
  })) {
    const { comparisonId } = await compare(test, from, TODAY)
    expect(await rowsOf(test, comparisonId)).toMatchObject({ 'changed-class': ended })
  }
})

it('saves the people of all kinds as CSV', async () => {
  const test = await threeDays()
  const { comparisonId } = await compare(test, '2026-09-01', '2026-10-01')
  const path = join(await temporaryFolder(), 'compared.csv')
  const { file } = test.files.giveTarget(path)
  expect(await endOf(test, test.api.days.saveDifferences({ comparisonId, file }))).toEqual({
    rows: 4,
    fileName: 'compared.csv',
  })
  expect((await readFile(path, 'utf8')).split('\r\n')).toEqual([
    '\uFEFFdifference,user_id,last_name,first_name,birth_date,class_before,class_after',
    'came,5,Ilić,Ema,,,VIII-2',
    'changed-class,1,Alić,Ana,2012-02-29,VIII-1,VIII-2',
    'changed-class,2,Begić,Berin,,,VIII-1',
    'left,4,Dedić,Dino,,VIII-1,',
    '',
  ])
})

it('is put away only after it is saved', async () => {
  const test = await threeDays()
  const { comparisonId } = await compare(test, '2026-09-01', '2026-10-01')
  const { file } = test.files.giveTarget(join(await temporaryFolder(), 'compared.csv'))
  const saving = test.api.days.saveDifferences({ comparisonId, file })
  await saving
  // The job begins in the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  const discarding = test.api.days.discard({ comparisonId })
  expect(await endOf(test, saving)).toMatchObject({ rows: 4 })
  await discarding
  expect(await scratchOf(test)).toEqual([])
})

it('refuses days that are not known, and those in the wrong order', async () => {
  const test = await threeDays()
  await expect(compare(test, '2026-08-31', TODAY)).rejects.toMatchObject({
    params: { reason: 'before-history' },
  })
  await expect(compare(test, '2026-09-01', '2027-01-01')).rejects.toMatchObject({
    params: { reason: 'still-to-come' },
  })
  await expect(compare(test, '2026-10-01', '2026-10-01')).rejects.toMatchObject({
    fields: { until: { code: 'not-later' } },
  })
})

it('leaves nothing behind once it is put away, or the school is closed', async () => {
  const test = await threeDays()
  const { comparisonId } = await compare(test, '2026-09-01', '2026-10-01')
  await compare(test, '2026-09-01', TODAY)
  expect(await scratchOf(test)).toHaveLength(2)
  // It holds people's data.
  for (const name of await scratchOf(test))
    expect((await stat(join(test.options.workFolder, name))).mode & 0o777).toBe(0o600)
  await test.api.days.discard({ comparisonId })
  expect(await scratchOf(test)).toHaveLength(1)
  await expect(rowsOf(test, comparisonId)).rejects.toMatchObject({ code: 'not-found' })
  await test.school.close()
  expect(await scratchOf(test)).toEqual([])
})

/** Ana, Berin, Cana, Dino are there from the first day; by the second Dino is inactive and Ema came; by today Dino is back
 *  and Cana deleted. */
async function threeDays(): Promise<TestSchool> {
  const test = await createTestSchool({ now: () => new Date(`${TODAY}T12:00:00`) })
  const { api, school } = test
  await dateSchool(school.database, '2026-09-01')
  await addUser(test, 'Ana', 'Alić', '2012-02-29')
  await addUser(test, 'Berin', 'Begić')
  await addUser(test, 'Cana', 'Cvijić')
  await addUser(test, 'Dino', 'Dedić')
  for (const name of ['VIII-1', 'VIII-2'])
    await api.courses.create({ name, startDate: '2026-09-01', endDate: '2027-06-18', classType: 'homeroom' })
  await enroll(test, 1, [1, 3, 4])
  let last = await dateHistory(school.database, 0, '2026-09-01')

  await api.users.setActive({ selection: { ids: [4] }, isActive: false })
  await api.enrollments.withdraw({ selection: { ids: [1, 3] }, endDate: '2026-09-20' })
  await addUser(test, 'Ema', 'Ilić')
  await enroll(test, 2, [1, 5])
  await enroll(test, 1, [2])
  last = await dateHistory(school.database, last, '2026-10-01')

  await api.users.setActive({ selection: { ids: [4] }, isActive: true })
  await api.users.remove({ selection: { ids: [3] } })
  await dateHistory(school.database, last, '2026-11-01')
  return test
}

/** Ana is in a class until 1 October. The program runs from before that until today. */
async function endingClass(): Promise<TestSchool> {
  let day = '2026-09-01'
  const test = await createTestSchool({ now: () => new Date(`${day}T12:00:00`) })
  await dateSchool(test.school.database, day)
  await addUser(test, 'Ana', 'Alić')
  const dates = { startDate: day, endDate: '2027-06-18' }
  await test.api.courses.create({ name: 'VIII-1', ...dates, classType: 'homeroom' })
  await enroll(test, 1, [1], '2026-10-01')
  await dateHistory(test.school.database, 0, day)
  day = TODAY
  return test
}

const addUser = ({ api }: TestSchool, firstName: string, lastName: string, birthDate: string | null = null) =>
  api.users.create({ firstName, lastName, birthDate, userTypeId: 1 })

const enroll = ({ api }: TestSchool, courseId: number, ids: number[], endDate: string | null = null) =>
  api.enrollments.enrollStudents({ courseId, selection: { ids }, enrolledDate: '2026-09-01', endDate })

const compare = async (test: TestSchool, from: string, until: string) =>
  daysMethods.compare.output.parse(await endOf(test, test.api.days.compare({ from, until })))

async function rowsOf({ api }: TestSchool, comparisonId: string) {
  const found: Record<string, string[]> = {}
  for (const difference of DIFFERENCES) {
    const { rows } = await api.days.listDifferences({ comparisonId, difference, offset: 0, count: 200 })
    found[difference] = rows.map(
      ({ firstName, lastName, classBefore, classAfter }) =>
        `${firstName} ${lastName}: ${classBefore} -> ${classAfter}`,
    )
  }
  return found
}

const scratchOf = async ({ options }: TestSchool) =>
  (await readdir(options.workFolder)).filter((name) => name.includes('.scratch'))
