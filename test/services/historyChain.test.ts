import { createHash, createHmac } from 'node:crypto'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealChangeSet, ChangesDigest, verifyChain } from '../../electron/services/changeDigests'
import { checkFile } from '../../electron/services/check'
import type { CheckProblem } from '../../electron/services/checkProblems'
import { note, trials } from '../promises/trials'
import { RELEASE } from '../helpers/releases'
import { createSampleSchool, createTestSchool, openTestSchool, temporaryFolder } from '../helpers/school'
import type { TestSchool } from '../helpers/school'

/** A school with six change sets, the first of which has 40 people and what belongs to them. */
async function busySchool(): Promise<TestSchool> {
  const opened = await createSampleSchool(40)
  const { users, history } = opened.api
  await users.update({ userId: 1, firstName: 'Ana', lastName: 'Ilić' })
  await users.update({ userId: 2, firstName: 'Boris', lastName: 'Šarić' })
  await users.remove({ selection: { ids: [3, 4] } })
  await history.undoLast({})
  await users.update({ userId: 5, firstName: 'Ema', lastName: 'Jurić' })
  return opened
}

/** What no method does: SQL of another program, which looks after no keys. */
async function tamper({ school }: TestSchool, ...statements: string[]): Promise<void> {
  await school.database.alone(async (run) => {
    for (const statement of ['PRAGMA foreign_keys=OFF', ...statements, 'PRAGMA foreign_keys=ON'])
      await run(statement)
  })
}

/** What the check says of history; what is left of its keys and counts is for others to test. */
async function chainProblems({ path }: TestSchool): Promise<CheckProblem[]> {
  const { problems } = await checkFile(path)
  return problems.filter(({ code }) => code === 'history-chain' || code === 'history-end')
}

const broken = (id: number, count = 1) => [{ code: 'history-chain', params: { count, id } }]

/** Gives a change set its digest as the program does; for who knows how. */
async function sealAnew({ school: { database } }: TestSchool, ...ids: number[]): Promise<void> {
  await database.write(async () => {
    for (const id of ids)
      await sealChangeSet(database, id, new ChangesDigest(database, id, [1, Number.MAX_SAFE_INTEGER]))
  })
}

