import type { ColumnSpec, ForeignKeyAction, ForeignKeySpec } from './schema'
import { SqlReader } from './sqlReader'
import { isName, sameName, tokenize } from './sqlTokens'
import { declaration, type DeclaredConstraint, type TableDeclaration } from './tableDeclaration'

/** Reads a CREATE TABLE statement, as `sqlite_schema` keeps it. A constraint declared twice is one; one without a name
 *  gets the conventional one. Throws SqlSyntaxError for what has no place in a TableSpec: it is never left out. */
export function parseTable(sql: string): TableDeclaration {
  const reader = new SqlReader(sql)
  reader.expect('CREATE', 'TABLE')
  const name = reader.name()
  const columns: Record<string, ColumnSpec> = {}
  const constraints: DeclaredConstraint[] = []
  reader.expect('(')
  do {
    if (startsTableConstraint(reader)) break
    const column = reader.name()
    columns[column] = readColumn(reader, column, constraints)
  } while (reader.takes(','))
  while (!reader.takes(')')) {
    constraints.push(readTableConstraint(reader, Object.keys(columns)))
    reader.takes(',') // Between constraints SQLite does without.
  }
  const options = readOptions(reader)
  return declaration(name, { columns, ...(options && { options }) }, constraints)
}

function readColumn(reader: SqlReader, column: string, constraints: DeclaredConstraint[]): ColumnSpec {
  const spec: ColumnSpec = { type: readType(reader) }
  let isNullable = true
  const rest: string[] = []
  while (!reader.sees(',') && !reader.sees(')')) {
    const constraint = readColumnConstraint(reader, column)
    if (constraint) constraints.push(constraint)
    else if (reader.takes('NOT', 'NULL')) isNullable = refuseConflict(reader, false)
    else if (reader.takes('NULL')) refuseConflict(reader, true)
    else if (reader.takes('DEFAULT')) spec.defaultValue = readDefault(reader)
    else if (reader.takes('COLLATE')) rest.push(`COLLATE ${reader.name()}`)
    else if (reader.sees('GENERATED') || reader.sees('AS')) rest.push(readGenerated(reader))
    else throw reader.error(`not understood in the column '${column}'`)
  }
  return { ...spec, ...(isNullable && { isNullable }), ...(rest.length > 0 && { rest: rest.join(' ') }) }
}

const AFTER_TYPE = [
  ...['CONSTRAINT', 'PRIMARY', 'NOT', 'NULL', 'UNIQUE', 'CHECK', 'DEFAULT', 'COLLATE', 'REFERENCES'],
  ...['GENERATED', 'AS', ',', ')'],
]

/** `VARCHAR(50)`, `UNSIGNED BIG INT`, or nothing at all. */
function readType(reader: SqlReader): string {
  const words: string[] = []
  while (!reader.sees('(') && !AFTER_TYPE.some((word) => reader.sees(word))) words.push(reader.name())
  return words.join(' ') + (reader.sees('(') ? `(${reader.bracketed()})` : '')
}

/** Null where what comes next is no constraint that stands by itself. */
function readColumnConstraint(reader: SqlReader, column: string): DeclaredConstraint | null {
  const name = reader.takes('CONSTRAINT') ? reader.name() : null
  if (reader.takes('PRIMARY', 'KEY')) {
    reader.takes('ASC')
    refuseConflict(reader, true)
    return { kind: 'pk', name, columns: [column], isAutoIncrement: reader.takes('AUTOINCREMENT') }
  }
  if (reader.takes('UNIQUE')) return refuseConflict(reader, { kind: 'uq', name, columns: [column] })
  if (reader.takes('CHECK'))
    return refuseConflict(reader, { kind: 'ck', name, columns: [column], rule: reader.bracketed() })
  if (reader.sees('REFERENCES'))
    return { kind: 'fk', name, columns: [column], key: readReferences(reader, [column]) }
  if (name !== null) throw reader.error(`the name '${name}' is not of a key, UNIQUE or CHECK`)
  return null
}

const startsTableConstraint = (reader: SqlReader) =>
  ['CONSTRAINT', 'UNIQUE', 'CHECK'].some((word) => reader.sees(word)) ||
  reader.sees('PRIMARY', 'KEY') ||
  reader.sees('FOREIGN', 'KEY')

