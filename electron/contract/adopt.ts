import { z } from 'zod'
import { importEntity } from './imports'

/** The command of the change set that an adoption leaves. */
export const ADOPTION = 'schools.adopt'

/** What an adoption does to a value, or a row, that breaks a rule of ours. Words for each stand in the catalogs under
 *  `adopt.mends`. */
export const MEND_KINDS = [
  'age-cleared',
  'date-mended',
  'email-doubled',
  'email-missing',
  'email-refused',
  'email-tidied',
  'enrollment-closed',
  'enrollment-left-out',
  'flag-replaced',
  'instant-cleared',
  'name-doubled',
  'name-missing',
  'period-mended',
  'text-cut',
  'text-tidied',
  'type-missing',
] as const
const mendKind = z.enum(MEND_KINDS)
export type MendKind = z.output<typeof mendKind>

/** One mended value. Both are cut for showing; history has them whole. */
const mend = z.object({
  entity: importEntity,
  id: z.int(),
  /** A row that was left out has none, and all of its values in `before`. */
  column: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type Mend = z.output<typeof mend>

const rowCounts = z.object({ found: z.int(), adopted: z.int() })

/** What became of the rows of a source. */
export const adoptReport = z.object({
  source: z.enum(['sqlite', 'csv']),
  counts: z.object({
    userTypes: rowCounts,
    users: rowCounts,
    courses: rowCounts,
    enrollments: rowCounts,
  }),
  /** Each kind of mend that there was: how many, and the first of them. */
  mends: z.array(z.object({ kind: mendKind, count: z.int(), first: z.array(mend) })),
  /** Records of which a time lost digits below the millisecond, or a school day its time. History has the former text. */
  shortened: z.int(),
  /** Tables and columns of the source that Rollbook has no place for: `grades`, `users.phone`. */
  ignored: z.array(z.string()),
})
export type AdoptReport = z.output<typeof adoptReport>
