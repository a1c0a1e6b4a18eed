import { z } from 'zod'
import { action, job, nothing, query } from './define'
import { day } from './fields'
import { fileToken } from './files'
import { PAGE_MAX } from './lists'
import { userRow } from './users'

/** What became of a person between two days: who came was not in the school on the first and is on the second, who left the
 *  other way round, and who changed class was there on both. Who is active is in the school. */
export const DIFFERENCES = ['came', 'left', 'changed-class'] as const
export type Difference = (typeof DIFFERENCES)[number]

const comparisonId = z.uuid()

const comparison = z.object({
  comparisonId,
  from: day,
  until: day,
  /** How many people were in the school on each of the two days. */
  people: z.object({ from: z.int(), until: z.int() }),
  counts: z.object({ came: z.int(), left: z.int(), 'changed-class': z.int() }),
})
export type Comparison = z.output<typeof comparison>

/** One person of a comparison, by the later name. A class is null where the person was in none, or not in the school. */
const differingPerson = z.object({
  userId: z.int(),
  firstName: z.string(),
  lastName: z.string(),
  birthDate: userRow.shape.birthDate,
  classBefore: z.string().nullable(),
  classAfter: z.string().nullable(),
})
export type DifferingPerson = z.output<typeof differingPerson>

/** The school as it was on days gone by. */
export const daysMethods = {
  /** The first day that can be gone back to, and this one. */
  reach: query(z.strictObject({}), z.object({ first: day, today: day })),
  /** Compares the school at the end of two days, the later one second. The result is kept until it is put away. */
  compare: job(
    z.strictObject({ from: day, until: day }).refine(({ from, until }) => from < until, {
      path: ['until'],
      params: { code: 'not-later' },
    }),
    comparison,
  ),
  /** Those of one kind, by their last names. */
  listDifferences: query(
    z.strictObject({
      comparisonId,
      difference: z.enum(DIFFERENCES),
      offset: z.int().min(0),
      count: z.int().min(1).max(PAGE_MAX),
    }),
    z.object({ rows: z.array(differingPerson) }),
  ),
  /** Writes a comparison as a CSV file. */
  saveDifferences: job(
    z.strictObject({ comparisonId, file: fileToken }),
    z.object({ rows: z.int(), fileName: z.string() }),
  ),
  /** Puts a comparison away. */
  discard: action(z.strictObject({ comparisonId }), nothing),
}
