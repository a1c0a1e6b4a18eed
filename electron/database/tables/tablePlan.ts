import { SchemaError } from '../schema/schemaError'
import type { Constraint, FillOptions, TableOperations } from '../operations'
import type { StoredTable } from '../schema/readSchema'
import type { ColumnSpec, TableSpec } from '../schema/schema'
import { quote } from '../sql'
import { isWord, namesColumn, sameName, tokenize } from '../schema/sqlTokens'
import { keyColumns } from '../schema/tableKey'

/** One call of a TableOperations, kept. */
export type TableChange =
  | ({ kind: 'addColumn'; name: string; column: ColumnSpec } & FillOptions)
  | { kind: 'dropColumn'; name: string }
  | ({ kind: 'alterColumn'; name: string; change: Partial<ColumnSpec> } & FillOptions)
  | { kind: 'addConstraint'; name: string; constraint: Constraint }
  | { kind: 'dropConstraint'; name: string }

/** What a table is to become. */
export interface TablePlan {
  after: TableSpec
  /** For each column that rows are copied into: the expression, over the row as it was, that gives its value. */
  values: Map<string, string>
  /** The columns that are no more. */
  dropped: string[]
  /** The columns that may have another type, and no `using` for the rows that are there. */
  retyped: string[]
}

/** Collects the changes that `change` makes, in their order. */
export function collectChanges(change: (table: TableOperations) => void): TableChange[] {
  const changes: TableChange[] = []
  change({
    addColumn: (name, column, options) => changes.push({ kind: 'addColumn', name, column, ...options }),
    dropColumn: (name) => changes.push({ kind: 'dropColumn', name }),
    alterColumn: (name, spec, options) =>
      changes.push({ kind: 'alterColumn', name, change: spec, ...options }),
    addConstraint: (name, constraint) => changes.push({ kind: 'addConstraint', name, constraint }),
    dropConstraint: (name) => changes.push({ kind: 'dropConstraint', name }),
  })
  return changes
}

/** What a table is after the changes. Throws where one of them names what is not there, or is there already. */
export function planOf(stored: StoredTable, changes: TableChange[]): TablePlan {
  const { indexes: _, triggers: __, ...table } = structuredClone(stored.table)
  const values = new Map(Object.keys(table.columns).map((column) => [column, quote(column)]))
  const plan: TablePlan = { after: table, values, dropped: [], retyped: [] }
  for (const change of changes) {
    try {
      applyChange(plan, change)
    } catch (error) {
      throw new SchemaError(`table '${stored.name}': ${(error as Error).message}`, { cause: error })
    }
  }
  plan.dropped = Object.keys(stored.table.columns).filter((column) => !(column in plan.after.columns))
  for (const column of Object.keys(plan.after.columns))
    if (isGenerated(plan.after.columns[column])) plan.values.delete(column)
  plan.retyped = [...plan.values.keys()].filter(
    (column) => column in stored.table.columns && isRetyped(column, changes),
  )
  return plan
}

function isRetyped(column: string, changes: TableChange[]): boolean {
  const own = changes.flatMap((one) =>
    one.kind === 'alterColumn' && sameName(one.name, column) ? [one] : [],
  )
  return own.some(({ change }) => change.type !== undefined) && own.every(({ using }) => using === undefined)
}

/** Computed from the other columns of its row. */
export const isGenerated = (column: ColumnSpec | undefined) =>
  tokenize(column?.rest ?? '').some((token) => isWord(token, 'AS'))

/** The names of a table's constraints. */
const constraintNames = ({ primaryKey, uniques, checks, foreignKeys }: TableSpec): string[] => [
  ...(primaryKey ? [primaryKey.name] : []),
  ...[uniques, checks, foreignKeys].flatMap((all) => Object.keys(all ?? {})),
]

