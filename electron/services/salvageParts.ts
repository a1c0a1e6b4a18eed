import { IMPORT_ENTITIES } from '../contract/imports'
import type { SideConnection } from '../database/scratch'
import { RECORD_TABLES } from './records'
import { readPart, type SalvageControl, type SalvagedTable, type TableRead } from './salvageReading'

/** A table that was not read whole, and what is known of its rows. */
export interface Unread extends Omit<SalvagedTable, 'isOlder'>, Pick<TableRead, 'isCounted'> {
  /** The names of its parts in the attached `damaged`, the largest first. */
  parts: string[]
}

/** Adds the rows of a table's parts to those that were read of it. Pages that are no longer used may hold people who were
 *  removed: whom history says to be gone stays so, and where an index tells which rows there are, no other is taken. */
export async function readParts(
  side: SideConnection,
  { table, key, columns, isCounted, parts }: Unread,
  control: SalvageControl,
): Promise<void> {
  const entity = IMPORT_ENTITIES.find((each) => RECORD_TABLES[each].table === table)
  const isGone = `SELECT 1 FROM last_changes WHERE entity = '${entity}' AND record_id = p.${key} AND before IS NOT NULL AND after IS NULL`
  const isKnown = `EXISTS (SELECT 1 FROM known WHERE name = '${table}' AND id = p.${key})`
  const conditions = [
    ...(entity === undefined ? [] : [`NOT EXISTS (${isGone})`]),
    ...(isCounted ? [isKnown] : []),
  ]
  const names = columns.join(', ')
  for (const part of parts) {
    control.stopIfCancelled()
    await readPart(side, { table, key, columns }, part, control)
    await side.run(
      `INSERT OR IGNORE INTO ${table} (${names}) SELECT ${names} FROM parts p WHERE ${['1', ...conditions].join(' AND ')}`,
    )
  }
}
