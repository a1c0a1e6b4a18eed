import type { ColumnSpec, ForeignKeySpec, IndexSpec, TableSpec } from './operations'

// What SQL an operation becomes on SQLite, and nowhere else.

export function createTable(name: string, table: TableSpec): string {
  const { primaryKey, uniques = {}, checks = {}, foreignKeys = {} } = table
  const parts = [
    ...Object.entries(table.columns).map(([column, spec]) =>
      column === primaryKey.column
        ? primaryKeyColumn(column, spec, primaryKey)
        : columnDefinition(column, spec),
    ),
    ...Object.entries(uniques).map(
      ([constraint, columns]) => `CONSTRAINT ${quote(constraint)} UNIQUE ${list(columns)}`,
    ),
    ...Object.entries(checks).map(([constraint, rule]) => `CONSTRAINT ${quote(constraint)} CHECK (${rule})`),
    ...Object.entries(foreignKeys).map(([constraint, key]) => foreignKey(constraint, key)),
  ]
  return `CREATE TABLE ${quote(name)} (\n  ${parts.join(',\n  ')}\n)`
}

export const dropTable = (name: string) => `DROP TABLE ${quote(name)}`

// ALTER TABLE ADD and DROP COLUMN keep the table, its children, indexes and triggers as they are.
export const addColumn = (table: string, name: string, column: ColumnSpec) =>
  `ALTER TABLE ${quote(table)} ADD COLUMN ${columnDefinition(name, column)}`

export const dropColumn = (table: string, name: string) =>
  `ALTER TABLE ${quote(table)} DROP COLUMN ${quote(name)}`

export function createIndex(name: string, { table, columns, isUnique = false, where }: IndexSpec): string {
  const condition = where === undefined ? '' : ` WHERE ${where}`
  return `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${quote(name)} ON ${quote(table)} ${list(columns)}${condition}`
}

export const dropIndex = (name: string) => `DROP INDEX ${quote(name)}`

function columnDefinition(name: string, { type, isNullable = false, defaultValue }: ColumnSpec): string {
  const standard = defaultValue === undefined ? '' : ` DEFAULT ${defaultValue}`
  return `${quote(name)} ${type}${isNullable ? '' : ' NOT NULL'}${standard}`
}

/** On the column itself, since only there SQLite makes it the row's own number and takes AUTOINCREMENT. */
function primaryKeyColumn(name: string, { type }: ColumnSpec, key: TableSpec['primaryKey']): string {
  const counting = key.isAutoIncrement ? ' AUTOINCREMENT' : ''
  return `${quote(name)} ${type} NOT NULL CONSTRAINT ${quote(key.name)} PRIMARY KEY${counting}`
}

function foreignKey(constraint: string, { columns, table, references }: ForeignKeySpec): string {
  return `CONSTRAINT ${quote(constraint)} FOREIGN KEY ${list(columns)} REFERENCES ${quote(table)} ${list(references)}`
}

const list = (columns: string[]) => `(${columns.map(quote).join(', ')})`

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
