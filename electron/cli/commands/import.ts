import { resolve } from 'node:path'
import { AppError } from '../../contract/errors'
import { DATE_ORDERS, IMPORT_ENTITIES, importMethods, type PreparedImport } from '../../contract/imports'
import { PAGE_MAX } from '../../contract/lists'
import { isSameFile } from '../../database/filePlace'
import { words } from '../../services/words'
import { usageError } from '../arguments'
import type { Command, Work } from '../command'
import { problemWords } from '../failure'
import { IMPORT_FORMATS_TO_COME, requireFormat } from '../formats'
import { DELIMITER_NAMES, importOptionsOf, MATCHES, MODES, ON_ERROR, UNKNOWN } from '../importOptions'
import { failedReport, outcomeOf, reportedProblem, reportOf, type ReportedProblem } from '../importReport'
import { requireFile } from '../requireFile'
import type { Session } from '../session'

const FORMATS = ['auto', 'csv']

/** Brings a data file into a school: the good rows, or all of it or nothing. */
export const importFile: Command = {
  arguments: [{ name: 'SOURCE' }],
  options: {
    into: { value: 'FILE', isRequired: true },
    format: { value: 'FORMAT', choices: FORMATS },
    entity: { value: 'ENTITY', choices: IMPORT_ENTITIES },
    mode: { value: 'MODE', choices: MODES },
    match: { value: 'KEY', choices: MATCHES },
    map: { value: 'HEADER=FIELD', isRepeated: true },
    default: { value: 'FIELD=VALUE', isRepeated: true },
    unknown: { value: 'WHAT', choices: UNKNOWN },
    delimiter: { value: 'DELIMITER', choices: DELIMITER_NAMES },
    dates: { value: 'ORDER', choices: DATE_ORDERS },
    'on-error': { value: 'WHAT', choices: ON_ERROR },
    rejects: { value: 'FILE' },
    'dry-run': {},
  },

  async run(work) {
    const { args, session, say } = work
    const startedAt = performance.now()
    requireFormat(args.text('format') ?? 'auto', FORMATS, IMPORT_FORMATS_TO_COME)
    const options = importOptionsOf(args)
    const onError = args.choice('on-error', ON_ERROR) ?? 'reject-rows'
    const source = resolve(args.argument('SOURCE'))
    await requireFile(source)
    const rejects = await rejectsFile(work, source)
    await session.open(args.required('into'), 'write')
    const prepared = await prepare(session, source, options)
    if (prepared instanceof AppError)
      return outcomeOf(failedReport(source, prepared, msSince(startedAt)), say)
    try {
      const errors = prepared.rejects > 0 ? await readErrors(session, prepared, source) : []
      if (rejects !== null) await saveRejects(work, prepared, rejects)
      const isRefused = onError === 'all-or-nothing' && prepared.rejects > 0
      const isTrial = args.has('dry-run')
      const applied = isTrial || isRefused ? null : await apply(session, prepared, onError)
      const report = reportOf({ source, prepared, applied, isRefused, errors, ms: msSince(startedAt) })
      return outcomeOf(report, say, isTrial)
    } finally {
      await session.api.imports.discard({ importId: prepared.importId })
    }
  },
}

/** Where the rejected rows go; never over what is being read or written. */
async function rejectsFile({ args }: Work, source: string): Promise<string | null> {
  const text = args.text('rejects')
  if (text === undefined) return null
  if (await isSameFile(text, args.required('into')))
    throw usageError('over-the-school', { name: '--rejects' })
  if (await isSameFile(text, source)) throw usageError('over-the-source', { name: '--rejects' })
  return resolve(text)
}

/** Answers, rather than throws, what is wrong with the file as a whole: that is the import's result. */
async function prepare(
  session: Session,
  source: string,
  options: ReturnType<typeof importOptionsOf>,
): Promise<PreparedImport | AppError> {
  const { file } = session.files.give(source)
  try {
    return await session.finish(session.api.imports.prepare({ file, options }), importMethods.prepare)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid' || !error.fields) throw error
    const typed = Object.entries(error.fields).find(([field]) => field !== 'file' && field !== 'entity')
    if (!typed) return error
    const [field, problem] = typed
    throw usageError('import-option', { name: field, message: problemWords(problem) })
  }
}

async function readErrors(
  { api }: Session,
  { importId, problemCount }: PreparedImport,
  source: string,
): Promise<ReportedProblem[]> {
  const errors: ReportedProblem[] = []
  while (errors.length < problemCount) {
    const { rows } = await api.imports.listProblems({ importId, offset: errors.length, count: PAGE_MAX })
    if (rows.length === 0) break
    errors.push(...rows.map((problem) => reportedProblem(source, problem)))
  }
  return errors
}

async function saveRejects(
  { session, say }: Work,
  { importId }: PreparedImport,
  target: string,
): Promise<void> {
  const { file } = session.files.giveTarget(target)
  const saving = session.api.imports.saveRejects({ importId, file })
  const { rows } = await session.finish(saving, importMethods.saveRejects)
  say(words('cli.import.rejectsSaved', { count: rows, file: target }))
}

function apply(session: Session, { importId }: PreparedImport, onError: (typeof ON_ERROR)[number]) {
  return session.finish(session.api.imports.apply({ importId, onError }), importMethods.apply)
}

const msSince = (startedAt: number) => Math.round(performance.now() - startedAt)
