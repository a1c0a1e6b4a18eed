import type { Schema } from '../schema/schema'
import { dropTrigger, dropView, rebuildSearch } from '../sql'
import { isName, normalName, sameName, tokenize } from '../schema/sqlTokens'
import { contentOf } from '../tables/stranded'
import type { Difference } from './differences'
import { type Operation, reversed, type Step } from './operation'

interface SchemaObject {
  of: 'view' | 'virtual table' | 'trigger'
  name: string
  sql: string
}

/** How triggers, views and virtual tables go and come: those that differ, and those that another change would not pass
 *  by, since they name what is renamed or made anew. */
export function objectSteps(
  before: Schema,
  after: Schema,
  differences: readonly Difference[],
): { dropping: Step[]; creating: Step[] } {
  const [former, coming] = [objectsOf(before), objectsOf(after)]
  const dropped = droppedNames(former, differences)
  const isKept = ({ name }: SchemaObject) =>
    former.some((one) => sameName(one.name, name)) && !dropped.has(normalName(name))
  return {
    dropping: former
      .filter((object) => !isKept(object))
      .reverse()
      .map((object) => reversed(creation(object))),
    creating: coming.filter((object) => !isKept(object)).map(creation),
  }
}

/** In an order in which they can be made: a view and a trigger may name those before them. */
const objectsOf = ({ tables, views, virtualTables }: Schema): SchemaObject[] => [
  ...Object.entries(views).map(([name, sql]): SchemaObject => ({ of: 'view', name, sql })),
  ...Object.entries(virtualTables).map(([name, sql]): SchemaObject => ({ of: 'virtual table', name, sql })),
  ...Object.values(tables).flatMap(({ triggers }) =>
    Object.entries(triggers).map(([name, sql]): SchemaObject => ({ of: 'trigger', name, sql })),
  ),
]

function droppedNames(former: SchemaObject[], differences: readonly Difference[]): Set<string> {
  const renamed = differences.flatMap((one) =>
    one.of === 'renamed table' || one.of === 'renamed column' ? [one.from, one.to] : [],
  )
  const changed = differences.flatMap((one) =>
    one.of === 'view' || one.of === 'virtual table' || one.of === 'trigger' ? [normalName(one.name)] : [],
  )
  const dropped = new Set(changed)
  let before: number
  do {
    before = dropped.size
    for (const { of, name, sql } of former) {
      // The rows of a virtual table that reads them from nowhere else would be gone.
      if (of === 'virtual table' && !isFilledFromElsewhere(sql)) continue
      if (mentions(sql, [...renamed, ...dropped])) dropped.add(normalName(name))
    }
  } while (dropped.size > before)
  return dropped
}

/** A virtual table is told what it reads by a string. */
const mentions = (sql: string, names: string[]) =>
  tokenize(sql).some(
    (token) =>
      (isName(token) || token.kind === 'string') && names.some((name) => sameName(name, token.value)),
  )

function creation({ of, name, sql }: SchemaObject): Step {
  const creating: Operation[] = [{ kind: 'execute', statement: sql }]
  switch (of) {
    case 'trigger':
      return { up: creating, down: [{ kind: 'execute', statement: dropTrigger(name) }] }
    case 'view':
      return { up: creating, down: [{ kind: 'execute', statement: dropView(name) }] }
    case 'virtual table': {
      const filling: Operation[] = isFilledFromElsewhere(sql)
        ? [{ kind: 'execute', statement: rebuildSearch(name) }]
        : []
      return { up: [...creating, ...filling], down: [{ kind: 'dropTable', name }] }
    }
  }
}

/** Whether a virtual table has no rows of its own but an index over those of a table or a view: nothing is lost when it
 *  is made anew. */
export const isFilledFromElsewhere = (sql: string) => (contentOf(sql) ?? '') !== ''
