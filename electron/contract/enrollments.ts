import { z } from 'zod'
import { command, query } from './define'
import {
  dayField,
  idField,
  instantField,
  longTextField,
  optionalDayField,
  recordId,
  referenceField,
} from './fields'
import { affected, listMethods, listRequest, selection } from './lists'

/** A user in a course. Open while it has no end date or one to come; `endDate` is its last day. */
export const enrollmentFields = {
  enrollmentId: idField(),
  userId: referenceField({
    width: 200,
    aliases: {
      en: ['user', 'email', 'e-mail', 'user email', 'student', 'student email', 'person'],
      bs: ['učenik', 'e-pošta', 'korisnik'],
      de: ['benutzer', 'schüler', 'e-mail'],
    },
  }),
  courseId: referenceField({
    width: 200,
    aliases: {
      en: ['course', 'course name', 'class'],
      bs: ['predmet', 'kurs'],
      de: ['kurs', 'kursname', 'fach'],
    },
  }),
  enrolledDate: dayField({
    width: 120,
    aliases: {
      en: ['enrolled', 'enrolled on', 'start', 'start date', 'from'],
      bs: ['upisan', 'datum upisa'],
      de: ['eingeschrieben', 'beginn'],
    },
  }),
  endDate: optionalDayField({
    width: 120,
    aliases: { en: ['end', 'ended', 'until', 'to'], bs: ['kraj', 'datum ispisa'], de: ['ende', 'bis'] },
  }),
  associativeData: longTextField({
    width: 200,
    aliases: { en: ['notes', 'note', 'remarks'], bs: ['napomena'], de: ['bemerkung'] },
  }),
  updatedAt: instantField(),
}

const enrollmentRecord = z.object({
  enrollmentId: enrollmentFields.enrollmentId.schema,
  userId: enrollmentFields.userId.schema,
  courseId: enrollmentFields.courseId.schema,
  // Unknown in files of the seed's own system.
  enrolledDate: enrollmentFields.enrolledDate.schema.nullable(),
  endDate: enrollmentFields.endDate.schema,
  associativeData: enrollmentFields.associativeData.schema,
  updatedAt: enrollmentFields.updatedAt.schema,
})

export const enrollmentRow = enrollmentRecord.extend({
  firstName: z.string(),
  lastName: z.string(),
  email: z.string().nullable(),
  courseName: z.string(),
  isOpen: z.boolean(),
})
export type EnrollmentRow = z.output<typeof enrollmentRow>

export const ENROLLMENT_SORTS = ['lastName', 'courseName', 'enrolledDate', 'endDate', 'updatedAt'] as const

const filters = z
  .strictObject({ userId: recordId, courseId: recordId, isOpen: z.boolean() })
  .partial()
  .default({})

export const enrollmentMethods = {
  ...listMethods(listRequest(ENROLLMENT_SORTS, filters), enrollmentRow),
  get: query(z.strictObject({ enrollmentId: recordId }), enrollmentRow),
  /** Enrols all of the people or none: who is enrolled already is an error that names them. */
  enrollStudents: command(
    z
      .strictObject({
        courseId: recordId,
        selection,
        enrolledDate: enrollmentFields.enrolledDate.schema,
        endDate: enrollmentFields.endDate.schema.default(null),
      })
      .refine(({ enrolledDate, endDate }) => endDate === null || endDate >= enrolledDate, {
        path: ['endDate'],
        params: { code: 'end-before-start' },
      }),
    affected,
  ),
  update: command(
    z
      .strictObject({
        enrolledDate: enrollmentFields.enrolledDate.schema,
        endDate: enrollmentFields.endDate.schema,
        associativeData: enrollmentFields.associativeData.schema,
      })
      .partial()
      .extend({ enrollmentId: recordId }),
    enrollmentRow,
  ),
  /** Ends the open ones of the selection on a day (its last one). */
  withdraw: command(z.strictObject({ selection, endDate: dayField().schema }), affected),
  /** For an enrolment made by mistake; history keeps what it was. */
  remove: command(z.strictObject({ selection }), affected),
}
