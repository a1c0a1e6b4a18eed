import type { ForeignKeySpec, TableSchema, TableSpec } from '../schema/schema'
import { sameName } from '../schema/sqlTokens'
import type { Difference, PartDifference, TableDifference } from './differences'
import { type Operation, reversed, type Step } from './operation'
import { changesOf, type TablePart } from './tableChanges'

/** A table that comes, goes or changes, with what makes it do so. */
interface Node {
  table: string
  parts: TablePart[]
  whole?: TableDifference
}

/** A foreign key that comes or goes with its child: while it is there its parent must be. */
interface Key {
  child: Node
  parent: Node
  name: string
  before?: ForeignKeySpec
  after?: ForeignKeySpec
}

/** How tables come, change and go: a new parent before the keys to it, an old one after them. Keys that go in circles are
 *  added and dropped by themselves. */
export function tableSteps(differences: readonly Difference[]): Step[] {
  const nodes = nodesOf(differences)
  const { order, cut } = inOrder(nodes, keysBetween(nodes))
  const without = (node: Node) =>
    nodeSteps(
      node,
      cut.filter(({ child }) => child === node),
    )
  return [
    ...cut.flatMap((key) => (key.before ? [keyStep(key, { before: key.before })] : [])),
    ...order.flatMap(without),
    ...cut.flatMap((key) => (key.after ? [keyStep(key, { after: key.after })] : [])),
  ]
}

function nodesOf(differences: readonly Difference[]): Node[] {
  const nodes = new Map<string, Node>()
  const nodeOf = (table: string) => {
    const node = nodes.get(table) ?? { table, parts: [] }
    nodes.set(table, node)
    return node
  }
  for (const one of differences) {
    if (one.of === 'table') nodeOf(one.name).whole = one
    if (isTablePart(one)) nodeOf(one.table).parts.push(one)
  }
  return [...nodes.values()]
}

const isTablePart = (one: Difference): one is TablePart =>
  ['column', 'primary key', 'unique', 'check', 'foreign key'].includes(one.of)

function keysBetween(nodes: Node[]): Key[] {
  const nodeOf = (name: string) => nodes.find(({ table }) => sameName(table, name))
  return nodes.flatMap((child) =>
    keyDifferences(child).flatMap(({ name, before, after }) => {
      const [former, coming] = [before && nodeOf(before.table), after && nodeOf(after.table)]
      return [
        ...(before && former && mustWait(former, before, 'before')
          ? [{ child, parent: former, name, before }]
          : []),
        ...(after && coming && mustWait(coming, after, 'after')
          ? [{ child, parent: coming, name, after }]
          : []),
      ].filter(({ parent }) => parent !== child || !child.whole)
    }),
  )
}

type KeyDifference = Extract<PartDifference, { of: 'foreign key' }>

function keyDifferences({ table, parts, whole }: Node): KeyDifference[] {
  const all = (side: 'before' | 'after') =>
    Object.entries(whole?.[side]?.foreignKeys ?? {}).map(([name, key]): KeyDifference => ({
      of: 'foreign key',
      table,
      name,
      [side]: key,
    }))
  return [...parts.filter((part) => part.of === 'foreign key'), ...all('before'), ...all('after')]
}

/** Whether a parent is only there, or only has the columns that a key refers to, on one side of the change. */
const mustWait = (parent: Node, { references }: ForeignKeySpec, side: 'before' | 'after') =>
  parent.whole?.[side] !== undefined ||
  parent.parts.some(
    (part) =>
      part.of === 'column' &&
      part[side === 'before' ? 'after' : 'before'] === undefined &&
      references.some((column) => sameName(column, part.name)),
  )

function inOrder(nodes: Node[], keys: Key[]): { order: Node[]; cut: Key[] } {
  const [order, cut]: [Node[], Key[]] = [[], keys.filter(({ child, parent }) => child === parent)]
  let waiting = keys.filter((key) => !cut.includes(key))
  let left = nodes
  while (left.length > 0) {
    const free = left.find((node) => !waiting.some((key) => laterOf(key) === node))
    if (free) {
      order.push(free)
      left = left.filter((node) => node !== free)
      waiting = waiting.filter((key) => earlierOf(key) !== free)
    } else cut.push(...waiting.splice(0, 1))
  }
  return { order, cut }
}

const earlierOf = ({ child, parent, before }: Key) => (before ? child : parent)
const laterOf = ({ child, parent, before }: Key) => (before ? parent : child)

function nodeSteps({ table, parts, whole }: Node, cut: Key[]): Step[] {
  if (whole?.after) return [creation(table, withoutKeys(whole.after, cut))]
  if (whole?.before) return [reversed(creation(table, withoutKeys(whole.before, cut)))]
  const own = parts.flatMap((part): TablePart[] =>
    part.of === 'foreign key' ? withoutCut(part, cut) : [part],
  )
  return own.length > 0 ? [{ up: [change(table, own, 'up')], down: [change(table, own, 'down')] }] : []
}

const creation = (name: string, table: TableSpec): Step => ({
  up: [{ kind: 'createTable', name, table }],
  down: [{ kind: 'dropTable', name }],
})

/** The table alone: what hangs on it has steps of its own. */
function withoutKeys(
  { indexes: _, triggers: __, foreignKeys = {}, ...table }: TableSchema,
  cut: Key[],
): TableSpec {
  const kept = Object.entries(foreignKeys).filter(([name]) => !cut.some((key) => key.name === name))
  return { ...table, ...(kept.length > 0 && { foreignKeys: Object.fromEntries(kept) }) }
}

function withoutCut(part: KeyDifference, cut: Key[]): KeyDifference[] {
  const keys = cut.filter(({ name }) => name === part.name)
  const before = keys.some((key) => key.before) ? undefined : part.before
  const after = keys.some((key) => key.after) ? undefined : part.after
  return before || after ? [{ ...part, before, after }] : []
}

function keyStep({ child: { table }, name }: Key, side: Pick<Key, 'before' | 'after'>): Step {
  const part: KeyDifference = { of: 'foreign key', table, name, ...side }
  return { up: [change(table, [part], 'up')], down: [change(table, [part], 'down')] }
}

const change = (table: string, parts: TablePart[], direction: 'up' | 'down'): Operation => ({
  kind: 'changeTable',
  table,
  changes: changesOf(parts, direction),
})
