import { IMPORT_ENTITIES } from '../../../electron/contract/imports'
import { completedBy, COURSE_STEPS } from './courses'
import type { Draws } from './draws'
import { type HistoryPlan, letGo, redoLast, undo, undoAfter, undoLast, type World } from './history'
import { importPeople } from './importing'
import { PEOPLE_STEPS } from './people'
import { changesBetween } from './records'

/** What the school can be asked for in a step. */
export const PLANNED: Record<string, (draws: Draws, world: World) => HistoryPlan> = {
  ...Object.fromEntries(
    Object.entries({ ...PEOPLE_STEPS, ...COURSE_STEPS, importPeople }).map(([name, plan]) => [
      name,
      (draws: Draws, { records, today }: World) => plan(draws, records, today),
    ]),
  ),
  ...{ undoLast, redoLast, undo, undoAfter, letGo },
  exportAll: (draws, world) => exportAll(draws, world),
}

/** What else can be done to it, or to the program. */
const OTHERS = ['reopen', 'backUp', 'restore', 'kill', 'backAndForth'] as const
export type Other = (typeof OTHERS)[number]

/** How often each comes among the others. */
const OFTEN: Record<string, number> = {
  undoLast: 8,
  undo: 6,
  redoLast: 4,
  enroll: 6,
  createPerson: 5,
  changePerson: 4,
  createCourse: 4,
  changeEnrollment: 4,
  importPeople: 2,
}

export const STEPS: readonly string[] = [...Object.keys(PLANNED), ...OTHERS].flatMap((name) =>
  Array.from({ length: OFTEN[name] ?? (name === 'letGo' ? 1 : 2) }, () => name),
)

/** A step: what is done, and the numbers that say to what. */
export interface Step {
  name: string
  numbers: number[]
}

/** What is exported comes back unaltered; but what has ended since it was written is then completed, as by an opening. */
function exportAll(draws: Draws, { records, today }: World): HistoryPlan {
  const entity = draws.of(IMPORT_ENTITIES)
  const rows = records[entity].size
  const ended = changesBetween(records, completedBy(records, today))
  const updates = entity === 'enrollments' ? ended.length : 0
  return {
    request: { do: 'export', entity },
    refusals: [],
    value: { rows, creates: 0, updates, unchanged: rows - updates, rejects: 0 },
    records,
  }
}
