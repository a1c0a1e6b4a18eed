import { normalKey } from '../schema/sameTable'
import type { ColumnSpec, ForeignKeySpec, PrimaryKeySpec, TableSchema } from '../schema/schema'
import { quote } from '../sql'
import { normalName, normalSql } from '../schema/sqlTokens'

// Whether two declarations mean the same to SQLite, however they are written.

/** The parts of a column's declaration that are not the same. */
export function changedParts(before: ColumnSpec, after: ColumnSpec): (keyof ColumnSpec)[] {
  const parts: (keyof ColumnSpec)[] = ['type', 'isNullable', 'defaultValue', 'rest']
  return parts.filter((part) => normalPart(before[part]) !== normalPart(after[part]))
}

export const sameColumn = (a: ColumnSpec, b: ColumnSpec) => changedParts(a, b).length === 0

export const samePrimaryKey = sameBy<PrimaryKeySpec>((key) => [
  'column' in key ? [normalName(key.column)] : key.columns.map(normalName),
  'column' in key && key.isAutoIncrement === true,
])

export const sameUnique = sameBy<string[]>((columns) => columns.map(normalName))

export const sameForeignKey = sameBy<ForeignKeySpec>(normalKey)

export const sameIndex = sameBy<TableSchema['indexes'][string]>(
  ({ columns, isUnique = false, where = '' }) => [
    columns.map((part) => normalSql(typeof part === 'string' ? quote(part) : part.expression)),
    isUnique,
    normalSql(where),
  ],
)

/** Whole CREATE statements. SQLite keeps no IF NOT EXISTS, and no semicolon at the end. */
export const sameStatement = sameBy<string>((sql) =>
  normalSql(sql)
    .replace(/^(create (?:\w+ )+?)if not exists /, '$1')
    .replace(/( ;)+$/, ''),
)

/** FALSE and nothing said are the same, and so is the case of a type. */
const normalPart = (part: string | boolean | undefined) =>
  typeof part === 'string' ? normalSql(part) : part === true

function sameBy<Value>(normal: (value: Value) => unknown): (a: Value, b: Value) => boolean {
  return (a, b) => JSON.stringify(normal(a)) === JSON.stringify(normal(b))
}
