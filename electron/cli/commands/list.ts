import { schoolContract } from '../../contract'
import { PAGE_MAX } from '../../contract/lists'
import type { ImportEntity } from '../../contract/imports'
import { findWords, words } from '../../services/words'
import { notOneOf, pairOf } from '../arguments'
import type { Arguments } from '../arguments'
import type { Command } from '../command'
import { entityOf, LISTED, nameAmong, readValues } from '../entities'
import type { Session } from '../session'
import { table } from '../table'

/** Rows that one list holds in memory at most; an export writes them all. */
const ROWS_MAX = 100_000

type Row = Record<string, unknown>

/** Lists the records of an entity. */
export const list: Command = {
  arguments: [{ name: 'ENTITY' }],
  options: {
    in: { value: 'FILE', isRequired: true },
    on: { value: 'DAY' },
    search: { value: 'TEXT' },
    filter: { value: 'FIELD=VALUE', isRepeated: true },
    sort: { value: 'FIELD' },
    limit: { value: 'N' },
    offset: { value: 'N' },
  },

  async run({ args, session, say }) {
    const entity = entityOf(args.argument('ENTITY'))
    const sort = sortOf(args, entity)
    const limit = args.wholeNumber('limit', 1, ROWS_MAX) ?? ROWS_MAX
    const offset = args.wholeNumber('offset', 0, Number.MAX_SAFE_INTEGER) ?? 0
    await session.openOn(args.required('in'), args.day('on'))
    const filters = await readValues(session, LISTED[entity].filters, args.texts('filter').map(pairOf))
    const { openList } = schoolContract[entity]
    const request = { search: args.text('search') ?? '', sort, filters }
    const opened = openList.output.parse(await session.call(`${entity}.openList`, request))
    const { listId, total, all } = opened
    const rows = await readRows(session, entity, listId, offset, Math.min(limit, total - offset))
    if (rows.length < total) {
      say(words('cli.list.part', { from: Math.min(offset + 1, total), to: offset + rows.length, total }))
    }
    return { json: { entity, total, all, offset, rows }, text: tableOf(entity, rows) }
  },
}

/** `--sort lastName`, or `--sort -lastName` for the last one first. */
function sortOf(args: Arguments, entity: ImportEntity): { field: string; isDescending: boolean } | undefined {
  const text = args.text('sort')
  if (text === undefined) return undefined
  const { sorts } = LISTED[entity]
  const field = nameAmong(sorts, text)
  if (field === undefined) throw notOneOf('--sort', text, sorts)
  return { field, isDescending: text.startsWith('-') }
}

async function readRows(
  session: Session,
  entity: ImportEntity,
  listId: number,
  offset: number,
  count: number,
): Promise<Row[]> {
  const rows: Row[] = []
  while (rows.length < count) {
    session.stopIfStopped()
    const input = { listId, offset: offset + rows.length, count: Math.min(PAGE_MAX, count - rows.length) }
    const page = schoolContract[entity].list.output.parse(await session.call(`${entity}.list`, input))
    if (page.rows.length === 0) break
    rows.push(...page.rows)
  }
  return rows
}

function tableOf(entity: ImportEntity, rows: Row[]): string {
  const { columns, id } = LISTED[entity]
  const headers = columns.map((name) => ({
    header: words(`fields.${entity}.${name}`),
    isNumber: name === id || NUMBERS.has(name),
  }))
  return table(
    headers,
    rows.map((row) => columns.map((name) => cellText(entity, name, row[name]))),
  )
}

const NUMBERS = new Set(['age', 'userCount', 'studentCount'])

function cellText(entity: ImportEntity, name: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return words(value ? 'grid.yes' : 'grid.no')
  if (name === 'state') return findWords(`courses.states.${String(value)}`) ?? String(value)
  return findWords(`choices.${entity}.${name}.${String(value)}`) ?? String(value)
}
