import type { Operation } from './operation'
import type { RevisionPlan } from './planRevision'
import type { FillOptions } from '../operations'
import type { TableChange } from '../tables/tablePlan'
import { NO_FILL } from './tableChanges'

export interface RevisionHead {
  /** `20261122T1830-add-phone`. */
  name: string
  revises: string | null
  /** What it is for, in a line. */
  message: string
  /** Where the type Revision comes from, as the file imports it. */
  operationsModule: string
}

/** A revision's name: the time in UTC to the minute, and its message in small letters and dashes. */
export function revisionName(message: string, now: Date): string {
  const time = now.toISOString().slice(0, 16).replace(/[-:]/g, '')
  return `${time}-${slugOf(message)}`
}

/** A revision as a TypeScript module, not formatted yet. */
export function revisionSource(head: RevisionHead, { upgrade, downgrade }: RevisionPlan): string {
  const { name, revises, message, operationsModule } = head
  return `import type { Revision } from ${value(operationsModule)}

/** ${message.replaceAll('*/', '* /')} */
export default {
  name: ${value(name)},
  revises: ${value(revises)},

  async upgrade(${upgrade.length > 0 ? 'op' : ''}) {
    ${upgrade.map(call).join('\n    ')}
  },

  async downgrade(${downgrade.length > 0 ? 'op' : ''}) {
    ${downgrade.map(call).join('\n    ')}
  },
} satisfies Revision
`
}

const SLUG_LENGTH = 60

function slugOf(message: string): string {
  const plain = message.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const slug = plain.replace(/[^a-z0-9]+/g, '-').slice(0, SLUG_LENGTH)
  return slug.replace(/^-+|-+$/g, '') || 'change'
}

function call(operation: Operation): string {
  switch (operation.kind) {
    case 'createTable':
      return awaited('createTable', operation.name, operation.table)
    case 'renameTable':
      return awaited('renameTable', operation.from, operation.to)
    case 'renameColumn':
      return awaited('renameColumn', operation.table, operation.from, operation.to)
    case 'createIndex':
      return awaited('createIndex', operation.name, operation.index)
    case 'dropTable':
    case 'dropIndex':
      return awaited(operation.kind, operation.name)
    case 'execute':
      return awaited('execute', operation.statement)
    case 'changeTable':
      return changeTable(operation.table, operation.changes)
  }
}

/** One change is called by itself; several share what a rebuild of the table costs. */
function changeTable(table: string, changes: TableChange[]): string {
  const [only, second] = changes
  if (!only) return ''
  if (!second)
    return noteOn(only) + `await op.${only.kind}(${[value(table), ...argumentsOf(only)].join(', ')})`
  const lines = changes.map(
    (change) => `${noteOn(change)}table.${change.kind}(${argumentsOf(change).join(', ')})`,
  )
  return `await op.batch(${value(table)}, (table) => {\n${lines.join('\n')}\n})`
}

/** For whoever reads the revision before it is used. */
function noteOn(change: TableChange): string {
  if (change.kind !== 'addColumn' || change.using !== NO_FILL) return ''
  return '// Rows that are there already refuse this until \`using\` says what they get.\n'
}

function argumentsOf(change: TableChange): string[] {
  const name = value(change.name)
  switch (change.kind) {
    case 'addColumn':
      return [name, value(change.column), ...filling(change)]
    case 'alterColumn':
      return [name, value(change.change), ...filling(change)]
    case 'addConstraint':
      return [name, value(change.constraint)]
    case 'dropColumn':
    case 'dropConstraint':
      return [name]
  }
}

const filling = ({ using }: FillOptions) => (using === undefined ? [] : [value({ using })])

const awaited = (operation: string, ...given: unknown[]) =>
  `await op.${operation}(${given.map(value).join(', ')})`

/** A value as JavaScript writes it. What is undefined is said: it takes a default away. */
function value(of: unknown): string {
  if (typeof of === 'string') return text(of)
  if (Array.isArray(of)) return `[${of.map(value).join(', ')}]`
  if (typeof of !== 'object' || of === null) return String(of)
  const fields = Object.entries(of).map(([name, field]) => `${JSON.stringify(name)}: ${value(field)}`)
  return `{ ${fields.join(', ')} }`
}

/** On lines of its own where the text has lines. */
const text = (of: string) =>
  of.includes('\n') ? `\`${of.replace(/[\\`]|\$(?=\{)/g, (found) => `\\${found}`)}\`` : JSON.stringify(of)
