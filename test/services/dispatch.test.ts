import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { schoolContract } from '../../electron/contract'
import type { Method } from '../../electron/contract/define'
import { ERROR_CODES, type Reply } from '../../electron/contract/errors'
import { dumpOf } from '../helpers/dump'
import { createSampleSchool, createTestSchool } from '../helpers/school'
import { wellShaped } from '../helpers/wellShaped'
import { note, trials } from '../promises/trials'

/** Calls of each kind for each method. A third is garbage, a third has the right fields with wrong values, and a third
 *  fits the contract and is about records that are not there. */
const CALLS = trials({ few: 5, many: 30, full: 334 })

const METHODS: [string, Method][] = Object.entries(schoolContract).flatMap(([entity, slice]) =>
  Object.entries(slice).map(([verb, method]): [string, Method] => [`${entity}.${verb}`, method]),
)

afterAll(() =>
  note({
    promise: 'P10',
    what: 'a call is answered by the contract, and a refused one changes nothing',
    trials: METHODS.length * CALLS * 3,
    failures: 0,
    control: `${METHODS.length} methods`,
  }),
)

function callsOf(method: Method): fc.Arbitrary<unknown> {
  const shaped = wellShaped(method.input)
  const spoilt = fc.tuple(shaped, fc.anything(), fc.nat()).map(([input, value, index]) => {
    const keys = Object.keys(Object(input) as object)
    const key = keys[index % Math.max(1, keys.length)] ?? 'extra'
    return { ...(input as object), [key]: value }
  })
  return fc.oneof(fc.anything(), spoilt, shaped)
}

it.each(METHODS)(
  '%s answers any call with a reply of the contract, and a refused one changes nothing',
  async (name, method) => {
    const { school } = await createSampleSchool(20)
    let before = await dumpOf(school.database)
    await fc.assert(
      fc.asyncProperty(callsOf(method), async (input) => {
        const reply: Reply = await school.call(name, input)
        const after = await dumpOf(school.database)
        if (!reply.ok) {
          expect(ERROR_CODES).toContain(reply.error.code)
          expect(reply.error.code).not.toBe('unexpected')
          expect(after).toEqual(before)
        }
        before = after
      }),
      { numRuns: CALLS * 3 },
    )
  },
)

it('has no other methods', async () => {
  const { school } = await createTestSchool()
  for (const name of [
    '',
    'users',
    'users.',
    'users.constructor',
    '__proto__.get',
    'users.get.get',
    'schools.open',
  ])
    expect(await school.call(name, {}), name).toMatchObject({ ok: false, error: { code: 'not-found' } })
})
