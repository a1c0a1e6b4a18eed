import type { ForeignKeySpec, IndexPart, PrimaryKeySpec, Schema, TableSchema } from '../schema/schema'
import { quote } from '../sql'
import { isName, isWord, sameName, tokenize } from '../schema/sqlTokens'
import type { Renaming } from './differences'

/** A schema as it is once tables and columns have their new names, which SQLite writes wherever a constraint or an index
 *  uses them. Triggers and views keep their text: they are made anew. */
export function withRenamings(schema: Schema, renamings: readonly Renaming[]): Schema {
  return renamings.reduce(
    (renamed, renaming) =>
      renaming.of === 'renamed table'
        ? withTable(renamed, renaming.from, renaming.to)
        : withColumn(renamed, renaming.table, renaming.from, renaming.to),
    schema,
  )
}

/** What may have been renamed: a table gone and one come with the same columns, or a column gone and one come with the
 *  same type in the same table, those in the same place first. */
export function likelyRenamings(before: Schema, after: Schema): Renaming[] {
  return [...likelyTables(before, after), ...likelyColumns(before, after)]
}

function likelyTables(before: Schema, after: Schema): Renaming[] {
  const shape = ({ columns }: TableSchema) => Object.values(columns).map(({ type }) => type.toUpperCase())
  return missing(before.tables, after.tables).flatMap(([from, table]) =>
    missing(after.tables, before.tables)
      .filter(([, other]) => shape(other).join() === shape(table).join())
      .map(([to]): Renaming => ({ of: 'renamed table', from, to })),
  )
}

function likelyColumns(before: Schema, after: Schema): Renaming[] {
  return Object.entries(after.tables).flatMap(([table, { columns }]) => {
    const former = before.tables[table]?.columns ?? {}
    return missing(former, columns).flatMap(([from, { type }]) => {
      const distance = (to: string) =>
        Math.abs(Object.keys(columns).indexOf(to) - Object.keys(former).indexOf(from))
      return missing(columns, former)
        .filter(([, other]) => sameName(other.type, type))
        .sort(([a], [b]) => distance(a) - distance(b))
        .map(([to]): Renaming => ({ of: 'renamed column', table, from, to }))
    })
  })
}

/** What is in `all` and has no namesake in `others`. */
function missing<Value>(all: Record<string, Value>, others: Record<string, unknown>): [string, Value][] {
  return Object.entries(all).filter(([name]) => !Object.keys(others).some((other) => sameName(other, name)))
}

function withTable(schema: Schema, from: string, to: string): Schema {
  const rename = (name: string) => (sameName(name, from) ? to : name)
  const inKey = (key: ForeignKeySpec) => ({ ...key, table: rename(key.table) })
  return {
    ...schema,
    tables: mapped(schema.tables, rename, ({ foreignKeys, ...table }) => ({
      ...table,
      ...(foreignKeys && { foreignKeys: mapped(foreignKeys, same, inKey) }),
    })),
  }
}

function withColumn(schema: Schema, table: string, from: string, to: string): Schema {
  const rename = (name: string) => (sameName(name, from) ? to : name)
  const inParents = ({ foreignKeys, ...one }: TableSchema): TableSchema => ({
    ...one,
    ...(foreignKeys && {
      foreignKeys: mapped(foreignKeys, same, (key) =>
        sameName(key.table, table) ? { ...key, references: key.references.map(rename) } : key,
      ),
    }),
  })
  return {
    ...schema,
    tables: mapped(schema.tables, same, (one, name) =>
      sameName(name, table) ? inParents(withOwnColumn(one, from, to)) : inParents(one),
    ),
  }
}

function withOwnColumn(table: TableSchema, from: string, to: string): TableSchema {
  const rename = (name: string) => (sameName(name, from) ? to : name)
  const inSql = (sql: string) => renamedInSql(sql, from, to)
  const inPart = (part: IndexPart) =>
    typeof part === 'string' ? rename(part) : { expression: inSql(part.expression) }
  return {
    ...table,
    columns: mapped(table.columns, rename, ({ rest, ...column }) => ({
      ...column,
      ...(rest !== undefined && { rest: inSql(rest) }),
    })),
    ...(table.primaryKey && { primaryKey: inPrimaryKey(table.primaryKey, rename) }),
    ...(table.uniques && { uniques: mapped(table.uniques, same, (columns) => columns.map(rename)) }),
    ...(table.checks && { checks: mapped(table.checks, same, inSql) }),
    ...(table.foreignKeys && {
      foreignKeys: mapped(table.foreignKeys, same, (key) => ({ ...key, columns: key.columns.map(rename) })),
    }),
    indexes: mapped(table.indexes, same, ({ columns, where, ...index }) => ({
      ...index,
      columns: columns.map(inPart),
      ...(where !== undefined && { where: inSql(where) }),
    })),
  }
}

const inPrimaryKey = (key: PrimaryKeySpec, rename: (name: string) => string): PrimaryKeySpec =>
  'column' in key ? { ...key, column: rename(key.column) } : { ...key, columns: key.columns.map(rename) }

/** A name before a bracket is a function's. */
function renamedInSql(sql: string, from: string, to: string): string {
  const tokens = tokenize(sql)
  return tokens.reduceRight(
    (text, token, place) =>
      isName(token) && sameName(token.value, from) && !isWord(tokens[place + 1], '(')
        ? text.slice(0, token.start) + quote(to) + text.slice(token.end)
        : text,
    sql,
  )
}

const same = (name: string) => name

function mapped<Value>(
  all: Record<string, Value>,
  rename: (name: string) => string,
  change: (value: Value, name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [rename(name), change(value, name)]))
}
