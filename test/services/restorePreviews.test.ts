import { copyFile, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BackupSource } from '../../electron/contract/backups'
import { type ChangedRecord, RECORD_ENTITIES } from '../../electron/contract/history'
import { RESTORED_ACTIONS, restorePreviewsMethods } from '../../electron/contract/restorePreviews'
import { restoreBackup } from '../../electron/services/restore'
import { dumpOf } from '../helpers/dump'
import { endOf } from '../helpers/jobs'
import { RELEASE } from '../helpers/releases'
import { createSampleSchool, createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

it('tells who would come back, who would go, and what would be as it was, by name and field', async () => {
  const test = await createTestSchool()
  const { api } = test
  const add = (firstName: string) => api.users.create({ firstName, lastName: 'Alić', userTypeId: 1 })
  for (const name of ['Ana', 'Boris', 'Cana']) await add(name)
  const { courseId } = await api.courses.create({
    name: 'Art',
    startDate: '2026-09-01',
    endDate: '2027-06-15',
  })
  await api.enrollments.enrollStudents({ courseId, selection: { ids: [2] }, enrolledDate: '2026-09-02' })
  const backup = basename(await test.school.backUp())

  await api.users.update({ userId: 1, lastName: 'Kos', userTypeId: 2 })
  await api.users.remove({ selection: { ids: [2] } })
  await add('Dino')
  await api.courses.update({ courseId, name: 'Arts' })

  const { comparisonId, counts } = await preview(test, { name: backup })
  expect(counts).toEqual({
    school: { added: 0, changed: 0, removed: 0 },
    userTypes: { added: 0, changed: 0, removed: 0 },
    users: { added: 1, changed: 1, removed: 1 },
    courses: { added: 0, changed: 1, removed: 0 },
    enrollments: { added: 1, changed: 0, removed: 0 },
  })
  const list = async (entity: ChangedRecord['entity'], action: ChangedRecord['action']) =>
    (await api.restorePreviews.list({ comparisonId, entity, action })).rows
  expect(await list('users', 'changed')).toMatchObject([
    {
      name: 'Ana Alić',
      fields: [
        { field: 'lastName', before: 'Kos', after: 'Alić' },
        { field: 'userTypeId', before: 'Teacher', after: 'Student' },
      ],
    },
  ])
  expect(await list('users', 'added')).toMatchObject([{ recordId: 2, name: 'Boris Alić' }])
  expect(await list('users', 'removed')).toMatchObject([{ recordId: 4, name: 'Dino Alić' }])
  expect(await list('enrollments', 'added')).toMatchObject([{ name: 'Boris Alić, Arts' }])
})

it('says just what a restore does then, whatever was done since the backup', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEdit, { minLength: 1, maxLength: 12 }), async (edits) => {
      const test = await createSampleSchool(20)
      const backup = await test.school.backUp()
      for (const edit of edits) await apply(test, edit)
      const said = await differencesOf(test, { name: basename(backup) })
      const before = await dumpOf(test.school.database)
      await test.school.close()
      await restoreBackup(backup, test.path, { person: 'Tester', appVersion: 'test', at: new Date() })
      const after = await dumpOf((await test.reopen()).school.database)
      expect(said).toEqual(differing(before, after))
    }),
    { numRuns: 5, endOnFailure: true },
  )
})

it('counts no enrolment that ended since the backup: opening what was restored completes it again', async () => {
  let now = new Date('2026-10-01T12:00:00')
  const test = await createTestSchool({ now: () => now })
  const { api } = test
  await api.users.create({ firstName: 'Ana', lastName: 'Kos', userTypeId: 1 })
  const course = { name: 'Art', startDate: '2026-09-01', endDate: '2027-06-15' }
  const { courseId } = await api.courses.create(course)
  const days = { enrolledDate: '2026-09-02', endDate: '2026-11-01' }
  await api.enrollments.enrollStudents({ courseId, selection: { ids: [1] }, ...days })
  const backup = await test.school.backUp()
  now = new Date('2026-12-01T12:00:00')
  const later = await test.reopen()
  const before = await dumpOf(later.school.database)
  const said = await differencesOf(later, { name: basename(backup) })
  await later.school.close()
  await restoreBackup(backup, test.path, { person: 'Tester', appVersion: 'test', at: now })
  expect(differing(before, await dumpOf((await later.reopen()).school.database))).toEqual([])
  expect(said).toEqual([])
})

it('upgrades a backup of an earlier version before it compares, and leaves that and the work folder as they were', async () => {
  const test = await createSampleSchool(5)
  const old = join(await temporaryFolder(), 'old.rollbook')
  await copyFile(RELEASE, old)
  const { file } = test.files.give(old)
  const { counts, comparisonId } = await preview(test, { file })
  expect(counts.users.added).toBeGreaterThan(0)
  expect(await readdir(dirname(old))).toEqual(['old.rollbook'])
  await test.api.restorePreviews.discard({ comparisonId })
  expect((await readdir(test.options.workFolder)).filter((name) => name.includes('scratch'))).toEqual([])
  await expect(
    test.api.restorePreviews.list({ comparisonId, entity: 'users', action: 'added' }),
  ).rejects.toMatchObject({ code: 'not-found' })
})

