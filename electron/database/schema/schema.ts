// What a database's schema is made of, as its developers think of it. The operations take these, models and
// `sqlite_schema` are both read as these, and autogenerate compares them.

export interface ColumnSpec {
  /** As it is declared: `INTEGER`, `VARCHAR(50)`, `DATETIME`. */
  type: string
  isNullable?: boolean
  /** An SQL expression: `1`, `'text'`, `(strftime(...))`. */
  defaultValue?: string
  /** What else is declared of it, as SQL: `COLLATE NOCASE`, `GENERATED ALWAYS AS (...) STORED`. */
  rest?: string
}

/** What SQLite does with the children of a record that goes: by default nothing but refuse. */
export type ForeignKeyAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT'

export interface ForeignKeySpec {
  columns: string[]
  table: string
  references: string[]
  onDelete?: ForeignKeyAction
  onUpdate?: ForeignKeyAction
  isDeferred?: boolean
}

export type PrimaryKeySpec =
  | {
      name: string
      column: string
      /** Ids of deleted rows are never given again. */ isAutoIncrement?: boolean
    }
  | { name: string; columns: string[] }

export interface TableSpec {
  columns: Record<string, ColumnSpec>
  primaryKey?: PrimaryKeySpec
  /** Each of these by the constraint's name. */
  uniques?: Record<string, string[]>
  checks?: Record<string, string>
  foreignKeys?: Record<string, ForeignKeySpec>
  /** What stands behind the closing bracket: `WITHOUT ROWID`, `STRICT`. */
  options?: string
}

/** A column's name, or an SQL expression: `lower(email)`, `name DESC`. */
export type IndexPart = string | { expression: string }

export interface IndexSpec {
  table: string
  columns: IndexPart[]
  isUnique?: boolean
  /** For a partial index. */
  where?: string
}

/** A table with what hangs on it: indexes by name, and triggers by name as their whole CREATE statement. */
export interface TableSchema extends TableSpec {
  indexes: Record<string, Omit<IndexSpec, 'table'>>
  triggers: Record<string, string>
}

/** Everything that a file declares. Views and virtual tables by name as their whole CREATE statement. */
export interface Schema {
  tables: Record<string, TableSchema>
  views: Record<string, string>
  virtualTables: Record<string, string>
}

/** The name of a constraint that is not given one: `uq_users_email`. */
export const conventionalName = (kind: 'pk' | 'fk' | 'uq' | 'ck' | 'ix', table: string, columns: string[]) =>
  [kind, table, ...(kind === 'pk' ? [] : columns)].join('_')
