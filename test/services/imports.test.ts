import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dumpOf } from '../helpers/dump'
import { applyImport, endOf, importLines, listFile, prepareImport, prepareLines } from '../helpers/jobs'
import { createTestSchool, temporaryFolder, type TestSchool } from '../helpers/school'

const dump = ({ school }: TestSchool) => dumpOf(school.database)

const USERS = 'first_name,last_name,email,user_type,age'
const PEOPLE = [USERS, 'Ana,Kos,ana@b.ba,Student,7', 'Ivo,Lov,ivo@b.ba,teacher,40']

describe('an import', () => {
  test('shows what would happen, writes nothing before it is applied, and is one change set', async () => {
    const school = await createTestSchool()
    const before = await dump(school)
    const prepared = await prepareLines(school, [
      USERS,
      'Ana,Kos,ana@b.ba,Librarian,7',
      'Ivo,Lov,ivo@b.ba,teacher,40',
      'Eva,,e@b.ba,x,1',
    ])
    expect(prepared).toMatchObject({
      entity: 'users',
      rows: 3,
      creates: 2,
      updates: 0,
      rejects: 1,
      problemCount: 1,
    })
    expect(prepared.newUserTypes).toEqual(['Librarian'])
    expect(await dump(school)).toEqual(before)

    const result = await applyImport(school, prepared.importId)
    expect(result).toMatchObject({ created: 2, updated: 0, unchanged: 0, rejected: 1 })
    const list = await school.api.users.openList({})
    const { rows } = await school.api.users.list({ listId: list.listId, offset: 0, count: 10 })
    expect(rows).toMatchObject([
      { firstName: 'Ana', userTypeName: 'Librarian', age: 7, isActive: true, lastLogin: null },
      { firstName: 'Ivo', userTypeName: 'Teacher' },
    ])
    const history = await school.api.history.list({})
    expect(history).toMatchObject({
      total: 1,
      rows: [{ summary: 'users-imported', params: { created: 2, file: 'list.csv' }, changeCount: 3 }],
    })
    expect(school.events).toContainEqual({ name: 'changed', payload: { entities: ['userTypes', 'users'] } })
  })

  test('is found at once by what was imported, and undone as a whole', async () => {
    const school = await createTestSchool()
    const before = await dump(school)
    const { changeSetId } = await importLines(school, [...PEOPLE, 'Željko,Hadžić,z@b.ba,Cook,'])
    expect(await school.api.users.openList({ search: 'hadzic' })).toMatchObject({ total: 1 })
    await school.api.history.undo({ changeSetId: changeSetId ?? 0 })
    expect(await dump(school)).toEqual(before)
  })

  test('takes nothing where it was to be all or nothing', async () => {
    const school = await createTestSchool()
    const before = await dump(school)
    const { importId } = await prepareLines(school, [...PEOPLE, 'Eva,Roe,nobody,Student,'])
    await expect(applyImport(school, importId, 'all-or-nothing')).rejects.toMatchObject({
      code: 'conflict',
      params: { reason: 'rows-rejected', count: 1 },
    })
    expect(await dump(school)).toEqual(before)
    expect(await applyImport(school, importId)).toMatchObject({ created: 2 })
    await expect(applyImport(school, importId)).rejects.toMatchObject({
      params: { reason: 'import-applied' },
    })
  })

  test('of a file that changes nothing leaves no change set', async () => {
    const school = await createTestSchool()
    expect(await importLines(school, [USERS])).toMatchObject({ created: 0, changeSetId: null })
    await importLines(school, PEOPLE)
    expect(await importLines(school, PEOPLE)).toMatchObject({ created: 0, rejected: 2, changeSetId: null })
  })

  test('looks again where the school has changed since', async () => {
    const school = await createTestSchool()
    const { importId } = await prepareLines(school, PEOPLE)
    await school.api.users.create({ firstName: 'Ana', lastName: 'K', email: 'ana@b.ba', userTypeId: 1 })
    expect(await applyImport(school, importId)).toMatchObject({ created: 1, rejected: 1 })
    const { rows, total } = await school.api.imports.listProblems({ importId, offset: 0, count: 10 })
    expect(total).toBe(1)
    expect(rows).toMatchObject([{ row: 2, code: 'exists', value: 'ana@b.ba', params: { name: 'Ana K' } }])
  })

  test('that is stopped leaves nothing, in the school or beside it', async () => {
    const workFolder = await temporaryFolder()
    const school = await createTestSchool({ workFolder })
    const before = await dump(school)
    const many = [USERS, ...Array.from({ length: 30_000 }, (_, index) => `A,B,p${index}@b.ba,Student,`)]
    const { file } = school.files.give(await listFile(many))
    const reading = await school.api.imports.prepare({ file })
    await school.api.jobs.cancel(reading)
    await expect(endOf(school, Promise.resolve(reading))).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(workFolder)).toEqual([])

    const { importId } = await prepareLines(school, many)
    const writing = await school.api.imports.apply({ importId, onError: 'reject-rows' })
    const isWriting = () =>
      school.events.some(
        ({ name, payload }) => name === 'job' && payload.state === 'running' && payload.phase === 'writing',
      )
    while (!isWriting()) await new Promise((resolve) => setImmediate(resolve))
    await school.api.jobs.cancel(writing)
    await expect(endOf(school, Promise.resolve(writing))).rejects.toMatchObject({ code: 'cancelled' })
    expect(await dump(school)).toEqual(before)
    expect((await school.api.history.list({})).total).toBe(0)
    expect(await applyImport(school, importId)).toMatchObject({ created: 30_000 })
  })

  test('leaves no scratch file when it is discarded, when the school is closed, or when the process had died', async () => {
    const workFolder = await temporaryFolder()
    // No process can have this number.
    await writeFile(join(workFolder, 'import-999999999-x.scratch'), 'left')
    const school = await createTestSchool({ workFolder })
    const { importId } = await prepareLines(school, PEOPLE)
    expect(await readdir(workFolder)).toHaveLength(1)
    await school.api.imports.discard({ importId })
    expect(await readdir(workFolder)).toEqual([])
    await expect(school.api.imports.listProblems({ importId, offset: 0, count: 1 })).rejects.toMatchObject({
      code: 'not-found',
    })
    await prepareLines(school, PEOPLE)
    await school.school.close()
    expect(await readdir(workFolder)).toEqual([])
  })
})

