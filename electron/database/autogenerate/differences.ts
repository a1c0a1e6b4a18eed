import type { ColumnSpec, ForeignKeySpec, PrimaryKeySpec, TableSchema } from '../schema/schema'
import { changedParts } from './same'

/** Nothing before: it was added. Nothing after: it was removed. */
export interface Change<Value> {
  before?: Value
  after?: Value
}

type IndexOfTable = TableSchema['indexes'][string]

/** What a table has that may differ, but for its columns, by what it is called to people. */
export type PartDifference =
  | ({ of: 'primary key'; table: string; name: string } & Change<PrimaryKeySpec>)
  | ({ of: 'unique'; table: string; name: string } & Change<string[]>)
  | ({ of: 'check'; table: string; name: string } & Change<string>)
  | ({ of: 'foreign key'; table: string; name: string } & Change<ForeignKeySpec>)
  | ({ of: 'index'; table: string; name: string } & Change<IndexOfTable>)
  | ({ of: 'trigger'; table: string; name: string } & Change<string>)

export type ColumnDifference = { of: 'column'; table: string; name: string } & Change<ColumnSpec>
export type TableDifference = { of: 'table'; name: string } & Change<TableSchema>
export type ObjectDifference = { of: 'view' | 'virtual table'; name: string } & Change<string>

/** `from` is as it was; `table` is as it is called after the change. */
export type Renaming =
  | { of: 'renamed table'; from: string; to: string }
  | { of: 'renamed column'; table: string; from: string; to: string }

/** One thing in which two schemas differ. Tables and columns that were renamed go by their new names in all others. */
export type Difference = Renaming | TableDifference | ColumnDifference | PartDifference | ObjectDifference

/** A difference in words, a line for each thing that is different: `added column 'users.phone'`. */
export function describe(difference: Difference): string[] {
  switch (difference.of) {
    case 'renamed table':
      return [`renamed table '${difference.from}' to '${difference.to}'`]
    case 'renamed column':
      return [
        `renamed column '${difference.table}.${difference.from}' to '${difference.table}.${difference.to}'`,
      ]
    case 'table':
    case 'view':
    case 'virtual table':
      return [`${kindOf(difference)} ${difference.of} '${difference.name}'`]
    case 'column':
      return describeColumn(difference)
    default:
      return [`${kindOf(difference)} ${difference.of} '${difference.name}' on '${difference.table}'`]
  }
}

const kindOf = ({ before, after }: Change<unknown>) =>
  before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'

function describeColumn({ table, name, before, after }: ColumnDifference): string[] {
  const place = `'${table}.${name}'`
  if (!before) return [`added column ${place}`]
  if (!after) return [`removed column ${place}`]
  return changedParts(before, after).map((part) => {
    if (part === 'isNullable')
      return after.isNullable
        ? `NULL allowed in column ${place}`
        : `NULL no longer allowed in column ${place}`
    return `changed ${PART_WORDS[part]} of column ${place} from ${shown(before[part])} to ${shown(after[part])}`
  })
}

const PART_WORDS = { type: 'type', defaultValue: 'default', rest: 'declaration' }

const shown = (sql: string | undefined) => (sql === undefined || sql === '' ? 'none' : sql)
