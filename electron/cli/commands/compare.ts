import { resolve } from 'node:path'
import { daysMethods, type Difference, DIFFERENCES, type DifferingPerson } from '../../contract/days'
import { PAGE_MAX } from '../../contract/lists'
import { isSameFile } from '../../database/filePlace'
import { words } from '../../services/words'
import { dayOfClock } from '../../services/values'
import { usageError } from '../arguments'
import type { Command } from '../command'
import type { Session } from '../session'
import { table } from '../table'

type DifferingRow = DifferingPerson & { difference: Difference }

/** Compares the school at the end of two days. `--json` gives `{ from, until, people, counts, rows, ms }`, without the rows
 *  where they are written to a file. */
export const compare: Command = {
  arguments: [],
  options: {
    in: { value: 'FILE', isRequired: true },
    from: { value: 'DAY', isRequired: true, words: 'firstDay' },
    to: { value: 'DAY', words: 'secondDay' },
    out: { value: 'FILE', words: 'compareOut' },
  },

  async run({ args, session }) {
    const startedAt = performance.now()
    const from = args.day('from') ?? ''
    const until = args.day('to') ?? dayOfClock(new Date())
    if (until <= from) throw usageError('not-later', { name: '--to', value: until, from })
    const out = args.text('out')
    if (out !== undefined && (await isSameFile(resolve(out), args.required('in'))))
      throw usageError('over-the-school', { name: '--out' })
    await session.open(args.required('in'), 'read')
    const job = session.api.days.compare({ from, until })
    const { comparisonId, ...compared } = await session.finish(job, daysMethods.compare)
    const rows =
      out === undefined ? await readRows(session, comparisonId) : await save(session, comparisonId, out)
    const { came, left, 'changed-class': changed } = compared.counts
    const ms = Math.round(performance.now() - startedAt)
    return {
      json: { ...compared, ...(rows && { rows }), ms },
      text: [
        words('cli.compare.counts', { from, until, came, left, changed }),
        ...(rows?.length ? [tableOf(rows)] : []),
      ].join('\n'),
    }
  },
}

async function readRows(session: Session, comparisonId: string): Promise<DifferingRow[]> {
  const rows: DifferingRow[] = []
  for (const difference of DIFFERENCES) {
    for (let offset = 0; ; offset += PAGE_MAX) {
      session.stopIfStopped()
      const page = { comparisonId, difference, offset, count: PAGE_MAX }
      const read = await session.api.days.listDifferences(page)
      rows.push(...read.rows.map((row) => ({ difference, ...row })))
      if (read.rows.length < PAGE_MAX) break
    }
  }
  return rows
}

async function save(session: Session, comparisonId: string, out: string): Promise<null> {
  const { file } = session.files.giveTarget(resolve(out))
  await session.finish(session.api.days.saveDifferences({ comparisonId, file }), daysMethods.saveDifferences)
  return null
}

function tableOf(rows: DifferingRow[]): string {
  const headers = [
    words('cli.compare.difference'),
    ...['lastName', 'firstName', 'birthDate'].map((name) => words(`fields.users.${name}`)),
    words('days.before'),
    words('days.after'),
  ]
  return table(
    headers.map((header) => ({ header })),
    rows.map(({ difference, lastName, firstName, birthDate, classBefore, classAfter }) => [
      words(`days.${difference}`),
      ...[lastName, firstName, birthDate ?? '', classBefore ?? '', classAfter ?? ''],
    ]),
  )
}
