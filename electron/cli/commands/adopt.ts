import { resolve } from 'node:path'
import type { AdoptReport } from '../../contract/adopt'
import { IMPORT_ENTITIES } from '../../contract/imports'
import { isSameFile } from '../../database/filePlace'
import { words } from '../../services/words'
import { usageError } from '../arguments'
import type { Command, ExitCode, Work } from '../command'
import { NEW_SCHOOL_OPTIONS, newSchoolOf } from '../newSchool'
import { table } from '../table'

/** Makes a school of a database of the tutorial's system. `--json` gives `{ file, school, language, ms }` and the report:
 *  `{ source, counts: { users: { found, adopted } ... }, mends: [{ kind, count, first: [{ entity, id, column, before, after }] }],
 *  shortened, ignored }`. */
export const adopt: Command = {
  arguments: [{ name: 'SOURCE' }],
  options: {
    into: { value: 'FILE', isRequired: true, words: 'newFile' },
    ...NEW_SCHOOL_OPTIONS,
    report: { value: 'FILE' },
  },

  async run(work) {
    const { args, session, say } = work
    const startedAt = performance.now()
    const source = resolve(args.argument('SOURCE'))
    const file = resolve(args.required('into'))
    const school = await newSchoolOf(args, file)
    const reportFile = await reportFileOf(work, source, file)
    const report = await session.adopt({ source, file, school, reportFile })
    if (reportFile !== null) say(words('cli.adopt.reportSaved', { file: reportFile }))
    else sayFirst(report, say)
    const ms = Math.round(performance.now() - startedAt)
    return {
      json: { file, school: school.name, language: school.language, ...report, ms },
      text: [words('cli.adopt.adopted', { name: school.name, file }), ...linesOf(report)].join('\n'),
      exitCode: exitCodeOf(report),
    }
  },
}

/** Where the list of mends goes; never over what is read or made. */
async function reportFileOf({ args }: Work, source: string, file: string): Promise<string | null> {
  const text = args.text('report')
  if (text === undefined) return null
  if (await isSameFile(text, file)) throw usageError('over-the-school', { name: '--report' })
  if (await isSameFile(text, source)) throw usageError('over-the-source', { name: '--report' })
  return resolve(text)
}

/** What is mended is there; what is left out, or has no place, is not. */
function exitCodeOf({ counts, ignored }: AdoptReport): ExitCode {
  const isComplete = IMPORT_ENTITIES.every((entity) => counts[entity].adopted === counts[entity].found)
  return isComplete && ignored.length === 0 ? 0 : 3
}

function linesOf({ counts, mends, shortened, ignored }: AdoptReport): string[] {
  return [
    ...IMPORT_ENTITIES.map((entity) =>
      words('cli.adopt.counts', { entity: words(`exchange.entities.${entity}`), ...counts[entity] }),
    ),
    ...mends.map(({ kind, count }) => words(`adopt.mends.${kind}`, { count })),
    ...(shortened > 0 ? [words('adopt.shortened', { count: shortened })] : []),
    ...(mends.length > 0 ? [words('adopt.kept')] : []),
    ...(ignored.length > 0 ? [words('adopt.ignored', { names: ignored.join(', ') })] : []),
  ]
}

/** Mends of each kind that a person is shown. */
const SHOWN = 3

function sayFirst({ mends }: AdoptReport, say: (text: string) => void): void {
  const first = mends.flatMap((mend) => mend.first.slice(0, SHOWN))
  if (first.length === 0) return
  const headers = ['adopt.record', 'adopt.column', 'adopt.before', 'adopt.after'] as const
  const rows = first.map(({ entity, id, column, before, after }) => [
    words(`adopt.records.${entity}`, { id: String(id) }),
    column ?? '',
    before ?? '',
    column === null ? words('adopt.leftOutValue') : (after ?? ''),
  ])
  say(
    table(
      headers.map((header) => ({ header: words(header) })),
      rows,
    ),
  )
  const rest = mends.reduce((sum, { count }) => sum + count, 0) - first.length
  if (rest > 0) say(words('cli.adopt.rest', { count: rest }))
}