describe('rejected rows', () => {
  test('are saved as they were, and why, and can be imported when they are mended', async () => {
    const school = await createTestSchool()
    const lines = [
      'Ime;Prezime;E-pošta;Tip',
      'Ana;"Kos; Lov";ana(at)b.ba;Student',
      'Ivo;Lov;ivo@b.ba;Student',
      '"Eva;x',
      'Mia;;m@b.ba;Student',
    ]
    const { importId, rejects } = await prepareLines(school, lines)
    expect(rejects).toBe(3)
    const path = join(await temporaryFolder(), 'rejects.csv')
    const { file } = school.files.giveTarget(path)
    expect(await endOf(school, school.api.imports.saveRejects({ importId, file }))).toEqual({ rows: 3 })
    const text = await readFile(path, 'utf8')
    expect(text.split('\r\n')[0]).toBe('\uFEFFIme;Prezime;E-pošta;Tip;rejected_because')
    expect(text).toContain('Ana;"Kos; Lov";ana(at)b.ba;Student;')
    await writeFile(path, text.replace('(at)', '@').replace('Mia;;', 'Mia;Roe;'))
    const mended = await prepareImport(school, path)
    expect(mended).toMatchObject({ creates: 2, rejects: 1 })
    expect(mended.warnings).toMatchObject([{ code: 'column-unknown', column: 'rejected_because' }])
    await endOf(school, school.api.imports.saveRejects({ importId: mended.importId, file }))
    expect((await readFile(path, 'utf8')).split('\r\n')[0]).toBe(text.split('\r\n')[0])
  })

  test('are listed in pages, all of them', async () => {
    const school = await createTestSchool()
    const { importId, problemCount, problems } = await prepareLines(school, [
      USERS,
      ...Array.from({ length: 350 }, () => 'A,B,x,Student,'),
    ])
    expect(problemCount).toBe(350)
    expect(problems).toHaveLength(100)
    const page = await school.api.imports.listProblems({ importId, offset: 300, count: 200 })
    expect(page.rows.map(({ row }) => row)).toEqual(Array.from({ length: 50 }, (_, index) => 302 + index))
  })
})
