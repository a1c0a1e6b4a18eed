import type { Draws } from './draws'
import { conflict, dayFrom, notFound, type Plan, type Refusal, refusedWhere } from './plan'
import {
  brokenRules,
  type Change,
  changesBetween,
  isSame,
  KINDS,
  type Kind,
  type Records,
  type Rows,
  withRows,
} from './records'

// What history holds and what can be taken back, as the contract tells it: every state is kept whole.

export interface ModelSet {
  id: number
  direction: 'done' | 'undone' | 'redone'
  undoes: number | null
  /** The moment that it went back to: a change set. */
  after: number | null
  changeCount: number
  changes: Change[]
  /** All records once it was written; null for what was there before the model. */
  records: Records | null
  isLetGo: boolean
}

/** What was done and undone since the school was opened, the newest last. */
export interface Session {
  done: readonly number[]
  undone: readonly number[]
}

export interface World {
  records: Records
  /** The oldest first. */
  sets: readonly ModelSet[]
  session: Session
  today: string
}

/** What a change set is beside its changes. */
export interface Mark {
  direction: ModelSet['direction']
  undoes: number | null
  after: number | null
  /** Sets whose values it lets go. */
  letsGo: ReadonlySet<number>
}

export const DONE: Mark = { direction: 'done', undoes: null, after: null, letsGo: new Set() }

export type HistoryPlan = Plan & { mark?: Mark }

/** The set that took one back and stands, by that one. */
function takings(sets: readonly ModelSet[]): Map<number, number> {
  const takenBy = new Map<number, number>()
  // Whether a set stands depends on later ones alone.
  for (const { id, undoes, after } of [...sets].reverse()) {
    if (takenBy.has(id)) continue
    if (undoes !== null && !takenBy.has(undoes)) takenBy.set(undoes, id)
    if (after === null) continue
    for (const other of sets) {
      if (after < other.id && other.id < id && !takenBy.has(other.id)) takenBy.set(other.id, id)
    }
  }
  return takenBy
}

/** The last of those that took one back, did it again, took that back, ... : itself where nobody did. */
function lastOf(sets: readonly ModelSet[], id: number): number {
  const next = sets.find(({ undoes }) => undoes === id)
  return next ? lastOf(sets, next.id) : id
}

/** What took a set back last: it may have been done again and taken back again since. What went back to a moment is told of
 *  as such, whatever became of it between. */
function taker(sets: readonly ModelSet[], takenBy: Map<number, number>, id: number, by: number): number {
  const isDirect = sets.some((set) => set.id === by && set.undoes === id)
  const last = lastOf(sets, by)
  return isDirect && !takenBy.has(last) ? last : by
}

/** What history tells of each set. */
export function toldSets(sets: readonly ModelSet[]) {
  const takenBy = takings(sets)
  return sets.map(({ id, direction, undoes, changeCount, isLetGo, records }) => {
    const by = takenBy.get(id)
    const undoneBy = by === undefined ? null : taker(sets, takenBy, id, by)
    const isFinal = changeCount === 0 || isLetGo || takenBy.has(lastOf(sets, id))
    // What was there before the model is not gone into.
    const told = { changeSetId: id, direction, undoes, undoneBy, changeCount }
    return records === null ? told : { ...told, isUndoable: undoneBy === null && !isFinal }
  })
}

/** The sets that the next undo and the next redo are about; null for none. */
export function nextOf({ sets, session }: World): { undo: number | null; redo: number | null } {
  const undoable = new Set(
    toldSets(sets).flatMap((set) => ('isUndoable' in set && set.isUndoable ? [set.changeSetId] : [])),
  )
  const last = (ids: readonly number[]) => ids.filter((id) => undoable.has(id)).at(-1) ?? null
  return { undo: last(session.done), redo: last(session.undone) }
}

/** A session after a set was written in it. */
export function noted({ done, undone }: Session, id: number, { direction, undoes }: Mark): Session {
  const without = (ids: readonly number[]) => ids.filter((each) => each !== undoes)
  if (direction === 'done') return { done: [...done, id], undone: [] }
  if (direction === 'redone') return { done: [...without(done), id], undone: without(undone) }
  return { done: without(done), undone: [...without(undone), id] }
}

export function undoLast(_: Draws, world: World): HistoryPlan {
  return next(world, 'undo')
}

export function redoLast(_: Draws, world: World): HistoryPlan {
  return next(world, 'redo')
}

function next(world: World, which: 'undo' | 'redo'): HistoryPlan {
  const request = { do: 'call', method: `history.${which}Last`, input: {} } as const
  const id = nextOf(world)[which]
  if (id === null) return { request, refusals: [notFound(which)], records: world.records }
  return { ...takeBack(world, id), request }
}

