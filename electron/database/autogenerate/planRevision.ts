import type { Schema } from '../schema/schema'
import type { Difference, PartDifference, Renaming } from './differences'
import { objectSteps } from './objectSteps'
import { type Operation, reversed, type Step } from './operation'
import { tableSteps } from './tableSteps'

export interface RevisionPlan {
  upgrade: Operation[]
  downgrade: Operation[]
}

/** What brings a file from one schema to the other, and back. `differences` are those that compareSchemas found. */
export function planRevision(
  before: Schema,
  after: Schema,
  differences: readonly Difference[],
): RevisionPlan {
  // Triggers and views are looked at by SQLite at each change of a table: they go first and come last.
  const objects = objectSteps(before, after, differences)
  const indexes = indexSteps(differences)
  const steps = [
    ...objects.dropping,
    ...differences.flatMap(renamingSteps),
    ...indexes.dropping,
    ...tableSteps(differences),
    ...indexes.creating,
    ...objects.creating,
  ]
  return {
    upgrade: withoutNeedless(steps.flatMap(({ up }) => up)),
    downgrade: withoutNeedless([...steps].reverse().flatMap(({ down }) => down)),
  }
}

function renamingSteps(difference: Difference): Step[] {
  switch (difference.of) {
    case 'renamed table':
      return [{ up: [renaming(difference)], down: [renaming(swapped(difference))] }]
    case 'renamed column':
      return [{ up: [renaming(difference)], down: [renaming(swapped(difference))] }]
    default:
      return []
  }
}

function renaming(difference: Renaming): Operation {
  const { from, to } = difference
  if (difference.of === 'renamed table') return { kind: 'renameTable', from, to }
  return { kind: 'renameColumn', table: difference.table, from, to }
}

const swapped = (one: Renaming): Renaming => ({ ...one, from: one.to, to: one.from })

function indexSteps(differences: readonly Difference[]): { dropping: Step[]; creating: Step[] } {
  const indexes = differences.filter((one) => one.of === 'index')
  return {
    dropping: indexes.flatMap((one) => (one.before ? [reversed(creation(one, one.before))] : [])),
    creating: indexes.flatMap((one) => (one.after ? [creation(one, one.after)] : [])),
  }
}

type IndexDifference = Extract<PartDifference, { of: 'index' }>

const creation = ({ name, table }: IndexDifference, index: NonNullable<IndexDifference['after']>): Step => ({
  up: [{ kind: 'createIndex', name, index: { table, ...index } }],
  down: [{ kind: 'dropIndex', name, table }],
})

/** An index goes with its table. */
function withoutNeedless(operations: Operation[]): Operation[] {
  const dropped = new Set(operations.flatMap((one) => (one.kind === 'dropTable' ? [one.name] : [])))
  return operations.filter((one) => one.kind !== 'dropIndex' || !dropped.has(one.table))
}
