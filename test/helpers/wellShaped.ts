import fc from 'fast-check'
import { z } from 'zod'

/** As much of JSON Schema as the contract's inputs come to. */
interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
}

/** Ids that belong to no record. */
const WRONG_ID = 900_000_000

/** Inputs that fit a method's schema but name records, lists, files and jobs that are not there. */
export function wellShaped(input: z.ZodType): fc.Arbitrary<unknown> {
  return arbitraryOf(z.toJSONSchema(input, { io: 'input' }) as Schema)
}

function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(arbitraryOf))
  switch (schema.type) {
    case 'object':
      return objectOf(schema)
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength: 1, maxLength: 5 })
    case 'integer':
      return integerOf(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return schema.pattern ? fc.stringMatching(new RegExp(schema.pattern), { size: '-1' }) : texts
    default:
      return fc.anything()
  }
}

const texts = fc.oneof(
  fc.constantFrom(
    'Ana',
    'Hadžić',
    'ana@school.example',
    '2026-09-01',
    '2026-02-30',
    "'; DROP TABLE users; --",
    '%',
    '"',
    '',
  ),
  fc.string({ maxLength: 60, unit: 'binary' }),
)

function integerOf({ minimum = -5, exclusiveMinimum, maximum }: Schema): fc.Arbitrary<number> {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1
  // An id has no upper bound of its own.
  if (maximum === undefined || maximum > WRONG_ID) return fc.integer({ min: WRONG_ID, max: WRONG_ID + 1_000 })
  return fc.integer({ min: least, max: maximum })
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema)])),
    { requiredKeys: required },
  )
  if (typeof additionalProperties !== 'object' || Object.keys(properties).length > 0) return known
  return fc.dictionary(fc.string({ maxLength: 10 }), arbitraryOf(additionalProperties), { maxKeys: 3 })
}
