import type { ColumnSpec, ForeignKeySpec, IndexSpec, PrimaryKeySpec, TableSpec } from './schema/schema'
import { normalName } from './schema/sqlTokens'

// What SQL an operation becomes on SQLite, and nowhere else.

export function createTable(name: string, table: TableSpec): string {
  const { primaryKey, uniques = {}, checks = {}, foreignKeys = {}, options } = table
  const parts = [
    ...Object.entries(table.columns).map(([column, spec]) =>
      primaryKey && 'column' in primaryKey && normalName(column) === normalName(primaryKey.column)
        ? primaryKeyColumn(column, spec, primaryKey)
        : columnDefinition(column, spec),
    ),
    ...(primaryKey && 'columns' in primaryKey
      ? [`CONSTRAINT ${quote(primaryKey.name)} PRIMARY KEY ${list(primaryKey.columns)}`]
      : []),
    ...Object.entries(uniques).map(
      ([constraint, columns]) => `CONSTRAINT ${quote(constraint)} UNIQUE ${list(columns)}`,
    ),
    ...Object.entries(checks).map(([constraint, rule]) => check(constraint, rule)),
    ...Object.entries(foreignKeys).map(([constraint, key]) => foreignKey(constraint, key)),
  ]
  return `CREATE TABLE ${quote(name)} (\n  ${parts.join(',\n  ')}\n)${options ? ` ${options}` : ''}`
}

export const dropTable = (name: string) => `DROP TABLE ${quote(name)}`

// ALTER TABLE keeps the table, its children, indexes, triggers and views as they are, or follows the new name in them.
export const renameTable = (from: string, to: string) => `ALTER TABLE ${quote(from)} RENAME TO ${quote(to)}`

export const addColumn = (table: string, name: string, column: ColumnSpec) =>
  `ALTER TABLE ${quote(table)} ADD COLUMN ${columnDefinition(name, column)}`

export const dropColumn = (table: string, name: string) =>
  `ALTER TABLE ${quote(table)} DROP COLUMN ${quote(name)}`

export const renameColumn = (table: string, from: string, to: string) =>
  `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`

// Since SQLite 3.53: these look at every row but write none.
export const setNullable = (table: string, column: string, isNullable: boolean) =>
  `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} ${isNullable ? 'DROP' : 'SET'} NOT NULL`

export const addCheck = (table: string, constraint: string, rule: string) =>
  `ALTER TABLE ${quote(table)} ADD ${check(constraint, rule)}`

export const dropCheck = (table: string, constraint: string) =>
  `ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(constraint)}`

export function createIndex(name: string, { table, columns, isUnique = false, where }: IndexSpec): string {
  const parts = columns.map((part) => (typeof part === 'string' ? quote(part) : part.expression))
  const condition = where === undefined ? '' : ` WHERE ${where}`
  return `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${quote(name)} ON ${quote(table)} (${parts.join(', ')})${condition}`
}

export const dropIndex = (name: string) => `DROP INDEX ${quote(name)}`

export const dropTrigger = (name: string) => `DROP TRIGGER ${quote(name)}`

export const dropView = (name: string) => `DROP VIEW ${quote(name)}`

/** Fills a virtual table of FTS5 from the rows that it is an index over. */
export const rebuildSearch = (name: string) =>
  `INSERT INTO ${quote(name)} (${quote(name)}) VALUES ('rebuild')`

/** With it on, a rename touches nothing but the table: what names the table by its coming name goes on meaning it. */
export const legacyRename = (isOn: boolean) => `PRAGMA legacy_alter_table=${isOn ? 'ON' : 'OFF'}`

/** Columns that rows are copied into, each from an expression over the row as it was. */
export type CopiedColumns = [column: string, expression: string][]

/** Rows over one number and up to another; without it, from the first or to the last. As text: a number may be larger
 *  than JavaScript counts. */
export interface RowSlice {
  key: string
  after?: string
  upTo?: string
}

export function copyRows(from: string, to: string, columns: CopiedColumns, slice?: RowSlice): string {
  const [into, values] = [
    list(columns.map(([column]) => column)),
    columns.map(([, value]) => value).join(', '),
  ]
  return `INSERT INTO ${quote(to)} ${into} SELECT ${values} FROM ${quote(from)}${slice ? inSlice(slice) : ''}`
}

/** The number of the last row of a slice of `size` rows; no row where fewer are left. */
export const sliceEnd = (table: string, slice: RowSlice, size: number) =>
  `SELECT CAST(${quote(slice.key)} AS TEXT) AS upTo FROM ${quote(table)}${inSlice(slice)} ORDER BY ${quote(slice.key)} LIMIT 1 OFFSET ${size - 1}`

export const countRows = (table: string) => `SELECT count(*) AS count FROM ${quote(table)}`

/** So that the number of a row that was deleted is not given again. The statements stand before the old table goes. */
export const keepSequence = (from: string, to: string) => [
  `DELETE FROM sqlite_sequence WHERE name = ${literal(to)}`,
  `INSERT INTO sqlite_sequence (name, seq) SELECT ${literal(to)}, seq FROM sqlite_sequence WHERE name = ${literal(from)}`,
]

/** SQLite looks at every view and trigger when it drops a column, whatever table that is of. */
export const readWholeSchema = (spare: string) => [
  `CREATE TABLE ${quote(spare)} (kept, dropped)`,
  dropColumn(spare, 'dropped'),
  dropTable(spare),
]

/** A text as SQL writes it. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** A name as SQL writes it. */
export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

const list = (columns: string[]) => `(${columns.map(quote).join(', ')})`

function inSlice({ key, after, upTo }: RowSlice): string {
  const conditions = [
    ...(after === undefined ? [] : [`${quote(key)} > ${after}`]),
    ...(upTo === undefined ? [] : [`${quote(key)} <= ${upTo}`]),
  ]
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
}

function columnDefinition(
  name: string,
  { type, isNullable = false, defaultValue, rest }: ColumnSpec,
): string {
  const standard = defaultValue === undefined ? '' : ` DEFAULT ${defaultValue}`
  const more = rest === undefined ? '' : ` ${rest}`
  return `${quote(name)}${type === '' ? '' : ` ${type}`}${isNullable ? '' : ' NOT NULL'}${standard}${more}`
}

/** On the column itself, since only there SQLite makes it the row's own number and takes AUTOINCREMENT. */
function primaryKeyColumn(
  name: string,
  spec: ColumnSpec,
  key: Extract<PrimaryKeySpec, { column: string }>,
): string {
  const counting = key.isAutoIncrement ? ' AUTOINCREMENT' : ''
  return `${columnDefinition(name, spec)} CONSTRAINT ${quote(key.name)} PRIMARY KEY${counting}`
}

const check = (constraint: string, rule: string) => `CONSTRAINT ${quote(constraint)} CHECK (${rule})`

function foreignKey(constraint: string, key: ForeignKeySpec): string {
  const { columns, table, references, onDelete, onUpdate, isDeferred = false } = key
  const parent = references.length === 0 ? quote(table) : `${quote(table)} ${list(references)}`
  return [
    `CONSTRAINT ${quote(constraint)} FOREIGN KEY ${list(columns)} REFERENCES ${parent}`,
    ...(onDelete ? [`ON DELETE ${onDelete}`] : []),
    ...(onUpdate ? [`ON UPDATE ${onUpdate}`] : []),
    ...(isDeferred ? ['DEFERRABLE INITIALLY DEFERRED'] : []),
  ].join(' ')
}
