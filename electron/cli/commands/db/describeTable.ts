import type { ForeignKeySpec, Schema, TableSchema } from '../../../database/schema/schema'
import { sameName } from '../../../database/schema/sqlTokens'
import { words } from '../../../services/words'
import { table as textTable } from '../../table'

// What psql's \d shows, in its manner.

/** A table as lines: its columns, then what else is declared of it, under headings. */
export function describeTable(schema: Schema, name: string, rows: number): string {
  const table = schema.tables[name]
  if (!table) return ''
  const { uniques = {}, checks = {}, foreignKeys = {}, indexes, triggers } = table
  return [
    words('cli.db.tables.title', { name, count: rows }),
    columnTable(table),
    ...section('indexes', [
      ...primaryKeyLines(table),
      ...Object.entries(uniques).map(([unique, columns]) => `"${unique}" UNIQUE (${columns.join(', ')})`),
      ...Object.entries(indexes).map(indexLine),
    ]),
    ...section(
      'checks',
      Object.entries(checks).map(([check, rule]) => `"${check}" CHECK (${rule})`),
    ),
    ...section('foreignKeys', Object.entries(foreignKeys).map(foreignKeyLine)),
    ...section('referencedBy', referencesTo(schema, name)),
    ...section('triggers', Object.values(triggers)),
    ...(table.options ? section('options', [table.options]) : []),
  ].join('\n')
}

/** Views and virtual tables by their statements, each kind under its heading. */
export const describeObjects = ({ views, virtualTables }: Schema): string[] =>
  [
    section('views', Object.values(views)).join('\n'),
    section('virtualTables', Object.values(virtualTables)).join('\n'),
  ].filter((text) => text !== '')

function columnTable({ columns }: TableSchema): string {
  const headers = ['column', 'type', 'nullable', 'default', 'more']
  const rows = Object.entries(columns).map(([name, { type, isNullable, defaultValue = '', rest = '' }]) => [
    ...[name, type, isNullable ? '' : 'not null', defaultValue, rest],
  ])
  const hasMore = rows.some((row) => row[4] !== '')
  const shown = headers.slice(0, hasMore ? 5 : 4)
  return textTable(
    shown.map((header) => ({ header: words(`cli.db.tables.${header}`) })),
    rows.map((row) => row.slice(0, shown.length)),
  )
}

function primaryKeyLines({ primaryKey }: TableSchema): string[] {
  if (!primaryKey) return []
  const columns = 'column' in primaryKey ? [primaryKey.column] : primaryKey.columns
  const counting = 'column' in primaryKey && primaryKey.isAutoIncrement ? ' AUTOINCREMENT' : ''
  return [`"${primaryKey.name}" PRIMARY KEY (${columns.join(', ')})${counting}`]
}

function indexLine([name, { columns, isUnique, where }]: [string, TableSchema['indexes'][string]]): string {
  const parts = columns.map((part) => (typeof part === 'string' ? part : part.expression))
  return `"${name}"${isUnique ? ' UNIQUE' : ''} (${parts.join(', ')})${where === undefined ? '' : ` WHERE ${where}`}`
}

function foreignKeyLine([name, key]: [string, ForeignKeySpec]): string {
  const { columns, table, references, onDelete, onUpdate, isDeferred } = key
  const parts = [
    `"${name}" FOREIGN KEY (${columns.join(', ')}) REFERENCES ${table}(${references.join(', ')})`,
    ...(onDelete ? [`ON DELETE ${onDelete}`] : []),
    ...(onUpdate ? [`ON UPDATE ${onUpdate}`] : []),
    ...(isDeferred ? ['DEFERRABLE INITIALLY DEFERRED'] : []),
  ]
  return parts.join(' ')
}

const referencesTo = ({ tables }: Schema, name: string): string[] =>
  Object.entries(tables).flatMap(([child, { foreignKeys = {} }]) =>
    Object.entries(foreignKeys)
      .filter(([, { table }]) => sameName(table, name))
      .map((key) => `TABLE "${child}" CONSTRAINT ${foreignKeyLine(key)}`),
  )

/** A heading and its lines, or nothing where there are none. Statements of several lines become one. */
const section = (heading: string, lines: string[]): string[] =>
  lines.length === 0
    ? []
    : [words(`cli.db.tables.${heading}`), ...lines.map((line) => `    ${line.replace(/\s+/g, ' ')}`)]
