import { describe, expect, it } from 'vitest'
import { MEND_KINDS } from '../../electron/contract/adopt'
import { courseFields, courseRow } from '../../electron/contract/courses'
import { enrollmentFields, enrollmentRow } from '../../electron/contract/enrollments'
import { ERROR_CODES } from '../../electron/contract/errors'
import { importFields } from '../../electron/contract/importFields'
import { IMPORT_ENTITIES } from '../../electron/contract/imports'
import { LANGUAGES } from '../../electron/contract/languages'
import { MENU_ITEMS } from '../../electron/contract'
import en from '../../electron/contract/locales/en.json'
import { schoolFields } from '../../electron/contract/school'
import { userTypeFields, userTypeRow } from '../../electron/contract/userTypes'
import { userFields, userRow } from '../../electron/contract/users'
import { words } from '../../electron/services/words'
import { codesIn, sourceText } from '../helpers/sourceCodes'

type Tree = { [key: string]: string | Tree }

const keys = leavesOf(en)
const made = codesIn(['electron/contract', 'electron/exchange', 'electron/services', 'electron/main'])

describe('the words of the catalog', () => {
  it('cover every error', () => {
    expect(missing('errors', ERROR_CODES)).toEqual([])
  })

  it('cover every problem that the contract, the file formats and the services find', () => {
    expect(made.problems.size).toBeGreaterThan(40)
    expect(missing('problems', made.problems)).toEqual([])
  })

  it('cover every reason for which the services refuse', () => {
    expect(made.reasons.size).toBeGreaterThan(5)
    expect(missing('reasons', made.reasons)).toEqual([])
  })

  it('cover every kind of change in history', () => {
    expect(made.changes.size).toBeGreaterThan(15)
    expect(missing('changes', made.changes)).toEqual([])
  })

  it('cover every kind of mend', () => {
    expect(missing('adopt.mends', MEND_KINDS)).toEqual([])
  })

  it('cover every phase of a job', () => {
    expect(made.phases.size).toBeGreaterThan(3)
    expect(missing('phases', made.phases)).toEqual([])
  })

  it('cover every field of every entity', () => {
    expect(missing('fields.users', Object.keys({ ...userFields, ...userRow.shape }))).toEqual([])
    expect(missing('fields.userTypes', Object.keys({ ...userTypeFields, ...userTypeRow.shape }))).toEqual([])
    expect(missing('fields.courses', Object.keys({ ...courseFields, ...courseRow.shape }))).toEqual([])
    expect(
      missing('fields.enrollments', Object.keys({ ...enrollmentFields, ...enrollmentRow.shape })),
    ).toEqual([])
    expect(missing('fields.school', Object.keys(schoolFields))).toEqual([])
  })

  it('cover everything that a column of a data file can be', () => {
    const unnamed = IMPORT_ENTITIES.flatMap((entity) =>
      Object.keys(importFields[entity])
        .filter(
          (field) =>
            !keys.has(`exchange.fields.${entity}.${field}`) && !keys.has(`fields.${entity}.${field}`),
        )
        .map((field) => `${entity}.${field}`),
    )
    expect(unnamed).toEqual([])
  })

  it('cover every language and every item of the menu', () => {
    expect(missing('languages', LANGUAGES)).toEqual([])
    expect(missing('menu', MENU_ITEMS)).toEqual([])
  })

  it('can all be shown: none has a mistake in its syntax', () => {
    const params = new Proxy({ count: 2 }, { get: (target, name) => (name === 'count' ? target.count : 'x') })
    for (const key of keys) expect(words(key, params), key).not.toBe(key)
  })

  it('are all used', () => {
    const text = sourceText(['renderer', 'electron'])
    const quoted = new Set([...text.matchAll(/'([\w.-]+)'/g)].map(([, literal]) => literal))
    const patterns = [...text.matchAll(/`([a-zA-Z]+(?:\.[^`\n ]*)?\$\{[^`\n]*)`/g)].map(([, template = '']) =>
      patternOf(template.replace(/\$\{[^}]*\}/g, '*')),
    )
    // Sections of codes are asked for as a whole: somebody has to make each of the codes.
    const ofCodes = /^(problems|changes|reasons|phases|missing)\.([^.]+)$/
    const isMade = (code: string) =>
      quoted.has(code) || [...made.changes].some((made) => patternOf(made).test(code))
    const isUsed = (key: string) => {
      if (quoted.has(key)) return true
      const [, , code] = ofCodes.exec(key) ?? []
      return code === undefined ? patterns.some((pattern) => pattern.test(key)) : isMade(code)
    }
    expect([...keys].filter((key) => !isUsed(key))).toEqual([])
  })
})

function leavesOf(tree: Tree, path = ''): Set<string> {
  return new Set(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [path + key] : [...leavesOf(value, `${path}${key}.`)],
    ),
  )
}

function missing(section: string, codes: Iterable<string>): string[] {
  const known = [...keys]
    .filter((key) => key.startsWith(`${section}.`))
    .map((key) => key.slice(section.length + 1))
  return [...codes].filter((code) => !known.some((key) => patternOf(code).test(key)))
}

/** `courses.states.*` matches the keys that filling its holes can give. */
function patternOf(template: string): RegExp {
  const parts = template.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^ ]*')}$`)
}
