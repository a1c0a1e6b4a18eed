import type { EntityName } from '../contract'
import type { Selection } from '../contract/lists'
import type { IdQuery } from './changes'
import type { CommandContext } from './context'

/** Brings the ids of a selection of an entity's records into the transaction, however many they are, and answers the query that gives them. */
export async function selectRecords(
  { database, lists }: CommandContext,
  entity: EntityName,
  selection: Selection,
): Promise<IdQuery> {
  await database.run('CREATE TEMP TABLE IF NOT EXISTS selected (id INTEGER PRIMARY KEY)')
  await database.run('DELETE FROM temp.selected')
  for await (const ids of lists.ids(entity, selection)) {
    await database.run('INSERT OR IGNORE INTO temp.selected SELECT value FROM json_each($1)', [
      JSON.stringify(ids),
    ])
  }
  return 'SELECT id FROM temp.selected'
}
