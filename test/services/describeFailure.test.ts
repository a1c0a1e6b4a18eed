import { describe, expect, it } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import { describeFailure } from '../../electron/services/describeFailure'

const MARKER = 'Amina Hodžić'

describe('what the log says of a failure', () => {
  it.each([
    new AppError('conflict', { name: MARKER }),
    new Error(`UNIQUE constraint failed: ${MARKER}`),
    Object.assign(new Error(MARKER), { code: 'SQLITE_CONSTRAINT', sql: MARKER }),
    Object.assign(new TypeError(`Received '${MARKER}'`), { code: 'ERR_INVALID_ARG_TYPE' }),
    new SyntaxError(`Unexpected token in JSON: ${MARKER}`),
    new TypeError(`Cannot use 'in' operator to search for 'x' in ${MARKER}`),
    new TypeError(`Cannot read properties of undefined (reading '${MARKER}')`),
    Object.assign(new Error(MARKER), { name: MARKER, code: MARKER }),
    new Error(`two lines\n    at ${MARKER} (${MARKER}:1:1)`),
    new Error('outer', { cause: new Error(MARKER) }),
    MARKER,
    { name: MARKER },
  ])('quotes no record: %o', (error) => {
    expect(describeFailure(error)).not.toContain(MARKER)
  })

  it('says what kind it is and where it happened', () => {
    const text = describeFailure(Object.assign(new Error('x'), { code: 'EIO' }))
    expect(text).toMatch(/^Error EIO\n/)
    expect(text).toMatch(/^ {4}at .*test\/services\/describeFailure\.test\.ts:\d+:\d+\)?$/m)
  })

  it('leaves out where the program lies: that may be a folder of a person', () => {
    expect(describeFailure(new Error('x'))).not.toContain(import.meta.dirname)
  })

  it('keeps what the engine says of our own code', () => {
    expect(describeFailure(new TypeError('x.map is not a function'))).toMatch(
      /^TypeError: x\.map is not a function\n/,
    )
  })
})