function applyChange({ after, values }: TablePlan, change: TableChange): void {
  switch (change.kind) {
    case 'addColumn':
      return addColumn(after, values, change)
    case 'dropColumn': {
      const column = columnOf(after, change.name)
      delete after.columns[column]
      return void values.delete(column)
    }
    case 'alterColumn': {
      const column = columnOf(after, change.name)
      after.columns[column] = { ...(after.columns[column] ?? { type: '' }), ...change.change }
      if (change.using !== undefined) values.set(column, change.using)
      return
    }
    case 'addConstraint':
      return addConstraint(after, change.name, change.constraint)
    case 'dropConstraint':
      return dropConstraint(after, change.name)
  }
}

function addColumn(
  after: TableSpec,
  values: TablePlan['values'],
  { name, column, using }: Extract<TableChange, { kind: 'addColumn' }>,
): void {
  if (Object.keys(after.columns).some((other) => sameName(other, name)))
    throw new SchemaError(`there is a column '${name}' already`)
  const { isNullable = false, defaultValue } = column
  if (!isNullable && defaultValue === undefined && using === undefined && !isGenerated(column))
    throw new SchemaError(
      `the new column '${name}' is NOT NULL: rows that are there need a default or \`using\``,
    )
  after.columns[name] = column
  if (using !== undefined) values.set(name, using)
}

function addConstraint(after: TableSpec, name: string, constraint: Constraint): void {
  if (constraintNames(after).some((other) => sameName(other, name)))
    throw new SchemaError(`there is a constraint '${name}' already`)
  const declared = (columns: string[]) => columns.map((column) => columnOf(after, column))
  if ('unique' in constraint) after.uniques = { ...after.uniques, [name]: declared(constraint.unique) }
  if ('check' in constraint) after.checks = { ...after.checks, [name]: constraint.check }
  if ('foreignKey' in constraint) {
    const key = { ...constraint.foreignKey, columns: declared(constraint.foreignKey.columns) }
    after.foreignKeys = { ...after.foreignKeys, [name]: key }
  }
  if (!('primaryKey' in constraint)) return
  if (after.primaryKey)
    throw new SchemaError(`there is a primary key '${after.primaryKey.name}' already: drop it first`)
  const [column = '', ...more] = declared(constraint.primaryKey)
  after.primaryKey =
    more.length > 0
      ? { name, columns: [column, ...more] }
      : { name, column, ...(constraint.isAutoIncrement && { isAutoIncrement: true }) }
}

function dropConstraint(after: TableSpec, name: string): void {
  const found = constraintNames(after).find((other) => sameName(other, name))
  if (found === undefined)
    throw new SchemaError(
      `there is no constraint '${name}'; there are: ${constraintNames(after).join(', ') || 'none'}`,
    )
  if (after.primaryKey?.name === found) delete after.primaryKey
  for (const constraints of [after.uniques, after.checks, after.foreignKeys]) delete constraints?.[found]
}

function columnOf({ columns }: TableSpec, name: string): string {
  const found = Object.keys(columns).find((column) => sameName(column, name))
  if (found === undefined)
    throw new SchemaError(`there is no column '${name}'; there are: ${Object.keys(columns).join(', ')}`)
  return found
}

/** What of the table itself still uses a column, as `the check 'ck_users_age'`. */
export function usersOfColumn(table: TableSpec, column: string): string[] {
  const isIn = (columns: string[]) => columns.some((other) => sameName(other, column))
  const isNamed = (sql: string) => namesColumn(sql, column)
  const named = <Value>(
    kind: string,
    all: Record<string, Value> | undefined,
    uses: (value: Value) => boolean,
  ) => Object.entries(all ?? {}).flatMap(([name, value]) => (uses(value) ? [`the ${kind} '${name}'`] : []))
  return [
    ...(isIn(keyColumns(table)) ? [`the primary key '${table.primaryKey?.name ?? ''}'`] : []),
    ...named('unique', table.uniques, isIn),
    ...named('check', table.checks, isNamed),
    ...named('foreign key', table.foreignKeys, ({ columns }) => isIn(columns)),
    ...named('column', table.columns, (spec) => isGenerated(spec) && isNamed(spec.rest ?? '')),
  ]
}
