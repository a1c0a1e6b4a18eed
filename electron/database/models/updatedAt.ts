import { NOW } from './rules'

/** A trigger that makes a record newer whatever path writes it, SQL of another program included. A write that sets the
 *  time itself (an undo) keeps its own; a refilled sort key is no change: `columns` are those that people fill. */
export function updatedAtTrigger(table: string, key: string, columns: string[]): Record<string, string> {
  const name = `tr_${table}_updated_at`
  return {
    [name]: `CREATE TRIGGER ${name} AFTER UPDATE OF ${columns.join(', ')} ON ${table}
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE ${table} SET updated_at = ${NOW} WHERE ${key} = new.${key}; END`,
  }
}
