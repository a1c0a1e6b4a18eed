import type { TableSpec } from './schema'
import { normalSql } from './sqlTokens'

/** The columns of a table's primary key, or none. */
export function keyColumns({ primaryKey }: TableSpec): string[] {
  if (!primaryKey) return []
  return 'column' in primaryKey ? [primaryKey.column] : primaryKey.columns
}

/** The column that is the row's own number, if the table has such a one. */
export function rowNumberColumn(table: TableSpec): string | null {
  const { columns, primaryKey } = table
  if (!primaryKey || !('column' in primaryKey) || isWithoutRowid(table)) return null
  return normalSql(columns[primaryKey.column]?.type ?? '') === 'integer' ? primaryKey.column : null
}

export const isWithoutRowid = ({ options = '' }: TableSpec) => /WITHOUT ROWID/i.test(options)

export const isStrict = ({ options = '' }: TableSpec) => /STRICT/i.test(options)
