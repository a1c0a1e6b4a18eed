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

/** Active courses whose name matches, the first hundred by name. */
export async function findCourses(search: string): Promise<Choice[]> {
  const list = await openList(api.courses, { search, sort: { field: 'name' }, filters: { isActive: true } })
  const rows = await list.readRows(0, 100)
  list.close()
  return rows.map(({ courseId, name, startDate, endDate }) => ({
    id: courseId,
    label: `${name} (${t('courses.dates', { start: formatDay(startDate), end: formatDay(endDate) })})`,
  }))
}
