import { z } from 'zod'
import { query } from './define'
import { changeSet } from './history'

/** What Home shows. */
export const overviewMethods = {
  get: query(
    z.strictObject({}),
    z.object({
      users: z.object({ all: z.int(), active: z.int() }),
      courses: z.object({ all: z.int(), running: z.int() }),
      enrollments: z.object({ all: z.int(), open: z.int() }),
      userTypes: z.array(z.object({ userTypeId: z.int(), name: z.string(), userCount: z.int() })),
      recentChanges: z.array(changeSet),
    }),
  ),
}
