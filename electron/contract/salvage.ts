import { z } from 'zod'

/** The command of the change set that a salvage leaves. */
export const SALVAGE = 'schools.salvage'

/** What became of the rows of one table: taken into the new file, known of but not to be read, and read but left out. */
const salvagedRows = z.object({
  salvaged: z.int(),
  unreadable: z.int(),
  leftOut: z.int(),
  /** Of those taken, the ones that history does not confirm value for value. */
  unconfirmed: z.int(),
})

/** What could be saved from a damaged file. Words for the reasons of its list stand in the catalogs under
 *  `salvage.reasons`. */
export const salvageReport = z.object({
  counts: z.object({
    userTypes: salvagedRows,
    users: salvagedRows,
    courses: salvagedRows,
    enrollments: salvagedRows,
  }),
  /** Whether the school's own name and language could be read. */
  isSchoolKnown: z.boolean(),
  /** Whether history could be read whole, which tells what else there was: else more may be lost than is listed. */
  isListComplete: z.boolean(),
  /** The list of every row that is not in the new file, or not for certain as it was, beside that; null for none. */
  listFile: z.string().nullable(),
})
export type SalvageReport = z.output<typeof salvageReport>