describe('the chain of history', () => {
  it('covers every change from the first on', async () => {
    const opened = await busySchool()
    const { checked, problems, chain } = await checkFile(opened.path)
    expect(checked).toContain('history')
    expect(problems).toEqual([])
    expect(chain).toEqual({ coveredFrom: 1, seal: expect.stringMatching(/^[0-9a-f]{64}$/), broken: [] })
    const rows = await opened.school.database.query<{ salts: number; changes: number }>(
      'SELECT count(DISTINCT salt) AS salts, count(*) AS changes FROM changes',
    )
    expect(rows[0]?.salts).toBe(rows[0]?.changes)
  })

  it.each([
    ['a value', `UPDATE changes SET after = json_set(after, '$[1]', 'Eva') WHERE change_set_id = 2`, 2],
    ['who did it', `UPDATE change_sets SET person = 'Somebody' WHERE change_set_id = 3`, 3],
    [
      'when',
      `UPDATE change_sets SET created_at = '2020-01-01 00:00:00.000 +00:00' WHERE change_set_id = 3`,
      3,
    ],
    ['what it says', `UPDATE change_sets SET params = '{"name":"Nobody"}' WHERE change_set_id = 4`, 4],
    ['whose record it is', `UPDATE changes SET record_id = 9 WHERE change_set_id = 2`, 2],
    [
      'a value of 1 among many',
      `UPDATE changes SET after = json_set(after, '$[1]', 'x') WHERE change_id = 17`,
      1,
    ],
  ])('shows where another program has altered %s', async (_, statement, id) => {
    const opened = await busySchool()
    expect(await chainProblems(opened)).toEqual([])
    await tamper(opened, statement)
    expect(await chainProblems(opened)).toEqual(broken(id))
  })

  it.each([
    ['a change', ['DELETE FROM changes WHERE change_set_id = 4 AND record_id = 3'], broken(4)],
    [
      'a change set in the middle',
      ['DELETE FROM changes WHERE change_set_id = 3', 'DELETE FROM change_sets WHERE change_set_id = 3'],
      broken(4),
    ],
    [
      'the first change set',
      ['DELETE FROM changes WHERE change_set_id = 1', 'DELETE FROM change_sets WHERE change_set_id = 1'],
      broken(2),
    ],
    ['a digest', ['UPDATE change_sets SET digest = NULL WHERE change_set_id = 3'], broken(3, 2)],
    [
      'the last change set',
      ['DELETE FROM changes WHERE change_set_id = 6', 'DELETE FROM change_sets WHERE change_set_id = 6'],
      [{ code: 'history-end', params: { count: 1, id: 6 } }],
    ],
  ])('shows where another program has removed %s', async (_, statements, expected) => {
    const opened = await busySchool()
    await tamper(opened, ...statements)
    expect(await chainProblems(opened)).toEqual(expected)
  })

  it('shows where two change sets have changed places', async () => {
    const opened = await busySchool()
    const move = (from: number, to: number) =>
      ['change_sets', 'changes'].map(
        (table) => `UPDATE ${table} SET change_set_id = ${to} WHERE change_set_id = ${from}`,
      )
    await tamper(opened, ...move(2, 99), ...move(3, 2), ...move(99, 3))
    expect(await chainProblems(opened)).toEqual(broken(2, 3))
  })

  it('shows what was added without a digest, for good', async () => {
    const opened = await busySchool()
    await tamper(
      opened,
      `INSERT INTO change_sets (command, person, schema_version, summary) VALUES ('users.update', 'x', 3, 'user-updated')`,
    )
    expect(await chainProblems(opened)).toEqual(broken(7))
    await opened.api.users.update({ userId: 6, firstName: 'Iva', lastName: 'Perić' })
    expect(await chainProblems(opened)).toEqual(broken(7))
  })

  /** No key is kept from whoever can write the file: what was noted down elsewhere is the only anchor. */
  it('does not show by itself what was altered and sealed anew, or cut off with its number; a noted seal does', async () => {
    const opened = await busySchool()
    const seal = (await checkFile(opened.path)).chain?.seal ?? ''
    expect((await checkFile(opened.path, { seal })).problems).toEqual([])
    await tamper(
      opened,
      'DELETE FROM changes WHERE change_set_id = 6',
      'DELETE FROM change_sets WHERE change_set_id = 6',
      `UPDATE sqlite_sequence SET seq = 5 WHERE name = 'change_sets'`,
    )
    await tamper(opened, `UPDATE change_sets SET person = 'Somebody' WHERE change_set_id = 4`)
    await sealAnew(opened, 4, 5)
    expect((await checkFile(opened.path)).problems).toEqual([])
    expect((await checkFile(opened.path, { seal })).problems).toEqual([
      { code: 'history-seal', params: { seal } },
    ])
  })

  it('has a seal that stays while history goes on', async () => {
    const opened = await busySchool()
    const seal = (await checkFile(opened.path)).chain?.seal ?? ''
    await opened.api.users.update({ userId: 6, firstName: 'Iva', lastName: 'Perić' })
    const { chain, problems } = await checkFile(opened.path, { seal })
    expect(problems).toEqual([])
    expect(chain?.seal).not.toBe(seal)
  })

  it('begins with the next change in a file of a version that had none', async () => {
    const file = join(await temporaryFolder(), 'school.rollbook')
    await copyFile(RELEASE, file)
    const opened = await openTestSchool(file)
    const before = await opened.api.history.list({})
    const [last] = before.rows
    const isCovered = (await checkFile(file)).chain?.coveredFrom ?? null
    await opened.api.users.create({ firstName: 'Ana', lastName: 'Ilić', userTypeId: 1 })
    const { chain, problems } = await checkFile(file)
    expect(problems).toEqual([])
    expect(chain?.coveredFrom).toBe(isCovered ?? (last?.changeSetId ?? 0) + 1)
    expect(chain?.coveredFrom).toBeGreaterThan(1)
    await tamper(
      opened,
      `UPDATE change_sets SET person = 'x' WHERE change_set_id = ${chain?.coveredFrom ?? 0}`,
    )
    expect(await chainProblems(opened)).toEqual(broken(chain?.coveredFrom ?? 0, 1))
  })

  it('takes up what an upgrade has noted by SQL', async () => {
    const opened = await busySchool()
    await tamper(
      opened,
      `INSERT INTO change_sets (command, person, schema_version, summary, params, columns, change_count)
        SELECT 'revisions.upgrade', 'Rollbook', schema_version, 'open-doubles-closed', '{"count":1}', columns, 1
          FROM change_sets WHERE change_set_id = 2`,
      `INSERT INTO changes (change_set_id, entity, record_id, before, after)
        SELECT 7, entity, 11, before, after FROM changes WHERE change_set_id = 2`,
    )
    expect(await chainProblems(opened)).toEqual([])
    await opened.api.users.update({ userId: 6, firstName: 'Iva', lastName: 'Perić' })
    expect(await chainProblems(opened)).toEqual([])
    await tamper(opened, `UPDATE changes SET after = before WHERE change_set_id = 7`)
    expect(await chainProblems(opened)).toEqual(broken(7))
  })

  it('holds a command that touches records more than once, in whatever order', async () => {
    const { school } = await createTestSchool({}, { userTypes: ['One', 'Two', 'Three'] })
    const { database } = school
    let number = 0
    const numRuns = trials({ few: 30, many: 300, full: 600 })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
        await school.command('userTypes.update', async ({ changes }) => {
          for (const { kind, place } of steps) {
            const name = `Type ${++number}`
            const one = `SELECT user_type_id FROM user_types ORDER BY user_type_id DESC LIMIT 1 OFFSET ${place}`
            if (kind === 'insert') await changes.insert('userTypes', { name })
            else if (kind === 'remove') await changes.remove('userTypes', one)
            else if (kind === 'update') await changes.update('userTypes', one, { name })
            else {
              await database.run(`UPDATE user_types SET name = $1 WHERE user_type_id IN (${one})`, [name])
              await changes.recordInserted('userTypes', one)
            }
          }
        })
        expect((await verifyChain(database)).broken).toEqual([])
      }),
      { numRuns },
    )
    expect((await verifyChain(database)).coveredFrom).toBeLessThan(3)
    await database.write(() =>
      database.run(
        'UPDATE changes SET record_id = 9999 WHERE change_id = (SELECT min(change_id) FROM changes)',
      ),
    )
    expect((await verifyChain(database)).broken).toHaveLength(1)
    const what = 'random commands leave a chain of digests that holds'
    await note({ promise: 'P14', what, trials: numRuns, failures: 0, control: 'an altered change is told' })
  })

  it('covers the changes of many pages', async () => {
    const { school, path } = await createSampleSchool(1_500)
    const rows = await school.database.query<{ count: number }>('SELECT count(*) AS count FROM changes')
    expect(rows[0]?.count).toBeGreaterThan(1_500)
    expect((await checkFile(path)).problems).toEqual([])
    await school.database.alone((run) =>
      run(`UPDATE changes SET salt = randomblob(16) WHERE change_id = 1234`),
    )
    expect((await checkFile(path)).problems).toEqual(broken(1))
  })

  it('stays whole where values are let go with their salts and the words for them', async () => {
    const opened = await busySchool()
    const { database } = opened.school
    const changes = await database.query<StoredChange>(
      'SELECT *, hex(salt) AS key FROM changes WHERE change_set_id = 4 ORDER BY change_id',
    )
    const set = await database.queryOne<{ params: string }>(
      'SELECT params FROM change_sets WHERE change_set_id = 4',
    )
    const key = createHash('sha256')
      .update(changes.map((change) => change.key).join(''))
      .digest()
    const params = createHmac('sha256', key)
      .update(set?.params ?? '')
      .digest('hex')
    const [first] = changes
    if (!first) throw new Error('nothing was changed')
    const fact = `${first.entity}:${first.record_id}:${first.before === null ? 0 : 1}${first.after === null ? 0 : 1}`
    const digest = createHmac('sha256', first.key)
      .update([fact, first.before ?? '', first.after ?? ''].join('\t'))
      .digest('hex')
    const values = `before = iif(before IS NULL, NULL, '[]'), after = iif(after IS NULL, NULL, '[]')`
    const letGo = `UPDATE changes SET ${values}, salt = NULL, digest = x'${digest}' WHERE change_id = ${first.change_id}`
    await tamper(opened, letGo)
    expect(await chainProblems(opened)).toEqual(broken(4))
    await tamper(opened, `UPDATE change_sets SET params = '{"letGo":"${params}"}' WHERE change_set_id = 4`)
    expect(await chainProblems(opened)).toEqual([])
    await tamper(opened, `UPDATE changes SET record_id = 9 WHERE change_id = ${first.change_id}`)
    expect(await chainProblems(opened)).toEqual(broken(4))
  })
})

interface StoredChange {
  change_id: number
  entity: string
  record_id: number
  before: string | null
  after: string | null
  /** The salt, in hexadecimal digits. */
  key: string
}

/** `place` counts from the last record. */
const step = fc.record({
  kind: fc.constantFrom('insert', 'remove', 'update', 'rename'),
  place: fc.integer({ min: 0, max: 2 }),
})
