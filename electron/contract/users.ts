import { z } from 'zod'
import { command, query } from './define'
import {
  booleanField,
  detailsField,
  emailField,
  idField,
  instantField,
  integerField,
  optionalDayField,
  optionalTextField,
  recordId,
  referenceField,
  textField,
} from './fields'
import { affected, listMethods, listRequest, selection } from './lists'

/** A person of the school, of one user type. `email` is null where the person has none. Where `birthDate` is known, `age`
 *  follows from it; else it is as somebody entered it. `externalId` is what another system calls the person. */
export const userFields = {
  userId: idField(),
  firstName: textField(50, {
    width: 140,
    aliases: {
      en: ['first name', 'given name', 'forename', 'first'],
      bs: ['ime'],
      de: ['vorname'],
    },
  }),
  lastName: textField(50, {
    width: 160,
    aliases: {
      en: ['last name', 'family name', 'surname', 'last'],
      bs: ['prezime'],
      de: ['nachname', 'familienname', 'name'],
    },
  }),
  email: emailField(100, {
    width: 240,
    aliases: {
      en: ['e-mail', 'mail', 'email address', 'e-mail address'],
      bs: ['e-pošta', 'elektronska pošta'],
      de: ['e-mail-adresse', 'mailadresse'],
    },
  }),
  userTypeId: referenceField({
    width: 130,
    aliases: {
      en: ['user type', 'type', 'role'],
      bs: ['tip korisnika', 'tip', 'uloga'],
      de: ['benutzertyp', 'typ', 'rolle'],
    },
  }),
  age: integerField(1, 150, {
    width: 80,
    aliases: { en: ['years'], bs: ['dob', 'starost', 'godine'], de: ['alter'] },
  }),
  birthDate: optionalDayField({
    width: 120,
    aliases: {
      en: ['date of birth', 'birthday', 'born'],
      bs: ['datum rođenja', 'rođen', 'rođena'],
      de: ['geburtsdatum', 'geboren', 'geburtstag'],
    },
  }),
  externalId: optionalTextField(100, {
    width: 130,
    aliases: {
      en: ['student id', 'student number', 'sourced id', 'person id', 'id number'],
      bs: ['matični broj', 'broj učenika'],
      de: ['schülernummer', 'personalnummer'],
    },
  }),
  details: detailsField(),
  isActive: booleanField({
    width: 90,
    aliases: { en: ['active', 'enabled'], bs: ['aktivan', 'aktivna'], de: ['aktiv'] },
  }),
  createdAt: instantField(),
  updatedAt: instantField(),
  lastLogin: instantField(),
}

/** Whole years from a birth date to a day, both `YYYY-MM-DD`. */
export function ageOn(birthDate: string, day: string): number {
  const hadBirthday = day.slice(5) >= birthDate.slice(5)
  return Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (hadBirthday ? 0 : 1)
}

/** True for the made-up address that is stored for a person without an e-mail. */
export function isNoEmail(email: string): boolean {
  return /^none-[0-9a-f]{8}@no-email\.invalid$/.test(email)
}

const userRecord = z.object({
  userId: userFields.userId.schema,
  firstName: userFields.firstName.schema,
  lastName: userFields.lastName.schema,
  email: userFields.email.schema,
  userTypeId: userFields.userTypeId.schema,
  /** 0 for a child in its first year, by its birth date. */
  age: z.int().nullable(),
  birthDate: userFields.birthDate.schema,
  externalId: userFields.externalId.schema,
  details: userFields.details.schema,
  isActive: userFields.isActive.schema,
  createdAt: userFields.createdAt.schema,
  updatedAt: userFields.updatedAt.schema,
  lastLogin: userFields.lastLogin.schema,
})

/** `classId` and `className` are of the homeroom course in which the person is enrolled, if there is one. */
export const userRow = userRecord.extend({
  userTypeName: z.string(),
  /** When the age was entered; null where it follows from the birth date, or where history does not know. */
  ageEnteredAt: z.string().nullable(),
  classId: recordId.nullable(),
  className: z.string().nullable(),
})
export type UserRow = z.output<typeof userRow>

const userShape = z.strictObject({
  firstName: userFields.firstName.schema,
  lastName: userFields.lastName.schema,
  email: userFields.email.schema,
  userTypeId: userFields.userTypeId.schema,
  age: userFields.age.schema,
  birthDate: userFields.birthDate.schema,
  externalId: userFields.externalId.schema,
  details: userFields.details.schema,
  isActive: userFields.isActive.schema,
})

export const userInput = userShape.extend({
  email: userShape.shape.email.default(null),
  age: userShape.shape.age.default(null),
  birthDate: userShape.shape.birthDate.default(null),
  externalId: userShape.shape.externalId.default(null),
  details: userShape.shape.details.default(null),
  isActive: userShape.shape.isActive.default(true),
})

export const USER_SORTS = [
  'lastName',
  'firstName',
  'email',
  'userTypeName',
  'age',
  'birthDate',
  'externalId',
  'createdAt',
  'updatedAt',
] as const

const filters = z
  .strictObject({ userTypeId: recordId, classId: recordId, isActive: z.boolean() })
  .partial()
  .default({})

export const userMethods = {
  ...listMethods(listRequest(USER_SORTS, filters), userRow),
  get: query(z.strictObject({ userId: recordId }), userRow),
  create: command(userInput, userRow),
  update: command(userShape.partial().extend({ userId: recordId }), userRow),
  setActive: command(z.strictObject({ selection, isActive: z.boolean() }), affected),
  /** What deleting would take along. */
  previewRemoval: query(z.strictObject({ selection }), z.object({ users: z.int(), enrollments: z.int() })),
  remove: command(z.strictObject({ selection }), z.object({ users: z.int(), enrollments: z.int() })),
}
