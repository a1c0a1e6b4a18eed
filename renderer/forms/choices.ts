import type { CourseRow } from '../../electron/contract/courses'
import { api } from '../api'
import { formatDay } from '../formats'
import { openList } from '../grid/openedList'
import { t } from '../i18n'
import type { Choice } from './formFields'

/** User types whose name matches, the first hundred by name. */
export async function findUserTypes(search: string): Promise<Choice[]> {
  const list = await openList(api.userTypes, { search, sort: { field: 'name' } })
  const rows = await list.readRows(0, 100)
  list.close()
  return rows.map(({ userTypeId, name }) => ({ id: userTypeId, label: name }))
}

/** Active courses and classes whose name matches, the first hundred by name. */
export async function findCourses(search: string): Promise<Choice[]> {
  const rows = await readActiveCourses(search, {})
  return rows.map(({ courseId, name, classType, startDate, endDate }) => ({
    id: courseId,
    label: t(`courses.choices.${classType}`, { name, start: formatDay(startDate), end: formatDay(endDate) }),
  }))
}

/** Active classes whose name matches, the first hundred by name. */
export async function findClasses(search: string): Promise<Choice[]> {
  const rows = await readActiveCourses(search, { classType: 'homeroom' })
  return rows.map(({ courseId, name }) => ({ id: courseId, label: name }))
}

async function readActiveCourses(search: string, filters: object): Promise<CourseRow[]> {
  const request = { search, sort: { field: 'name' }, filters: { isActive: true, ...filters } }
  const list = await openList(api.courses, request)
  const rows = await list.readRows(0, 100)
  list.close()
  return rows
}
