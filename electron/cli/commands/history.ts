import { PAGE_MAX } from '../../contract/lists'
import type { ChangeSet } from '../../contract/history'
import { words } from '../../services/words'
import { usageError } from '../arguments'
import type { Command } from '../command'
import { changeWords, lastChange } from '../lastChange'
import { localTime } from '../localTime'
import { table } from '../table'

/** Change sets that are shown where nothing is said, and at most. */
const SHOWN = 50
const SHOWN_MAX = 10_000

/** Shows who changed what, and when, the newest first. */
export const history: Command = {
  arguments: [],
  options: { in: { value: 'FILE', isRequired: true }, limit: { value: 'N' }, offset: { value: 'N' } },

  async run({ args, session, say }) {
    const limit = args.wholeNumber('limit', 1, SHOWN_MAX) ?? SHOWN
    const offset = args.wholeNumber('offset', 0, Number.MAX_SAFE_INTEGER) ?? 0
    await session.open(args.required('in'), 'read')
    const rows: ChangeSet[] = []
    let total = Infinity
    while (rows.length < Math.min(limit, total - offset)) {
      const page = { offset: offset + rows.length, count: Math.min(PAGE_MAX, limit - rows.length) }
      const read = await session.api.history.list(page)
      total = read.total
      rows.push(...read.rows)
      if (read.rows.length === 0) break
    }
    if (rows.length < total) {
      say(words('cli.list.part', { from: Math.min(offset + 1, total), to: offset + rows.length, total }))
    }
    const described = rows.map((row) => ({ ...row, what: changeWords(row) }))
    return { json: { total, offset, rows: described }, text: historyTable(described) }
  },
}

/** Undoes one change set. */
export const undo: Command = {
  arguments: [{ name: 'CHANGE_SET' }],
  options: { in: { value: 'FILE', isRequired: true } },

  async run({ args, session }) {
    const text = args.argument('CHANGE_SET')
    if (!/^[1-9]\d{0,14}$/.test(text)) throw usageError('not-an-id', { value: text })
    await session.open(args.required('in'), 'write')
    await session.api.history.undo({ changeSetId: Number(text) })
    const { changeSetId, what, changeCount } = await lastChange(session)
    return {
      json: { undone: Number(text), changeSet: changeSetId, changeCount, what },
      text: words('cli.changed', { what, changeSet: changeSetId }),
    }
  },
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
