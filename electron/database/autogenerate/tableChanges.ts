import type { Constraint } from '../operations'
import type { ColumnSpec } from '../schema/schema'
import { quote } from '../sql'
import { isGenerated, type TableChange } from '../tables/tablePlan'
import type { ColumnDifference, PartDifference } from './differences'
import { changedParts } from './same'

/** What stands in a CREATE TABLE statement. */
export type TablePart =
  ColumnDifference | Extract<PartDifference, { of: 'primary key' | 'unique' | 'check' | 'foreign key' }>

/** The changes of one table, one way or the other. Constraints go before the columns that they are on, and come after. */
export function changesOf(parts: TablePart[], direction: 'up' | 'down'): TableChange[] {
  const changes = parts.flatMap((part) => partChanges(direction === 'up' ? part : swapped(part)))
  return ORDER.flatMap((kind) => changes.filter((change) => change.kind === kind))
}

/** What rows get that are there when a column comes that is never NULL and has no default: they refuse it, until somebody
 *  who reads the revision says what they are to get. */
export const NO_FILL = 'NULL'

const ORDER: TableChange['kind'][] = [
  'dropConstraint',
  'dropColumn',
  'addColumn',
  'alterColumn',
  'addConstraint',
]

/** The same, the other way: what was after is before. */
const swapped = <Part extends TablePart>(part: Part): Part => ({
  ...part,
  before: part.after,
  after: part.before,
})

function partChanges(part: TablePart): TableChange[] {
  if (part.of === 'column') return columnChanges(part)
  const { name, before } = part
  const constraint = constraintOf(part)
  return [
    ...(before === undefined ? [] : [{ kind: 'dropConstraint' as const, name }]),
    ...(constraint === null ? [] : [{ kind: 'addConstraint' as const, name, constraint }]),
  ]
}

function constraintOf(part: Exclude<TablePart, ColumnDifference>): Constraint | null {
  if (part.after === undefined) return null
  switch (part.of) {
    case 'unique':
      return { unique: part.after }
    case 'check':
      return { check: part.after }
    case 'foreign key':
      return { foreignKey: part.after }
    case 'primary key': {
      const key = part.after
      if (!('column' in key)) return { primaryKey: key.columns }
      return { primaryKey: [key.column], ...(key.isAutoIncrement && { isAutoIncrement: true }) }
    }
  }
}

function columnChanges({ name, before, after }: ColumnDifference): TableChange[] {
  if (!after) return [{ kind: 'dropColumn', name }]
  if (!before)
    return [{ kind: 'addColumn', name, column: after, ...(needsFill(after) && { using: NO_FILL }) }]
  const change: Partial<ColumnSpec> = Object.fromEntries(
    changedParts(before, after).map((part) => [
      part,
      part === 'isNullable' ? isNullable(after) : after[part],
    ]),
  )
  const isTightened = isNullable(before) && !isNullable(after)
  const using =
    isTightened && after.defaultValue !== undefined
      ? `coalesce(${quote(name)}, ${after.defaultValue})`
      : undefined
  return [{ kind: 'alterColumn', name, change, ...(using !== undefined && { using }) }]
}

const isNullable = ({ isNullable = false }: ColumnSpec) => isNullable

const needsFill = (column: ColumnSpec) =>
  !isNullable(column) && column.defaultValue === undefined && !isGenerated(column)
