import { AppError } from '../../contract/errors'
import { words } from '../../services/words'
import { dayOfClock } from '../../services/values'
import type { Arguments } from '../arguments'
import { asTyped } from '../asTyped'
import type { Command, Outcome } from '../command'
import { lastChange } from '../lastChange'
import { findCourse, findUser } from '../references'
import type { Session } from '../session'

const PEOPLE = [{ name: 'PERSON', isRepeated: true }]
const IN_COURSE = { course: { value: 'COURSE', isRequired: true }, in: { value: 'FILE', isRequired: true } }

/** Enrols people in a course, all of them or none. */
export const enroll: Command = {
  arguments: PEOPLE,
  options: { ...IN_COURSE, from: { value: 'DAY' }, until: { value: 'DAY' } },

  async run({ args, session }) {
    const enrolledDate = args.day('from') ?? dayOfClock(new Date())
    const endDate = args.day('until') ?? null
    await session.open(args.required('in'), 'write')
    const { courseId, userIds } = await find(session, args.required('course'), args.arguments('PERSON'))
    const input = { courseId, selection: { ids: userIds }, enrolledDate, endDate }
    const { count } = await asTyped(typedOf(args, enrolledDate), () =>
      session.api.enrollments.enrollStudents(input),
    )
    return outcome(session, { enrolled: count, courseId, enrolledDate, endDate })
  },
}

/** Ends open enrolments of people in a course, all of them or none. */
export const withdraw: Command = {
  arguments: PEOPLE,
  options: { ...IN_COURSE, until: { value: 'DAY', words: 'lastDay' }, reason: { value: 'TEXT' } },

  async run({ args, session }) {
    const endDate = args.day('until') ?? dayOfClock(new Date())
    await session.open(args.required('in'), 'write')
    const { courseId, userIds } = await find(session, args.required('course'), args.arguments('PERSON'))
    const ids: number[] = []
    for (const userId of userIds) ids.push(...(await openEnrollments(session, userId, courseId)))
    const { count } = await asTyped(typedOf(args, endDate), () =>
      session.api.enrollments.withdraw({
        selection: { ids },
        endDate,
        endReason: args.text('reason') ?? null,
      }),
    )
    return outcome(session, { withdrawn: count, courseId, endDate })
  },
}

/** The contract's fields as they are called here. */
function typedOf(args: Arguments, today: string) {
  return {
    selection: { name: 'PERSON', value: args.arguments('PERSON').join(' ') },
    enrolledDate: { name: '--from', value: args.text('from') ?? today },
    endDate: { name: '--until', value: args.text('until') ?? today },
    endReason: { name: '--reason', value: args.text('reason') ?? '' },
  }
}

async function find(session: Session, course: string, people: readonly string[]) {
  const courseId = await findCourse(session, course)
  const userIds = new Set<number>()
  for (const person of people) userIds.add(await findUser(session, person))
  return { courseId, userIds: [...userIds] }
}

/** Throws where the person is not in the course, by their name. */
async function openEnrollments({ api }: Session, userId: number, courseId: number): Promise<number[]> {
  const { listId, total } = await api.enrollments.openList({ filters: { userId, courseId, isOpen: true } })
  if (total === 0) {
    const { firstName, lastName } = await api.users.get({ userId })
    const { name: course } = await api.courses.get({ courseId })
    throw new AppError('conflict', { reason: 'not-enrolled', name: `${firstName} ${lastName}`, course })
  }
  const { rows } = await api.enrollments.list({ listId, offset: 0, count: total })
  await api.enrollments.closeList({ listId })
  return rows.map(({ enrollmentId }) => enrollmentId)
}

async function outcome(session: Session, result: object): Promise<Outcome> {
  const { changeSetId, what } = await lastChange(session)
  return {
    json: { ...result, changeSet: changeSetId },
    text: words('cli.changed', { what, changeSet: changeSetId }),
  }
}