it('hands its records out by pages, in the order of their names', async () => {
  const test = await createSampleSchool(120)
  const backup = basename(await test.school.backUp())
  const inOrder = await test.school.database.query<{ name: string }>(
    `SELECT first_name || ' ' || last_name AS name FROM users ORDER BY last_name_sort, first_name_sort, user_id`,
  )
  const ids = Array.from({ length: 120 }, (_, index) => index + 1)
  await test.api.users.remove({ selection: { ids } })
  const { comparisonId, counts } = await preview(test, { name: backup })
  expect(counts.users).toEqual({ added: 120, changed: 0, removed: 0 })
  const names: (string | null)[] = []
  for (let after: number | null = null; ;) {
    const page = await test.api.restorePreviews.list({
      ...{ comparisonId, entity: 'users', action: 'added', count: 50, after },
    })
    names.push(...page.rows.map(({ name }) => name))
    after = page.next
    if (after === null) break
  }
  expect(names).toEqual(inOrder.map(({ name }) => name))
})

it('that is stopped, or of what is no backup, leaves nothing', async () => {
  const test = await createSampleSchool(5)
  const scratch = async () => (await readdir(test.options.workFolder)).filter((name) => /scratch/.test(name))
  const backup = basename(await test.school.backUp())
  const started = await test.api.restorePreviews.make({ source: { name: backup } })
  await test.api.jobs.cancel(started)
  await expect(endOf(test, Promise.resolve(started))).rejects.toMatchObject({ code: 'cancelled' })
  const { file } = test.files.give(import.meta.filename)
  await expect(preview(test, { file })).rejects.toMatchObject({ code: 'foreign-file' })
  expect(await scratch()).toEqual([])
})

async function preview(test: TestSchool, source: BackupSource) {
  return restorePreviewsMethods.make.output.parse(
    await endOf(test, test.api.restorePreviews.make({ source })),
  )
}

/** `users added 3`, of every record that the preview has. */
async function differencesOf(test: TestSchool, source: BackupSource): Promise<string[]> {
  const { comparisonId } = await preview(test, source)
  const all: string[] = []
  for (const entity of RECORD_ENTITIES)
    for (const action of RESTORED_ACTIONS) {
      const page = { comparisonId, entity, action, count: 200 }
      const { rows } = await test.api.restorePreviews.list(page)
      all.push(...rows.map(({ recordId }) => `${entity} ${action} ${recordId}`))
    }
  return all.sort()
}

const TABLES = [
  ['users', 'users', 'user_id'],
  ['userTypes', 'user_types', 'user_type_id'],
  ['courses', 'courses', 'course_id'],
  ['enrollments', 'enrollments', 'enrollment_id'],
] as const

/** The same of two dumps, but for times. */
function differing(before: Awaited<ReturnType<typeof dumpOf>>, after: typeof before): string[] {
  return TABLES.flatMap(([entity, table, key]) => {
    const byId = (dump: typeof before) =>
      new Map((dump[table] ?? []).map((row) => [row[key], JSON.stringify({ ...row, updated_at: null })]))
    const [former, latter] = [byId(before), byId(after)]
    return [...new Set([...former.keys(), ...latter.keys()])]
      .filter((id) => former.get(id) !== latter.get(id))
      .map((id) => {
        const action = !former.has(id) ? 'added' : latter.has(id) ? 'changed' : 'removed'
        return `${entity} ${action} ${String(id)}`
      })
  }).sort()
}

const anyEdit = fc.record({
  kind: fc.constantFrom('add', 'rename', 'remove', 'undo', 'end', 'course'),
  id: fc.integer({ min: 1, max: 25 }),
})

async function apply({ api }: TestSchool, { kind, id }: { kind: string; id: number }): Promise<void> {
  const edits: Record<string, () => Promise<unknown>> = {
    add: () => api.users.create({ firstName: `New ${id}`, lastName: 'Person', userTypeId: 1 }),
    rename: () => api.users.update({ userId: id, firstName: `Renamed ${id}` }),
    remove: () => api.users.remove({ selection: { ids: [id] } }),
    undo: () => api.history.undoLast({}),
    end: () => api.enrollments.update({ enrollmentId: id, associativeData: `Note ${id}` }),
    course: () => api.courses.update({ courseId: 1, name: `Course ${id}` }),
  }
  // What is not there any more, and nothing to undo, is refused: that is no edit.
  await edits[kind]?.().catch(() => undefined)
}
