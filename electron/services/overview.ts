import type { Handlers } from '../contract/define'
import type { overviewMethods } from '../contract/overview'
import type { SchoolContexts } from './context'
import { readChangeSets } from './changeSets'

/** Changes that Home shows. */
const RECENT = 10

export const overview: Handlers<typeof overviewMethods, SchoolContexts> = {
  async get({ database, today }) {
    const counts = await database.queryOne<Counts>(
      `SELECT (SELECT count(*) FROM users) AS users,
        (SELECT count(*) FROM users WHERE is_active = 1) AS activeUsers,
        (SELECT count(*) FROM courses) AS courses,
        (SELECT count(*) FROM courses WHERE start_date <= $1 AND end_date >= $1) AS runningCourses,
        (SELECT count(*) FROM enrollments) AS enrollments,
        (SELECT count(*) FROM enrollments WHERE status = 'enrolled') AS openEnrollments`,
      [today],
    )
    if (!counts) throw new Error('the counts were not read')
    const userTypes = await database.query<{ userTypeId: number; name: string; userCount: number }>(
      `SELECT t.user_type_id AS userTypeId, t.name, (SELECT count(*) FROM users u WHERE u.user_type_id = t.user_type_id) AS userCount
        FROM user_types t ORDER BY t.name_sort LIMIT 100`,
    )
    return {
      users: { all: counts.users, active: counts.activeUsers },
      courses: { all: counts.courses, running: counts.runningCourses },
      enrollments: { all: counts.enrollments, open: counts.openEnrollments },
      userTypes,
      recentChanges: await readChangeSets(database, RECENT),
    }
  },
}

interface Counts {
  users: number
  activeUsers: number
  courses: number
  runningCourses: number
  enrollments: number
  openEnrollments: number
}
