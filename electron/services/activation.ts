import type { Selection } from '../contract/lists'
import type { CommandContext } from './context'
import { RECORD_TABLES } from './records'
import { selectRecords } from './selected'

/** Activates or deactivates the records of a selection; answers how many were otherwise before. */
export async function setActive(
  context: CommandContext,
  entity: 'users' | 'courses',
  { selection, isActive }: { selection: Selection; isActive: boolean },
): Promise<{ count: number }> {
  const { changes } = context
  const { table, key } = RECORD_TABLES[entity]
  const selected = await selectRecords(context, entity, selection)
  const differing = `SELECT ${key} FROM ${table} WHERE ${key} IN (${selected}) AND is_active = ${isActive ? 0 : 1}`
  const count = await changes.update(entity, differing, { isActive })
  changes.summarize(`${entity}-${isActive ? 'activated' : 'deactivated'}`, { count })
  return { count }
}
