import { explainIndexFailure } from './tables/brokenRows'
import { changeTable, requireForeignKeysOff } from './tables/changeTable'
import type { RebuildOptions } from './tables/rebuild'
import type { ColumnSpec, ForeignKeySpec, IndexSpec, TableSpec } from './schema/schema'
import * as sql from './sql'
import { requireNoChildren, requireNoVirtualTable, requireWholeSchema } from './tables/stranded'
import { collectChanges } from './tables/tablePlan'

export type Constraint =
  | { unique: string[] }
  | { check: string }
  | { foreignKey: ForeignKeySpec }
  | { primaryKey: string[]; isAutoIncrement?: boolean }

/** `using` is what rows that are there already get: an SQL expression over the row as it was. */
export interface FillOptions {
  using?: string
}

/** The changes of one table that may need a rebuild of it; in a batch they need but one. */
export interface TableOperations {
  addColumn(name: string, column: ColumnSpec, options?: FillOptions): void
  dropColumn(name: string): void
  alterColumn(name: string, change: Partial<ColumnSpec>, options?: FillOptions): void
  addConstraint(name: string, constraint: Constraint): void
  dropConstraint(name: string): void
}

/** What a revision may do to a file. Every constraint has a name: `pk_`, `fk_`, `uq_`, `ck_`, `ix_`, table, columns. */
export interface Operations {
  createTable(name: string, table: TableSpec): Promise<void>
  dropTable(name: string): Promise<void>
  renameTable(from: string, to: string): Promise<void>
  /** The column is nullable, has a default or is given `using`, since rows may be there already. */
  addColumn(table: string, name: string, column: ColumnSpec, options?: FillOptions): Promise<void>
  dropColumn(table: string, name: string): Promise<void>
  renameColumn(table: string, from: string, to: string): Promise<void>
  /** A type that would alter values needs `using`: rows are refused otherwise. */
  alterColumn(table: string, name: string, change: Partial<ColumnSpec>, options?: FillOptions): Promise<void>
  addConstraint(table: string, name: string, constraint: Constraint): Promise<void>
  dropConstraint(table: string, name: string): Promise<void>
  /** Several changes of one table in, at most, one rebuild of it. They are collected first: nothing in it is awaited. */
  batch(table: string, change: (table: TableOperations) => void): Promise<void>
  createIndex(name: string, index: IndexSpec): Promise<void>
  dropIndex(name: string): Promise<void>
  /** For what has no operation of its own: triggers, views, virtual tables, filling a column. */
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

/** What the operations need of a connection: inside a transaction, foreign keys off. `run` is for what changes the file. */
export interface SchemaConnection {
  run(statement: string): Promise<void>
  query<Row extends object>(statement: string): Promise<Row[]>
}

/** The operations, on a connection that runs one statement at a time. Each throws, and says why, where it would leave
 *  something behind that means nothing any more, or where rows break what is asked (BrokenRowsError); then the
 *  transaction is to be rolled back. Before it is committed, `requireParents` looks whether every foreign key refers to a key, and
 *  every row has its parents. */
export function operationsOn(connection: SchemaConnection, options: RebuildOptions = {}): Operations {
  const run = (statement: string) => connection.run(statement)
  const batch = (table: string, change: (table: TableOperations) => void) =>
    changeTable(connection, table, collectChanges(change), options)
  return {
    createTable: (name, table) => run(sql.createTable(name, table)),
    dropTable: (name) => dropTable(connection, name),
    async renameTable(from, to) {
      await requireNoVirtualTable(connection, from)
      await run(sql.renameTable(from, to))
    },
    addColumn: (table, ...given) => batch(table, (one) => one.addColumn(...given)),
    dropColumn: (table, name) => batch(table, (one) => one.dropColumn(name)),
    async renameColumn(table, from, to) {
      await requireNoVirtualTable(connection, table, from)
      await run(sql.renameColumn(table, from, to))
    },
    alterColumn: (table, ...given) => batch(table, (one) => one.alterColumn(...given)),
    addConstraint: (table, ...given) => batch(table, (one) => one.addConstraint(...given)),
    dropConstraint: (table, name) => batch(table, (one) => one.dropConstraint(name)),
    batch,
    async createIndex(name, index) {
      try {
        await run(sql.createIndex(name, index))
      } catch (error) {
        throw index.isUnique ? await explainIndexFailure(connection, name, index, error) : error
      }
    },
    dropIndex: (name) => run(sql.dropIndex(name)),
    execute: run,
  }
}

async function dropTable(connection: SchemaConnection, name: string): Promise<void> {
  await requireForeignKeysOff(connection)
  await requireNoChildren(connection, name)
  await requireNoVirtualTable(connection, name)
  await connection.run(sql.dropTable(name))
  await requireWholeSchema(connection)
}
