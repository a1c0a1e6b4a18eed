import type { ForeignKeySpec, TableSpec } from './schema'
import { normalName, normalSql } from './sqlTokens'
import { isWithoutRowid, keyColumns, rowNumberColumn } from './tableKey'

/** Whether two tables mean the same: the order of constraints and the way that SQL is written do not count. */
export function sameTable(a: TableSpec, b: TableSpec): boolean {
  return normalTable(a) === normalTable(b)
}

function normalTable(table: TableSpec): string {
  const { columns, primaryKey, uniques, checks, foreignKeys, options = '' } = table
  const neverNull =
    rowNumberColumn(table) !== null || isWithoutRowid(table) ? keyColumns(table).map(normalName) : []
  const isAutoIncrement =
    primaryKey !== undefined && 'column' in primaryKey && primaryKey.isAutoIncrement === true
  return JSON.stringify([
    Object.entries(columns).map(([name, { type, isNullable = false, defaultValue, rest = '' }]) => [
      normalName(name),
      normalSql(type),
      isNullable && !neverNull.includes(normalName(name)),
      defaultValue === undefined ? null : normalSql(defaultValue),
      normalSql(rest),
    ]),
    primaryKey ? [normalName(primaryKey.name), keyColumns(table).map(normalName), isAutoIncrement] : null,
    byName(uniques, (unique) => unique.map(normalName)),
    byName(checks, normalSql),
    byName(foreignKeys, normalKey),
    normalSql(options).split(' , ').sort(),
  ])
}

const byName = <Value, Normal>(all: Record<string, Value> | undefined, normal: (value: Value) => Normal) =>
  Object.entries(all ?? {})
    .map(([name, value]): [string, Normal] => [normalName(name), normal(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** A foreign key as one value for all that mean the same. */
export const normalKey = ({
  columns,
  table,
  references,
  onDelete = 'NO ACTION',
  onUpdate = 'NO ACTION',
  isDeferred = false,
}: ForeignKeySpec) => [
  columns.map(normalName),
  normalName(table),
  references.map(normalName),
  onDelete,
  onUpdate,
  isDeferred,
]
