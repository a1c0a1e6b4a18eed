import { z } from 'zod'
import { ADOPTION } from './adopt'
import { command, job, query } from './define'
import { day, recordId } from './fields'
import { PAGE_MAX } from './lists'
import { SALVAGE } from './salvage'

/** The commands that bring all records into a new school from another file. Before one there was no school, so it cannot be
 *  undone. */
export const ORIGINS: readonly string[] = [ADOPTION, SALVAGE]

/** The command under which a revision notes what it changes in the records. */
export const UPGRADE = 'revisions.upgrade'

/** The command that takes back all that came after a change set. */
export const BACK_TO_MOMENT = 'history.undoAfter'

/** The command that lets go of old values. */
export const LET_GO = 'history.letGo'

/** The kinds of change that history is filtered by. */
export const CHANGE_KINDS = [
  'added',
  'changed',
  'removed',
  'enrolled',
  'imported',
  'undone',
  'program',
] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** Entities whose records history keeps. */
export const RECORD_ENTITIES = ['userTypes', 'users', 'courses', 'enrollments', 'school'] as const

/** What a set did: something new, took another back, or did again what was taken back. */
const CHANGE_DIRECTIONS = ['done', 'undone', 'redone'] as const

/** One command's changes: what was done, by whom, when. Words for `summary` stand in the catalogs under `changes`. */
export const changeSet = z.object({
  changeSetId: recordId,
  command: z.string(),
  kind: z.enum(CHANGE_KINDS),
  person: z.string(),
  createdAt: z.string(),
  /** `let-go` where its details were let go. */
  summary: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  changeCount: z.int(),
  direction: z.enum(CHANGE_DIRECTIONS),
  /** The change set that this one undid; null of one that went back to a moment, which undid all after it. */
  undoes: recordId.nullable(),
  /** The change set that undid this one, if nothing has taken that back since. */
  undoneBy: recordId.nullable(),
  /** False for what can never be undone: what is undone, what brought all records, what was done before an upgrade, and
   *  what has let its values go. */
  isUndoable: z.boolean(),
})
export type ChangeSet = z.output<typeof changeSet>

/** What a change set did, in a code with its words. */
export const changeSummary = changeSet.pick({ summary: true, params: true })
export type ChangeSummary = z.output<typeof changeSummary>

const record = z.strictObject({ entity: z.enum(RECORD_ENTITIES), id: recordId })

const filters = z
  .strictObject({
    person: z.string().max(200),
    kind: z.enum(CHANGE_KINDS),
    /** Sets that touched a record of the entity. */
    entity: z.enum(RECORD_ENTITIES),
    /** Sets that touched this record; of a person or a course, or an enrolment of theirs that is there. */
    record,
    /** School days by this computer's clock, both inclusive. */
    from: day,
    until: day,
  })
  .partial()
  .default({})
export type HistoryFilters = z.output<typeof filters>

const value = z.union([z.string(), z.number(), z.boolean()]).nullable()

/** One record in a change set. Fields are named and valued as the contract of its entity has them, but references, which
 *  are the names of what they refer to. */
export const changedRecord = z.object({
  changeId: recordId,
  entity: z.enum(RECORD_ENTITIES),
  recordId,
  /** What the record was called afterwards, or before it was deleted; null where that is not known any more. */
  name: z.string().nullable(),
  action: z.enum(['added', 'changed', 'removed']),
  /** Those that differ. Null where the values were let go. */
  fields: z.array(z.object({ field: z.string(), before: value, after: value })).nullable(),
})
export type ChangedRecord = z.output<typeof changedRecord>

export const historyMethods = {
  /** Newest first: `before` is `next` of the page before. `total` counts what matches, `all` what there is. */
  list: query(
    z.strictObject({
      filters,
      before: recordId.nullable().default(null),
      count: z.int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ rows: z.array(changeSet), next: recordId.nullable(), total: z.int(), all: z.int() }),
  ),
  /** A set with the records that it touched, in the order in which it did: `after` is `next` of the page before. `record`
   *  leaves all others out. */
  get: query(
    z.strictObject({
      changeSetId: recordId,
      record: record.nullable().default(null),
      after: recordId.nullable().default(null),
      count: z.int().min(1).max(PAGE_MAX).default(50),
    }),
    z.object({ changeSet, rows: z.array(changedRecord), next: recordId.nullable() }),
  ),
  /** Everybody who has changed something. */
  people: query(z.strictObject({}), z.array(z.string())),
  /** What `undoLast` and `redoLast` would do; null for nothing. */
  undoable: query(z.strictObject({}), z.object({ undo: changeSet.nullable(), redo: changeSet.nullable() })),
  /** Takes back a change set, or the taking back of one. Refused where a later change stands on it. */
  undo: command(z.strictObject({ changeSetId: recordId }), changeSet),
  /** Undoes the newest change made in this session that is not undone yet. */
  undoLast: command(z.strictObject({}), changeSet),
  /** Does again what was undone last in this session, if nothing was changed since. */
  redoLast: command(z.strictObject({}), changeSet),
  /** How much there is to undo after a change set: the sets, and the records that would become different. */
  countAfter: query(z.strictObject({ changeSetId: recordId }), z.object({ sets: z.int(), records: z.int() })),
  /** Puts every record back to what it was when a change set had been written, in one change set that can be undone. */
  undoAfter: command(z.strictObject({ changeSetId: recordId }), changeSet),
  /** Lets go of the values that changes before a day hold; who did what and when stays. Nothing brings them back. */
  letGo: job(z.strictObject({ before: day }), z.object({ sets: z.int() })),
}
