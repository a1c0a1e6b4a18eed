import * as sql from './sql'

export interface ColumnSpec {
  /** As the seed writes it: `INTEGER`, `VARCHAR(50)`, `DATETIME`. */
  type: string
  isNullable?: boolean
  /** An SQL expression: `1`, `'text'`, `(strftime(...))`. */
  defaultValue?: string
}

export interface ForeignKeySpec {
  columns: string[]
  table: string
  references: string[]
}

export interface TableSpec {
  columns: Record<string, ColumnSpec>
  primaryKey: { name: string; column: string; isAutoIncrement?: boolean }
  /** Each of these by the constraint's name. */
  uniques?: Record<string, string[]>
  checks?: Record<string, string>
  foreignKeys?: Record<string, ForeignKeySpec>
}

export interface IndexSpec {
  table: string
  columns: string[]
  isUnique?: boolean
  /** For a partial index. */
  where?: string
}

/** What a revision may do to a file. Every constraint has a name: `pk_`, `fk_`, `uq_`, `ck_`, `ix_`, table, columns. */
export interface Operations {
  createTable(name: string, table: TableSpec): Promise<void>
  dropTable(name: string): Promise<void>
  /** The column is nullable or has a default, since rows may be there already. */
  addColumn(table: string, name: string, column: ColumnSpec): Promise<void>
  dropColumn(table: string, name: string): Promise<void>
  createIndex(name: string, index: IndexSpec): Promise<void>
  dropIndex(name: string): Promise<void>
  /** For what has no operation of its own: triggers, views, filling a column. */
  execute(statement: string): Promise<void>
}

/** One step of the schema. Frozen once released: never edited, only followed. */
export interface Revision {
  /** The file's name without its ending: `20261122T1830-create-tables`. */
  name: string
  /** The revision before it; null for the first. */
  revises: string | null
  upgrade(op: Operations): Promise<void>
  downgrade(op: Operations): Promise<void>
}

/** The operations, on a connection that runs one statement at a time. */
export function operationsOn(run: (statement: string) => Promise<unknown>): Operations {
  const execute = async (statement: string) => void (await run(statement))
  return {
    createTable: (name, table) => execute(sql.createTable(name, table)),
    dropTable: (name) => execute(sql.dropTable(name)),
    addColumn: (table, name, column) => execute(sql.addColumn(table, name, column)),
    dropColumn: (table, name) => execute(sql.dropColumn(table, name)),
    createIndex: (name, index) => execute(sql.createIndex(name, index)),
    dropIndex: (name) => execute(sql.dropIndex(name)),
    execute,
  }
}
