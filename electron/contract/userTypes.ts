import { z } from 'zod'
import { command, nothing, query } from './define'
import { idField, instantField, recordId, textField } from './fields'
import { listMethods, listRequest } from './lists'

/** A kind of user: student, teacher. Its name is unique. */
export const userTypeFields = {
  userTypeId: idField(),
  name: textField(50, {
    width: 240,
    aliases: {
      en: ['type', 'user type', 'role', 'title'],
      bs: ['naziv', 'tip korisnika', 'vrsta'],
      de: ['typ', 'benutzertyp', 'rolle', 'bezeichnung'],
    },
  }),
  createdAt: instantField(),
  updatedAt: instantField(),
}

const userTypeRecord = z.object({
  userTypeId: userTypeFields.userTypeId.schema,
  name: userTypeFields.name.schema,
  createdAt: userTypeFields.createdAt.schema,
  updatedAt: userTypeFields.updatedAt.schema,
})
export type UserTypeRecord = z.output<typeof userTypeRecord>

export const userTypeRow = userTypeRecord.extend({ userCount: z.int() })
export type UserTypeRow = z.output<typeof userTypeRow>

export const userTypeInput = z.strictObject({ name: userTypeFields.name.schema })

export const USER_TYPE_SORTS = ['name', 'createdAt', 'updatedAt'] as const

export const userTypeMethods = {
  ...listMethods(listRequest(USER_TYPE_SORTS, z.strictObject({}).default({})), userTypeRow),
  get: query(z.strictObject({ userTypeId: recordId }), userTypeRecord),
  create: command(userTypeInput, userTypeRecord),
  update: command(userTypeInput.extend({ userTypeId: recordId }), userTypeRecord),
  /** Refused while users have the type. */
  remove: command(z.strictObject({ userTypeId: recordId }), nothing),
}
