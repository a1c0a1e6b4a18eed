import type { z } from 'zod'
import type { overviewMethods } from '../contract/overview'
import type { CurrentSchool } from './currentSchool'

export type Counts = Record<'userTypes' | 'users' | 'courses' | 'enrollments', number>

/** How much the open school holds. Throws where none is open, with the reason. */
export async function countRecords(current: CurrentSchool): Promise<Counts> {
  const found = await current.call('school.find', {})
  const reply = found.ok ? await current.call('overview.get', {}) : found
  if (!reply.ok) throw new Error(`the school does not answer: ${JSON.stringify(reply.error)}`)
  const { users, courses, enrollments, userTypes } = reply.value as z.output<
    typeof overviewMethods.get.output
  >
  return { userTypes: userTypes.length, users: users.all, courses: courses.all, enrollments: enrollments.all }
}
