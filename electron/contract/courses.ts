import { z } from 'zod'
import { command, query } from './define'
import { booleanField, dayField, idField, instantField, longTextField, recordId, textField } from './fields'
import { affected, listMethods, listRequest, selection } from './lists'

/** A course, from its first to its last day, both inclusive. Names are not unique. */
export const courseFields = {
  courseId: idField(),
  name: textField(100, {
    width: 240,
    aliases: {
      en: ['course', 'course name', 'title', 'class'],
      bs: ['naziv', 'predmet', 'kurs'],
      de: ['kurs', 'kursname', 'bezeichnung', 'fach'],
    },
  }),
  description: longTextField({
    width: 280,
    aliases: { en: ['details', 'summary'], bs: ['opis'], de: ['beschreibung'] },
  }),
  startDate: dayField({
    width: 120,
    aliases: {
      en: ['start', 'starts', 'from', 'begin date'],
      bs: ['početak', 'datum početka', 'od'],
      de: ['beginn', 'startdatum', 'von'],
    },
  }),
  endDate: dayField({
    width: 120,
    aliases: {
      en: ['end', 'ends', 'until', 'to'],
      bs: ['kraj', 'datum završetka', 'do'],
      de: ['ende', 'enddatum', 'bis'],
    },
  }),
  isActive: booleanField({
    width: 90,
    aliases: { en: ['active', 'enabled'], bs: ['aktivan'], de: ['aktiv'] },
  }),
  createdAt: instantField(),
  updatedAt: instantField(),
}

const courseRecord = z.object({
  courseId: courseFields.courseId.schema,
  name: courseFields.name.schema,
  description: courseFields.description.schema,
  startDate: courseFields.startDate.schema,
  endDate: courseFields.endDate.schema,
  isActive: courseFields.isActive.schema,
  createdAt: courseFields.createdAt.schema,
  updatedAt: courseFields.updatedAt.schema,
})

export const COURSE_STATES = ['upcoming', 'running', 'ended'] as const
const courseState = z.enum(COURSE_STATES)

/** `studentCount` counts the open enrolments, of whatever type of user. */
export const courseRow = courseRecord.extend({ state: courseState, studentCount: z.int() })
export type CourseRow = z.output<typeof courseRow>

const courseShape = z.strictObject({
  name: courseFields.name.schema,
  description: courseFields.description.schema,
  startDate: courseFields.startDate.schema,
  endDate: courseFields.endDate.schema,
  isActive: courseFields.isActive.schema,
})

/** The rule that a course does not end before it starts. A change of one date alone is held against the other by the service. */
export const courseInput = courseShape
  .extend({
    description: courseShape.shape.description.default(null),
    isActive: courseShape.shape.isActive.default(true),
  })
  .refine(({ startDate, endDate }) => endDate >= startDate, {
    path: ['endDate'],
    params: { code: 'end-before-start' },
  })

export const COURSE_SORTS = ['name', 'startDate', 'endDate', 'createdAt', 'updatedAt'] as const

const filters = z.strictObject({ state: courseState, isActive: z.boolean() }).partial().default({})

export const courseMethods = {
  ...listMethods(listRequest(COURSE_SORTS, filters), courseRow),
  get: query(z.strictObject({ courseId: recordId }), courseRow),
  create: command(courseInput, courseRow),
  update: command(courseShape.partial().extend({ courseId: recordId }), courseRow),
  setActive: command(z.strictObject({ selection, isActive: z.boolean() }), affected),
  previewRemoval: query(z.strictObject({ selection }), z.object({ courses: z.int(), enrollments: z.int() })),
  remove: command(z.strictObject({ selection }), z.object({ courses: z.int(), enrollments: z.int() })),
}
