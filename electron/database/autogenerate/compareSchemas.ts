import type { Schema, TableSchema } from '../schema/schema'
import { normalName, sameSql } from '../schema/sqlTokens'
import type {
  Change,
  ColumnDifference,
  Difference,
  ObjectDifference,
  PartDifference,
  Renaming,
} from './differences'
import { withRenamings } from './renamings'
import { sameColumn, sameForeignKey, sameIndex, samePrimaryKey, sameStatement, sameUnique } from './same'

/** In what two schemas differ, names and all; the order of columns and the way that SQL is written do not count. What was
 *  renamed is taken to have its new name already. Throws where a table's options differ: no operation changes them. */
export function compareSchemas(
  before: Schema,
  after: Schema,
  renamings: readonly Renaming[] = [],
): Difference[] {
  const renamed = withRenamings(before, renamings)
  return [
    ...renamings,
    ...pairs(renamed.tables, after.tables).flatMap((pair) => compareTables(pair)),
    ...objectDifferences('view', renamed.views, after.views),
    ...objectDifferences('virtual table', renamed.virtualTables, after.virtualTables),
  ]
}

type Named<Value> = { name: string } & Change<Value>

/** What two records have under each name, in the order of `after` and then what is only in `before`. Letter case does
 *  not tell names apart in SQLite. */
function pairs<Value>(before: Record<string, Value> = {}, after: Record<string, Value> = {}): Named<Value>[] {
  const earlier = new Map(Object.entries(before).map(([name, value]) => [normalName(name), { name, value }]))
  const paired = Object.entries(after).map(([name, value]): Named<Value> => {
    const former = earlier.get(normalName(name))
    earlier.delete(normalName(name))
    return { name: former?.name ?? name, after: value, ...(former && { before: former.value }) }
  })
  return [...paired, ...[...earlier.values()].map(({ name, value }) => ({ name, before: value }))]
}

/** Those of the pairs that are not the same. */
function differing<Value>(
  before: Record<string, Value> | undefined,
  after: Record<string, Value> | undefined,
  same: (a: Value, b: Value) => boolean,
): Named<Value>[] {
  return pairs(before, after).filter(
    (pair) => pair.before === undefined || pair.after === undefined || !same(pair.before, pair.after),
  )
}

/** Of a table that comes or goes, its indexes and triggers come or go by themselves. */
function compareTables({ name, before, after }: Named<TableSchema>): Difference[] {
  const hanging = hangingParts(name, before, after)
  if (!before || !after) return [{ of: 'table', name, before, after }, ...hanging]
  if (!sameSql(before.options ?? '', after.options ?? ''))
    throw new Error(
      `the table '${name}' has the options '${before.options ?? ''}' and is to have '${after.options ?? ''}': no operation changes them`,
    )
  const columns = differing(before.columns, after.columns, sameColumn)
  return [
    ...columns.map((column): ColumnDifference => ({ of: 'column', table: name, ...column })),
    ...innerParts(name, before, after),
    ...hanging,
  ]
}

/** What stands in the CREATE TABLE statement itself. */
function innerParts(table: string, before: TableSchema, after: TableSchema): PartDifference[] {
  const keyOf = ({ primaryKey }: TableSchema) => (primaryKey ? { [primaryKey.name]: primaryKey } : {})
  return [
    ...differing(keyOf(before), keyOf(after), samePrimaryKey).map((part): PartDifference => ({
      of: 'primary key',
      table,
      ...part,
    })),
    ...differing(before.uniques, after.uniques, sameUnique).map((part): PartDifference => ({
      of: 'unique',
      table,
      ...part,
    })),
    ...differing(before.checks, after.checks, sameSql).map((part): PartDifference => ({
      of: 'check',
      table,
      ...part,
    })),
    ...differing(before.foreignKeys, after.foreignKeys, sameForeignKey).map((part): PartDifference => ({
      of: 'foreign key',
      table,
      ...part,
    })),
  ]
}

function hangingParts(table: string, before?: TableSchema, after?: TableSchema): PartDifference[] {
  return [
    ...differing(before?.indexes, after?.indexes, sameIndex).map((part): PartDifference => ({
      of: 'index',
      table,
      ...part,
    })),
    ...differing(before?.triggers, after?.triggers, sameStatement).map((part): PartDifference => ({
      of: 'trigger',
      table,
      ...part,
    })),
  ]
}

function objectDifferences(
  of: ObjectDifference['of'],
  before: Record<string, string>,
  after: Record<string, string>,
): ObjectDifference[] {
  return differing(before, after, sameStatement).map((part) => ({ of, ...part }))
}
