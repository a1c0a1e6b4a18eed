import type { ImportEntity } from '../../contract/imports'
import { recordId } from '../../contract/fields'
import { words } from '../../services/words'
import { pairOf, usageError } from '../arguments'
import { lastChange } from '../lastChange'
import { asTyped, typedPairs } from '../asTyped'
import type { Command } from '../command'
import { entityOf, LISTED, readValues, SETTABLE } from '../entities'
import type { Session } from '../session'

const IN = { in: { value: 'FILE', isRequired: true } }

/** Adds one record. */
export const add: Command = {
  arguments: [{ name: 'ENTITY' }, { name: 'FIELD=VALUE', isRepeated: true }],
  options: IN,

  async run({ args, session }) {
    const entity = entityOf(args.argument('ENTITY'))
    if (entity === 'enrollments') throw usageError('use-enroll')
    const pairs = args.arguments('FIELD=VALUE').map(pairOf)
    await session.open(args.required('in'), 'write')
    const values = await readValues(session, SETTABLE[entity], pairs)
    const record = await asTyped(typedPairs(pairs), () => session.call(`${entity}.create`, values))
    return outcome(session, entity, { record })
  },
}

/** Changes fields of one record. */
export const set: Command = {
  arguments: [{ name: 'ENTITY' }, { name: 'ID' }, { name: 'FIELD=VALUE', isRepeated: true }],
  options: IN,

  async run({ args, session }) {
    const entity = entityOf(args.argument('ENTITY'))
    const id = idOf(args.argument('ID'))
    const pairs = args.arguments('FIELD=VALUE').map(pairOf)
    await session.open(args.required('in'), 'write')
    const values = await readValues(session, SETTABLE[entity], pairs)
    const input = { ...values, [LISTED[entity].id]: id }
    const record = await asTyped(typedPairs(pairs), () => session.call(`${entity}.update`, input))
    return outcome(session, entity, { record })
  },
}

/** Deletes records, and with a person or a course their enrolments. */
export const remove: Command = {
  arguments: [{ name: 'ENTITY' }, { name: 'ID', isRepeated: true }],
  options: IN,

  async run({ args, session }) {
    const entity = entityOf(args.argument('ENTITY'))
    const ids = [...new Set(args.arguments('ID').map(idOf))]
    const key = LISTED[entity].id
    // One command is one change set, and the contract removes user types one by one.
    if (entity === 'userTypes' && ids.length > 1) throw usageError('one-by-one')
    await session.open(args.required('in'), 'write')
    for (const id of ids) await session.call(`${entity}.get`, { [key]: id })
    const input = entity === 'userTypes' ? { [key]: ids[0] } : { selection: { ids } }
    const removed = await session.call(`${entity}.remove`, input)
    return outcome(session, entity, { removed: removed ?? { userTypes: 1 } })
  },
}

async function outcome(session: Session, entity: ImportEntity, result: object) {
  const { changeSetId, what } = await lastChange(session)
  return {
    json: { entity, ...result, changeSet: changeSetId },
    text: words('cli.changed', { what, changeSet: changeSetId }),
  }
}

function idOf(text: string): number {
  const id = recordId.safeParse(/^\d+$/.test(text) ? Number(text) : text)
  if (!id.success) throw usageError('not-an-id', { value: text })
  return id.data
}
