import type { IndexSpec, TableSpec } from '../schema/schema'
import type { TableChange } from '../tables/tablePlan'

/** A call of Operations, kept to be written down. */
export type Operation =
  | { kind: 'createTable'; name: string; table: TableSpec }
  | { kind: 'dropTable'; name: string }
  | { kind: 'renameTable'; from: string; to: string }
  | { kind: 'renameColumn'; table: string; from: string; to: string }
  | { kind: 'changeTable'; table: string; changes: TableChange[] }
  | { kind: 'createIndex'; name: string; index: IndexSpec }
  | { kind: 'dropIndex'; name: string; table: string }
  | { kind: 'execute'; statement: string }

/** One step of a plan, both ways: `down` undoes what `up` does. */
export interface Step {
  up: Operation[]
  down: Operation[]
}

/** A step the other way round. */
export const reversed = ({ up, down }: Step): Step => ({ up: down, down: up })
