import { SchemaError } from '../schema/schemaError'
import { explainTableFailure } from './brokenRows'
import type { SchemaConnection } from '../operations'
import { type StoredTable, readTable } from '../schema/readSchema'
import { rebuild, type RebuildOptions } from './rebuild'
import { sameTable } from '../schema/sameTable'
import * as sql from '../sql'
import { tokenize } from '../schema/sqlTokens'
import { codeOf, requireNoUserOfDropped, requireSameCode, requireWholeSchema } from './stranded'
import { isGenerated, planOf, type TableChange, type TablePlan } from './tablePlan'
import { keyColumns } from '../schema/tableKey'

/** Changes one table: by ALTER TABLE where SQLite has it for all that is asked, else by one rebuild. The table is read
 *  again after it: what stands in the file is what was asked for. */
export async function changeTable(
  connection: SchemaConnection,
  name: string,
  changes: TableChange[],
  options: RebuildOptions,
): Promise<void> {
  const stored = await readTable(connection, name)
  const plan = planOf(stored, changes)
  await requireNoUserOfDropped(connection, stored, plan)
  const before = plan.dropped.length > 0 ? await codeOf(connection) : null
  const native = alterStatements(stored, changes)
  if (native) await alter(connection, stored, plan, native)
  else {
    await requireForeignKeysOff(connection)
    await rebuild(connection, stored, plan, options)
  }
  await requireWholeSchema(connection)
  if (before) await requireSameCode(connection, before, plan.dropped)
  const { table } = await readTable(connection, stored.name)
  if (!sameTable(table, plan.after))
    throw new SchemaError(`the table '${stored.name}' did not become what was asked for`)
}

/** Throws where dropping a table would delete its children's rows too. */
export async function requireForeignKeysOff(connection: SchemaConnection): Promise<void> {
  const [setting] = await connection.query<{ foreign_keys: number }>('PRAGMA foreign_keys')
  if (setting?.foreign_keys !== 0)
    throw new SchemaError(
      'PRAGMA foreign_keys must be off, and before the transaction begins: rows of children would go too',
    )
}

async function alter(
  connection: SchemaConnection,
  stored: StoredTable,
  plan: TablePlan,
  statements: string[],
): Promise<void> {
  try {
    for (const statement of statements) await connection.run(statement)
  } catch (error) {
    throw await explainTableFailure(connection, stored, plan.after, plan.values, error)
  }
}

/** What has to go first goes first. */
const ORDER: TableChange['kind'][] = [
  'dropConstraint',
  'dropColumn',
  'addColumn',
  'alterColumn',
  'addConstraint',
]

/** The ALTER TABLE statements of all the changes; null where there is none for one of them. */
function alterStatements(stored: StoredTable, changes: TableChange[]): string[] | null {
  // Each of several drops would write every row of the table; so does one rebuild.
  if (changes.filter(({ kind }) => kind === 'dropColumn').length > 1) return null
  const inOrder = [...changes].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  const statements = inOrder.map((change) => alterStatement(stored, change))
  return statements.every((statement) => statement !== null) ? statements : null
}

function alterStatement({ name, table, unnamed }: StoredTable, change: TableChange): string | null {
  switch (change.kind) {
    case 'addColumn':
      return canBeAdded(change) ? sql.addColumn(name, change.name, change.column) : null
    case 'dropColumn':
      return sql.dropColumn(name, change.name)
    case 'alterColumn': {
      const { isNullable, ...others } = change.change
      const isAlone =
        isNullable !== undefined && Object.keys(others).length === 0 && change.using === undefined
      const isChange =
        table.columns[change.name]?.isNullable !== isNullable && !keyColumns(table).includes(change.name)
      return isAlone && isChange ? sql.setNullable(name, change.name, isNullable) : null
    }
    case 'addConstraint':
      return 'check' in change.constraint ? sql.addCheck(name, change.name, change.constraint.check) : null
    case 'dropConstraint':
      return table.checks?.[change.name] !== undefined && !unnamed.has(change.name)
        ? sql.dropCheck(name, change.name)
        : null
  }
}

/** SQLite adds a column without writing a row where all of them get the same: NULL, or a default that is no expression.
 *  On an empty table it takes others as well: but what is done must not hang on the rows. */
function canBeAdded({ column, using }: Extract<TableChange, { kind: 'addColumn' }>): boolean {
  const { isNullable = false, defaultValue } = column
  if (using !== undefined) return false
  if (isGenerated(column)) return isNullable && !/ STORED$/i.test(column.rest ?? '')
  if (defaultValue === undefined) return isNullable
  const kinds = tokenize(defaultValue).filter(({ value }) => value !== '-' && value !== '+')
  return kinds.length === 1 && kinds.every(({ kind }) => ['number', 'string', 'blob'].includes(kind))
}
