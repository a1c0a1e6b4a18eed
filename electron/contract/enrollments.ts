import { z } from 'zod'
import { courseFields } from './courses'
import { command, query } from './define'
import {
  choiceField,
  dayField,
  idField,
  instantField,
  longTextField,
  optionalDayField,
  optionalTextField,
  recordId,
  referenceField,
} from './fields'
import { affected, listMethods, listRequest, selection } from './lists'
import { userFields, userRow } from './users'

/** A user in a course. Open while its status is `enrolled`; `endDate` is its last day, which may be one to come. What is
 *  open when that day is over is completed at the next start. */
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
  status: choiceField(
    {
      enrolled: ['active', 'open', 'upisan', 'upisana', 'eingeschrieben', 'aktiv'],
      completed: ['finished', 'ended', 'završen', 'završeno', 'abgeschlossen', 'beendet'],
      withdrawn: ['dropped', 'left', 'inactive', 'ispisan', 'ispisana', 'abgemeldet'],
    },
    {
      width: 110,
      aliases: { en: ['state', 'enrollment status', 'enrolment status'], bs: ['stanje'], de: ['stand'] },
    },
  ),
  endReason: optionalTextField(200, {
    width: 180,
    aliases: {
      en: ['reason', 'exit reason', 'withdrawal reason'],
      bs: ['razlog'],
      de: ['grund', 'abmeldegrund'],
    },
  }),
  externalId: optionalTextField(100, {
    width: 130,
    aliases: { en: ['enrollment id', 'enrolment id', 'sourced id'] },
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
  status: enrollmentFields.status.schema,
  endReason: enrollmentFields.endReason.schema,
  externalId: enrollmentFields.externalId.schema,
  associativeData: enrollmentFields.associativeData.schema,
  updatedAt: enrollmentFields.updatedAt.schema,
})

export const enrollmentRow = enrollmentRecord.extend({
  firstName: z.string(),
  lastName: z.string(),
  email: z.string().nullable(),
  birthDate: userFields.birthDate.schema,
  /** The homeroom course in which the person is, as in `userRow`. */
  className: userRow.shape.className,
  courseName: z.string(),
  classType: courseFields.classType.schema,
  /** That the status is `enrolled`. */
  isOpen: z.boolean(),
})
export type EnrollmentRow = z.output<typeof enrollmentRow>

export const ENROLLMENT_SORTS = [
  'lastName',
  'courseName',
  'enrolledDate',
  'endDate',
  'status',
  'externalId',
  'updatedAt',
] as const

const filters = z
  .strictObject({
    userId: recordId,
    courseId: recordId,
    status: enrollmentFields.status.schema,
    isOpen: z.boolean(),
  })
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
  /** Without a status, it follows from `endDate`: completed where that is past, open again where it no longer is. */
  update: command(
    z
      .strictObject({
        enrolledDate: enrollmentFields.enrolledDate.schema,
        endDate: enrollmentFields.endDate.schema,
        status: enrollmentFields.status.schema,
        endReason: enrollmentFields.endReason.schema,
        externalId: enrollmentFields.externalId.schema,
        associativeData: enrollmentFields.associativeData.schema,
      })
      .partial()
      .extend({ enrollmentId: recordId }),
    enrollmentRow,
  ),
  /** Ends the open ones of the selection before their time, on a day (the last one). */
  withdraw: command(
    z.strictObject({
      selection,
      endDate: dayField().schema,
      endReason: enrollmentFields.endReason.schema.default(null),
    }),
    affected,
  ),
  /** Ends the open ones of the selection as done, on a day (the last one). */
  complete: command(z.strictObject({ selection, endDate: dayField().schema }), affected),
  /** For an enrolment made by mistake; history keeps what it was. */
  remove: command(z.strictObject({ selection }), affected),
}