/** Any set, the newer the likelier. */
export function undo(draws: Draws, world: World): HistoryPlan {
  // What was there before the model is not gone into.
  const isGoneInto = ({ changes, changeCount }: ModelSet) => changes.length === changeCount
  const changeSetId = anySet(draws, { sets: world.sets.filter(isGoneInto) })
  const request = { do: 'call', method: 'history.undo', input: { changeSetId } } as const
  return { ...takeBack(world, changeSetId), request }
}

export function undoAfter(draws: Draws, world: World): HistoryPlan {
  const changeSetId = anySet(draws, world)
  return backTo(world, changeSetId)
}

/** Puts all records back to what they were once a set was written. */
export function backTo({ records, sets }: World, changeSetId: number): HistoryPlan {
  const request = { do: 'call', method: 'history.undoAfter', input: { changeSetId } } as const
  const moment = sets.find(({ id }) => id === changeSetId)?.records
  if (!moment) return { request, refusals: [notFound('changeSet')], records }
  const isDifferent = KINDS.some(
    (kind) =>
      moment[kind].size !== records[kind].size ||
      [...moment[kind]].some(([id, row]) => !isSame(row, records[kind].get(id) ?? null)),
  )
  const isLetGo = sets.some((set) => set.id > changeSetId && set.isLetGo)
  return {
    request,
    refusals: refusedWhere([!isDifferent, conflict('nothing-after')], [isLetGo, conflict('values-gone')]),
    records: moment,
    mark: { ...DONE, after: changeSetId },
  }
}

/** Days are a few ahead of this computer's clock, by which changes are dated: today lets go of all. */
export function letGo(draws: Draws, { records, sets, today }: World): HistoryPlan {
  const before = draws.of([today, '2020-01-01', dayFrom(today, 1)])
  const old = before === today ? sets.filter((set) => set.changeCount > 0 && !set.isLetGo) : []
  return {
    request: { do: 'letGo', before },
    refusals: refusedWhere(
      [before > today, { code: 'invalid', why: 'still-to-come' }],
      [before <= today && old.length === 0, conflict('nothing-to-let-go')],
    ),
    value: { sets: old.length },
    records,
    mark: { ...DONE, letsGo: new Set(old.map(({ id }) => id)) },
  }
}

function anySet(draws: Draws, { sets }: Pick<World, 'sets'>): number {
  const known = sets.filter((set) => set.records !== null)
  if (draws.isOneIn(30) || known.length === 0) return 9_999
  const recent = known.slice(-draws.of([3, 8, 1_000]))
  return draws.of(recent.reverse()).id
}

/** Puts back what one set changed, where nothing later stands on it. */
function takeBack({ records, sets }: World, changeSetId: number): Omit<HistoryPlan, 'request'> {
  const set = sets.find(({ id }) => id === changeSetId)
  if (!set) return { refusals: [notFound('changeSet')], records }
  const takenBy = takings(sets)
  const last = sets.find(({ id }) => id === lastOf(sets, changeSetId)) ?? set
  const beforehand = refusedWhere(
    [takenBy.has(changeSetId), conflict('undone-already')],
    [set.changeCount === 0, conflict('nothing-changed')],
    [set.isLetGo, conflict('values-gone')],
    [!takenBy.has(changeSetId) && takenBy.has(last.id), conflict('went-back')],
  )
  if (beforehand.length > 0) return { refusals: beforehand, records }
  const isChangedLater = last.changes.some(
    ({ kind, id, after }) => !isSame(records[kind].get(id) ?? null, after),
  )
  const former = last.changes.reduce(putBack, records)
  return {
    refusals: [...refusedWhere([isChangedLater, conflict('later-change')]), ...brokenBy(former)],
    records: former,
    mark: {
      ...DONE,
      direction: set.direction === 'undone' ? 'redone' : 'undone',
      undoes: last.id,
    },
  }
}

function putBack<Each extends Kind>(records: Records, { kind, id, before }: Change): Records {
  return withRows(records, kind as Each, [[id, before as Rows[Each] | null]])
}

function brokenBy(records: Records): Refusal[] {
  const { isTaken, isOrphaned } = brokenRules(records)
  return refusedWhere([isTaken, conflict('undo-taken')], [isOrphaned, conflict('undo-belongs')])
}

/** The world once a step has left these records, with the change set of it if there is one. */
export function withSet(world: World, records: Records, mark: Mark = DONE): World {
  const changes = changesBetween(world.records, records)
  if (changes.length === 0 && mark.letsGo.size === 0) return { ...world, records }
  const { direction, undoes, after, letsGo } = mark
  const last = world.sets.at(-1)?.id ?? 0
  const set = { id: last + 1, direction, undoes, after, changes, records, isLetGo: false }
  const sets = world.sets.map((each) => (letsGo.has(each.id) ? { ...each, isLetGo: true } : each))
  return { ...world, records, sets: [...sets, { ...set, changeCount: changes.length }] }
}
