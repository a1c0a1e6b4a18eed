import { CHANGE_KINDS, type ChangedRecord, type ChangeSet, type HistoryFilters } from '../../contract/history'
import { IMPORT_ENTITIES, type ImportEntity } from '../../contract/imports'
import { PAGE_MAX } from '../../contract/lists'
import { findWords, words } from '../../services/words'
import { type Arguments, notOneOf, usageError } from '../arguments'
import type { Command } from '../command'
import { changeWords, lastChange } from '../lastChange'
import { localTime } from '../localTime'
import type { Session } from '../session'
import { table } from '../table'

/** Change sets that are shown where nothing is said, and at most. */
const SHOWN = 50
const SHOWN_MAX = 10_000

/** Shows who changed what, and when, the newest first; of one change set, each record before and after. */
export const history: Command = {
  arguments: [{ name: 'CHANGE_SET', isOptional: true }],
  options: {
    in: { value: 'FILE', isRequired: true },
    of: { value: 'ENTITY[=ID]' },
    person: { value: 'NAME' },
    kind: { value: 'KIND' },
    since: { value: 'DAY' },
    until: { value: 'DAY' },
    before: { value: 'CHANGE_SET' },
    limit: { value: 'N' },
  },

  async run({ args, session, say }) {
    const limit = args.wholeNumber('limit', 1, SHOWN_MAX) ?? SHOWN
    const filters = filtersOf(args)
    const before = args.wholeNumber('before', 1, Number.MAX_SAFE_INTEGER) ?? null
    await session.open(args.required('in'), 'read')
    const one = args.argument('CHANGE_SET')
    if (one !== '') return showOne(session, idOf(one), limit)
    const { rows, total } = await readList(session, { filters, before, limit })
    if (rows.length < total) say(words('cli.history.part', { shown: rows.length, total }))
    const described = rows.map((row) => ({ ...row, what: changeWords(row) }))
    return { json: { total, rows: described }, text: historyTable(described) }
  },
}

/** Undoes one change set, or all that came after it. */
export const undo: Command = {
  arguments: [{ name: 'CHANGE_SET' }],
  options: { in: { value: 'FILE', isRequired: true }, after: {} },

  async run({ args, session }) {
    const id = idOf(args.argument('CHANGE_SET'))
    await session.open(args.required('in'), 'write')
    if (args.has('after')) await session.api.history.undoAfter({ changeSetId: id })
    else await session.api.history.undo({ changeSetId: id })
    const { changeSetId, what, changeCount } = await lastChange(session)
    return {
      json: { [args.has('after') ? 'undoneAfter' : 'undone']: id, changeSet: changeSetId, changeCount, what },
      text: words('cli.changed', { what, changeSet: changeSetId }),
    }
  },
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usageError('not-an-id', { value: text })
  return Number(text)
}

function filtersOf(args: Arguments): HistoryFilters {
  const [person, kind] = [args.text('person'), args.choice('kind', CHANGE_KINDS)]
  const [from, until, of] = [args.day('since'), args.day('until'), args.text('of')]
  return {
    ...(person !== undefined && { person }),
    ...(kind !== undefined && { kind }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(of !== undefined && recordOf(of)),
  }
}

/** `users`, or `users=7`. */
function recordOf(text: string): HistoryFilters {
  const [name = '', id] = text.split('=')
  const entity = IMPORT_ENTITIES.find((each): each is ImportEntity => each === name)
  if (!entity) throw notOneOf('--of', name, IMPORT_ENTITIES)
  return id === undefined ? { entity } : { record: { entity, id: idOf(id) } }
}

interface Listing {
  filters: HistoryFilters
  before: number | null
  limit: number
}

async function readList(session: Session, { filters, before, limit }: Listing) {
  const rows: ChangeSet[] = []
  for (let next = before; ;) {
    session.stopIfStopped()
    const count = Math.min(PAGE_MAX, limit - rows.length)
    const page = await session.api.history.list({ filters, before: next, count })
    rows.push(...page.rows)
    next = page.next
    if (next === null || rows.length >= limit) return { rows, total: page.total }
  }
}

async function showOne({ api }: Session, changeSetId: number, limit: number) {
  const { changeSet } = await api.history.get({ changeSetId, count: 1 })
  const rows: ChangedRecord[] = []
  for (let after: number | null = null; ;) {
    const count = Math.min(PAGE_MAX, limit - rows.length)
    const page = await api.history.get({ changeSetId, after, count })
    rows.push(...page.rows)
    after = page.next
    if (after === null || rows.length >= limit) break
  }
  const what = changeWords(changeSet)
  const text = `${historyTable([{ ...changeSet, what }])}\n\n${recordsTable(rows)}`
  return { json: { ...changeSet, what, rows }, text }
}

function recordsTable(rows: ChangedRecord[]): string {
  const headers = ['record', 'action', 'field', 'before', 'after'] as const
  return table(
    headers.map((name) => ({ header: words(`cli.history.${name}`) })),
    rows.flatMap((row) => {
      const name = row.name ?? `#${row.recordId}`
      const action = words(`cli.history.actions.${row.action}`)
      if (row.fields === null) return [[name, action, words('cli.history.letGo'), '', '']]
      return row.fields.map(({ field, before, after }, index) => [
        ...(index === 0 ? [name, action] : ['', '']),
        findWords(`fields.${row.entity}.${field}`) ?? field,
        cellText(before),
        cellText(after),
      ])
    }),
  )
}

function cellText(value: string | number | boolean | null): string {
  return typeof value === 'boolean' ? words(value ? 'grid.yes' : 'grid.no') : String(value ?? '')
}

function historyTable(rows: (ChangeSet & { what: string })[]): string {
  const columns = [
    { header: words('cli.history.changeSet'), isNumber: true },
    { header: words('cli.history.when') },
    { header: words('cli.history.who') },
    { header: words('cli.history.what') },
    { header: words('cli.history.records'), isNumber: true },
    { header: words('cli.history.state') },
  ]
  return table(
    columns,
    rows.map((row) => [
      String(row.changeSetId),
      localTime(row.createdAt),
      row.person,
      row.what,
      String(row.changeCount),
      stateOf(row),
    ]),
  )
}

function stateOf({ undoneBy }: ChangeSet): string {
  return undoneBy === null ? '' : words('cli.history.undoneBy', { changeSet: undoneBy })
}
