import { AppError } from '../contract/errors'
import { fold } from '../contract/fold'
import { PAGE_MAX } from '../contract/lists'
import type { Session } from './session'

// Records as a person at a terminal names them: by id, or by what is theirs alone.

/** A person by id or e-mail. Throws `not-found`. */
export async function findUser({ api }: Session, text: string): Promise<number> {
  if (isId(text)) return (await api.users.get({ userId: Number(text) })).userId
  const email = text.trim().toLowerCase().normalize('NFC')
  const list = await api.users.openList({ search: email })
  for (let offset = 0; offset < list.total; offset += PAGE_MAX) {
    const { rows } = await api.users.list({ listId: list.listId, offset, count: PAGE_MAX })
    const user = rows.find((row) => row.email === email)
    if (user) return user.userId
  }
  throw notFound('user', text)
}

/** A course by id or name. Throws `not-found`, and `conflict` with all of them where several have the name. */
export async function findCourse({ api }: Session, text: string): Promise<number> {
  if (isId(text)) return (await api.courses.get({ courseId: Number(text) })).courseId
  const list = await api.courses.openList({ search: firstWord(text) })
  const found: { courseId: number; name: string; startDate: string }[] = []
  for (let offset = 0; offset < list.total; offset += PAGE_MAX) {
    const { rows } = await api.courses.list({ listId: list.listId, offset, count: PAGE_MAX })
    found.push(...rows.filter(({ name }) => fold(name) === fold(text)))
  }
  const [only, second] = found
  if (!only) throw notFound('course', text)
  if (!second) return only.courseId
  const candidates = found.map(({ courseId, startDate }) => `${courseId} (${startDate})`).join(', ')
  throw new AppError('conflict', { reason: 'several-courses', name: text, candidates })
}

/** A user type by id or name. Throws `not-found`. */
export async function findUserType({ api }: Session, text: string): Promise<number> {
  if (isId(text)) return (await api.userTypes.get({ userTypeId: Number(text) })).userTypeId
  const list = await api.userTypes.openList({})
  for (let offset = 0; offset < list.total; offset += PAGE_MAX) {
    const { rows } = await api.userTypes.list({ listId: list.listId, offset, count: PAGE_MAX })
    const type = rows.find(({ name }) => fold(name) === fold(text))
    if (type) return type.userTypeId
  }
  throw notFound('userType', text)
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}

function notFound(entity: string, text: string): AppError {
  return new AppError('not-found', { entity, id: text })
}

/** A search finds the words of a name; the first one is at its beginning, and found however short it is. */
function firstWord(name: string): string {
  return fold(name).split(' ')[0] ?? ''
}
