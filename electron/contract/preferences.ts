import { z } from 'zod'
import { action, query } from './define'

/** What this computer's user likes, kept beside the program and not in the school's file. */
const preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
})
export type Preferences = z.output<typeof preferences>

export const preferencesMethods = {
  get: query(z.strictObject({}), preferences),
  set: action(z.strictObject({ theme: preferences.shape.theme.unwrap() }), preferences),
}
