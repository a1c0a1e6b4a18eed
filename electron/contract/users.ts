import { z } from 'zod'
import { command, query } from './define'
import {
  booleanField,
  emailField,
  idField,
  instantField,
  integerField,
  recordId,
  referenceField,
  textField,
} from './fields'
import { affected, listMethods, listRequest, selection } from './lists'

/** A person of the school, of one user type. `email` is null where the person has none. */
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
  isActive: booleanField({
    width: 90,
    aliases: { en: ['active', 'enabled'], bs: ['aktivan', 'aktivna'], de: ['aktiv'] },
  }),
  createdAt: instantField(),
  updatedAt: instantField(),
  lastLogin: instantField(),
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
  age: userFields.age.schema,
  isActive: userFields.isActive.schema,
  createdAt: userFields.createdAt.schema,
  updatedAt: userFields.updatedAt.schema,
  lastLogin: userFields.lastLogin.schema,
})

export const userRow = userRecord.extend({ userTypeName: z.string() })
export type UserRow = z.output<typeof userRow>

const userShape = z.strictObject({
  firstName: userFields.firstName.schema,
  lastName: userFields.lastName.schema,
  email: userFields.email.schema,
  userTypeId: userFields.userTypeId.schema,
  age: userFields.age.schema,
  isActive: userFields.isActive.schema,
})

export const userInput = userShape.extend({
  email: userShape.shape.email.default(null),
  age: userShape.shape.age.default(null),
  isActive: userShape.shape.isActive.default(true),
})

export const USER_SORTS = [
  'lastName',
  'firstName',
  'email',
  'userTypeName',
  'age',
  'createdAt',
  'updatedAt',
] as const

const filters = z.strictObject({ userTypeId: recordId, isActive: z.boolean() }).partial().default({})

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
