import { z } from 'zod'
import { command, query } from './define'
import {
  booleanField,
  choiceField,
  dayField,
  detailsField,
  idField,
  instantField,
  longTextField,
  optionalTextField,
  recordId,
  textField,
} from './fields'
import { affected, listMethods, listRequest, selection } from './lists'

/** A course, from its first to its last day, both inclusive. Names are not unique. A homeroom is the class that a pupil
 *  belongs to: a person is in one at a time. */
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
  classType: choiceField(
    {
      scheduled: ['course', 'subject', 'predmet', 'fach', 'kurs'],
      homeroom: ['class', 'form', 'razred', 'odjeljenje', 'klasse', 'stammklasse'],
    },
    {
      width: 110,
      aliases: { en: ['class type', 'kind'], bs: ['vrsta'], de: ['art'] },
    },
  ),
  externalId: optionalTextField(100, {
    width: 130,
    aliases: {
      en: ['course id', 'course number', 'course code', 'class id', 'sourced id'],
      bs: ['šifra predmeta'],
      de: ['kursnummer'],
    },
  }),
  details: detailsField(),
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
  classType: courseFields.classType.schema,
  externalId: courseFields.externalId.schema,
  details: courseFields.details.schema,
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
  classType: courseFields.classType.schema,
  externalId: courseFields.externalId.schema,
  details: courseFields.details.schema,
  isActive: courseFields.isActive.schema,
})

/** The rule that a course does not end before it starts. A change of one date alone is held against the other by the service. */
export const courseInput = courseShape
  .extend({
    description: courseShape.shape.description.default(null),
    classType: courseShape.shape.classType.default('scheduled'),
    externalId: courseShape.shape.externalId.default(null),
    details: courseShape.shape.details.default(null),
    isActive: courseShape.shape.isActive.default(true),
  })
  .refine(({ startDate, endDate }) => endDate >= startDate, {
    path: ['endDate'],
    params: { code: 'end-before-start' },
  })

export const COURSE_SORTS = ['name', 'startDate', 'endDate', 'externalId', 'createdAt', 'updatedAt'] as const

const filters = z
  .strictObject({ state: courseState, classType: courseFields.classType.schema, isActive: z.boolean() })
  .partial()
  .default({})

export const courseMethods = {
  ...listMethods(listRequest(COURSE_SORTS, filters), courseRow),
  get: query(z.strictObject({ courseId: recordId }), courseRow),
  create: command(courseInput, courseRow),
  update: command(courseShape.partial().extend({ courseId: recordId }), courseRow),
  setActive: command(z.strictObject({ selection, isActive: z.boolean() }), affected),
  previewRemoval: query(z.strictObject({ selection }), z.object({ courses: z.int(), enrollments: z.int() })),
  remove: command(z.strictObject({ selection }), z.object({ courses: z.int(), enrollments: z.int() })),
}
