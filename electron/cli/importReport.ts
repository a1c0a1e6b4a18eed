import { basename } from 'node:path'
import type { AppError } from '../contract/errors'
import type { ImportResult, PreparedImport, RowProblem } from '../contract/imports'
import { words } from '../services/words'
import type { ExitCode, Outcome } from './command'
import { problemWords } from './failure'
import { table } from './table'

/** What is wrong with a row, or, where `row` is null, with the file. */
export interface ReportedProblem {
  file: string
  row: number | null
  column: string | null
  code: string
  message: string
  value: string | null
}

/** The one object of `import --json`. */
export interface ImportReport {
  format: string | null
  encoding: string | null
  delimiter: string | null
  entity: string | null
  rows: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  warnings: ReportedProblem[]
  errors: ReportedProblem[]
  changeSet: number | null
  ms: number
}

interface Reported {
  source: string
  prepared: PreparedImport
  /** Null where nothing was to be written. */
  applied: ImportResult | null
  /** All or nothing, and it was nothing. */
  isRefused: boolean
  errors: ReportedProblem[]
  ms: number
}

/** What an import came to; of a trial run, what it would come to. */
export function reportOf({ source, prepared, applied, isRefused, errors, ms }: Reported): ImportReport {
  const { format, encoding, delimiter, entity, rows } = prepared
  const planned = {
    created: isRefused ? 0 : prepared.creates,
    updated: isRefused ? 0 : prepared.updates,
    unchanged: isRefused ? 0 : prepared.unchanged,
    rejected: prepared.rejects,
  }
  const { created, updated, unchanged, rejected } = applied ?? planned
  const warnings = [
    ...prepared.warnings.map((problem) => reportedProblem(source, problem)),
    ...(isRefused ? [] : prepared.newUserTypes.map((name) => newUserType(source, name))),
  ]
  const changeSet = applied?.changeSetId ?? null
  return {
    ...{ format, encoding, delimiter, entity, rows },
    ...{ created, updated, unchanged, rejected, warnings, errors, changeSet, ms },
  }
}

/** The report of a file that could not be read as a whole. */
export function failedReport(source: string, { fields = {} }: AppError, ms: number): ImportReport {
  const errors = Object.values(fields).map((problem) => ({
    file: basename(source),
    row: null,
    column: null,
    code: problem.code,
    message: problemWords(problem),
    value: null,
  }))
  return {
    ...{ format: null, encoding: null, delimiter: null, entity: null, rows: 0 },
    ...{ created: 0, updated: 0, unchanged: 0, rejected: 0, warnings: [], errors, changeSet: null, ms },
  }
}

export function reportedProblem(
  source: string,
  { row, column, value, ...problem }: RowProblem,
): ReportedProblem {
  const { code } = problem
  return { file: basename(source), row, column, code, message: problemWords(problem), value }
}

/** The report for a program, or its gist for a person; the problems go beside it. */
export function outcomeOf(report: ImportReport, say: (text: string) => void, isTrial = false): Outcome {
  const { warnings, errors } = report
  if (warnings.length > 0) say(`${words('cli.import.warnings')}\n${problemTable(warnings)}`)
  if (report.entity === null) say(errors.map(({ message }) => message).join('\n'))
  else if (errors.length > 0) say(`${words('cli.import.errors')}\n${problemTable(errors)}`)
  return { json: report, text: summaryOf(report, isTrial), exitCode: exitCodeOf(report) }
}

function exitCodeOf({ created, updated, unchanged, rejected, errors }: ImportReport): ExitCode {
  if (errors.length === 0) return 0
  return rejected > 0 && created + updated + unchanged > 0 ? 3 : 1
}

function summaryOf(report: ImportReport, isTrial: boolean): string {
  const { entity, rows, created, updated, unchanged, rejected, changeSet } = report
  if (entity === null) return words('cli.import.nothing')
  const counts = words('cli.import.counts', { rows, created, updated, unchanged, rejected })
  if (isTrial) return `${counts}\n${words('cli.import.trial')}`
  if (changeSet !== null) return `${counts}\n${words('cli.import.changeSet', { changeSet })}`
  return `${counts}\n${words('cli.import.nothing')}`
}

/** Problems that a person is shown; `--json` and `--rejects` have them all. */
const SHOWN = 20

function problemTable(problems: readonly ReportedProblem[]): string {
  const columns = [
    { header: words('cli.import.row'), isNumber: true },
    { header: words('cli.import.column') },
    { header: words('cli.import.value') },
    { header: words('cli.import.problem') },
  ]
  const rows = problems
    .slice(0, SHOWN)
    .map(({ row, column, value, message }) => [
      row === null ? '' : String(row),
      column ?? '',
      value ?? '',
      message,
    ])
  const rest = problems.length - rows.length
  return [table(columns, rows), ...(rest > 0 ? [words('cli.import.more', { count: rest })] : [])].join('\n')
}

function newUserType(source: string, name: string): ReportedProblem {
  const message = words('cli.import.newUserType', { name })
  return { file: basename(source), row: null, column: null, code: 'user-type-new', message, value: name }
}