function readTableConstraint(reader: SqlReader, all: string[]): DeclaredConstraint {
  const name = reader.takes('CONSTRAINT') ? reader.name() : null
  if (reader.takes('PRIMARY', 'KEY')) {
    const { columns, isAutoIncrement } = readColumns(reader)
    return refuseConflict(reader, { kind: 'pk', name, columns, isAutoIncrement })
  }
  if (reader.takes('UNIQUE')) {
    const { columns } = readColumns(reader)
    return refuseConflict(reader, { kind: 'uq', name, columns })
  }
  if (reader.takes('CHECK')) {
    const rule = reader.bracketed()
    return refuseConflict(reader, { kind: 'ck', name, columns: columnsIn(rule, all), rule })
  }
  if (reader.takes('FOREIGN', 'KEY')) {
    const { columns } = readColumns(reader)
    return { kind: 'fk', name, columns, key: readReferences(reader, columns) }
  }
  throw reader.error('a column or a constraint is expected')
}

function readColumns(reader: SqlReader): { columns: string[]; isAutoIncrement: boolean } {
  const columns: string[] = []
  let isAutoIncrement = false
  reader.expect('(')
  do {
    columns.push(reader.name())
    reader.takes('ASC')
    isAutoIncrement ||= reader.takes('AUTOINCREMENT')
  } while (reader.takes(','))
  reader.expect(')')
  return { columns, isAutoIncrement }
}

const ACTIONS: ForeignKeyAction[] = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT']

function readReferences(reader: SqlReader, columns: string[]): ForeignKeySpec {
  reader.expect('REFERENCES')
  const table = reader.name()
  const references = reader.sees('(') ? readColumns(reader).columns : []
  const key: ForeignKeySpec = { columns, table, references }
  while (reader.takes('ON')) {
    const event = reader.takes('DELETE') ? 'onDelete' : 'onUpdate'
    if (event === 'onUpdate') reader.expect('UPDATE')
    const action = ACTIONS.find((words) => reader.takes(...words.split(' ')))
    if (!action) throw reader.error('the action of a foreign key is expected')
    if (action !== 'NO ACTION') key[event] = action
  }
  if (readDeferred(reader)) key.isDeferred = true
  return key
}

function readDeferred(reader: SqlReader): boolean {
  const isNegated = reader.takes('NOT', 'DEFERRABLE')
  if (!isNegated && !reader.takes('DEFERRABLE')) return false
  if (!reader.takes('INITIALLY')) return false
  if (reader.takes('DEFERRED')) return !isNegated
  reader.expect('IMMEDIATE')
  return false
}

/** In brackets where it is an expression: `1`, `-1`, `'text'`, `(strftime(...))`. */
function readDefault(reader: SqlReader): string {
  if (reader.sees('(')) return `(${reader.bracketed()})`
  const sign = reader.takes('-') ? '-' : ''
  reader.takes('+')
  const { start, end } = reader.next()
  return sign + reader.sql.slice(start, end)
}

function readGenerated(reader: SqlReader): string {
  reader.takes('GENERATED', 'ALWAYS')
  reader.expect('AS')
  const expression = reader.bracketed()
  if (reader.takes('STORED')) return `GENERATED ALWAYS AS (${expression}) STORED`
  reader.takes('VIRTUAL')
  return `GENERATED ALWAYS AS (${expression}) VIRTUAL`
}

function readOptions(reader: SqlReader): string {
  const options: string[] = []
  while (!reader.isAtEnd) {
    if (reader.takes('WITHOUT', 'ROWID')) options.push('WITHOUT ROWID')
    else if (reader.takes('STRICT')) options.push('STRICT')
    else if (!reader.takes(',') && !reader.takes(';')) throw reader.error('not understood behind the table')
  }
  return options.join(', ')
}

/** Anything but ABORT, which is the default, quietly leaves out or overwrites rows. */
function refuseConflict<Value>(reader: SqlReader, value: Value): Value {
  if (!reader.sees('ON', 'CONFLICT') || reader.takes('ON', 'CONFLICT', 'ABORT')) return value
  throw reader.error('ON CONFLICT has no place in a schema')
}

/** The columns that an expression names, each once. */
const columnsIn = (sql: string, all: string[]) => {
  const names = tokenize(sql).filter(isName)
  return all.filter((column) => names.some(({ value }) => sameName(value, column)))
}
