import { conventionalName, type ForeignKeySpec, type TableSpec } from './schema'
import { normalName, sameName, sameSql } from './sqlTokens'
import { isWithoutRowid, keyColumns, rowNumberColumn } from './tableKey'

/** What a CREATE TABLE statement declares. */
export interface TableDeclaration {
  name: string
  table: TableSpec
  /** The constraints that have no name of their own, by the conventional one that they are given here. */
  unnamed: Set<string>
}

/** A constraint as it stands in the text: `columns` are those that its name is made of where it has none. */
export type DeclaredConstraint = { name: string | null } & (
  | { kind: 'pk'; columns: string[]; isAutoIncrement: boolean }
  | { kind: 'uq'; columns: string[] }
  | { kind: 'ck'; columns: string[]; rule: string }
  | { kind: 'fk'; columns: string[]; key: ForeignKeySpec }
)

/** A table of its columns and constraints. One that is declared twice is one; one without a name gets the conventional one. */
export function declaration(
  name: string,
  table: TableSpec,
  constraints: DeclaredConstraint[],
): TableDeclaration {
  const unnamed = new Set<string>()
  for (const constraint of withoutDoubles(constraints)) {
    const key =
      constraint.name ?? freeName(conventionalName(constraint.kind, name, constraint.columns), table)
    if (constraint.name === null) unnamed.add(key)
    declare(table, key, constraint)
  }
  const isRowNumber = rowNumberColumn(table) !== null
  for (const [unique, columns] of Object.entries(table.uniques ?? {})) {
    // SQLite makes no second index for what is unique as the primary key.
    if (!isRowNumber && columns.join() === keyColumns(table).join()) delete table.uniques?.[unique]
  }
  for (const column of keyColumns(table)) {
    // The number of a row, and a key that is all there is of a row, are never NULL, whatever is declared.
    if (isRowNumber || isWithoutRowid(table)) delete table.columns[column]?.isNullable
  }
  return { name, table, unnamed }
}

function declare(table: TableSpec, name: string, constraint: DeclaredConstraint): void {
  const columns = constraint.columns.map((column) => declaredName(column, table))
  switch (constraint.kind) {
    case 'pk':
      table.primaryKey = primaryKey(name, columns, constraint.isAutoIncrement)
      break
    case 'uq':
      table.uniques = { ...table.uniques, [name]: columns }
      break
    case 'ck':
      table.checks = { ...table.checks, [name]: constraint.rule }
      break
    case 'fk':
      table.foreignKeys = { ...table.foreignKeys, [name]: { ...constraint.key, columns } }
  }
}

function primaryKey(name: string, columns: string[], isAutoIncrement: boolean): TableSpec['primaryKey'] {
  const [column = '', second] = columns
  if (second !== undefined) return { name, columns }
  return { name, column, ...(isAutoIncrement && { isAutoIncrement }) }
}

/** Those with a name of their own are kept first. */
function withoutDoubles(constraints: DeclaredConstraint[]): DeclaredConstraint[] {
  const named = constraints.filter(({ name }) => name !== null)
  return constraints.filter((constraint, place) => {
    const earlier = constraints.slice(0, place)
    const others =
      constraint.name === null ? [...named, ...earlier] : earlier.filter(({ name }) => name !== null)
    return !others.some((other) => isDouble(constraint, other))
  })
}

function isDouble(a: DeclaredConstraint, b: DeclaredConstraint): boolean {
  if (a.kind === 'ck' && b.kind === 'ck') return sameSql(a.rule, b.rule)
  const shape = ({ kind, columns, ...rest }: DeclaredConstraint) =>
    normalName(JSON.stringify([kind, columns, 'key' in rest ? rest.key : null]))
  return shape(a) === shape(b)
}

/** As the column's own declaration spells it. */
const declaredName = (name: string, { columns }: TableSpec) =>
  Object.keys(columns).find((column) => sameName(column, name)) ?? name

function freeName(wanted: string, { primaryKey, uniques, checks, foreignKeys }: TableSpec): string {
  const taken = new Set([
    primaryKey?.name,
    ...[uniques, checks, foreignKeys].flatMap((all) => Object.keys(all ?? {})),
  ])
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`
    if (!taken.has(name)) return name
  }
}
