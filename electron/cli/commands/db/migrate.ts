import { AppError } from '../../../contract/errors'
import { exists } from '../../../database/header'
import { createFile, downgrade as takeBack, upgradeTo, type UpgradeStep } from '../../../database/migrate'
import { migrationSql } from '../../../database/migrationSql'
import type { Revision } from '../../../database/operations'
import { appliedCount } from '../../../database/recognise'
import { stampFile } from '../../../database/stamp'
import { toAppError } from '../../../services/failures'
import { words } from '../../../services/words'
import type { Command, Outcome, Work } from '../../command'
import { requireFile } from '../../requireFile'
import { version } from '../../version'
import { sqlText } from './chain'
import { asOnlyWriter, databaseFile, FILE_OPTION } from './databaseFile'
import { countAt, readRevisions } from './revisions'

const SQL_OPTIONS = { ...FILE_OPTION, sql: {} }

/** Brings a file forward; one that is not there is made. */
export const upgrade: Command = {
  arguments: [{ name: 'TARGET', isOptional: true }],
  options: SQL_OPTIONS,
  run: (work) => migrate(work, 'upgrade', 'head'),
}

/** Takes revisions back. */
export const downgrade: Command = {
  arguments: [{ name: 'TARGET', isOptional: true }],
  options: SQL_OPTIONS,
  run: (work) => migrate(work, 'downgrade', '-1'),
}

/** Notes a file as being at a revision, and runs nothing. */
export const stamp: Command = {
  arguments: [{ name: 'TARGET' }],
  options: FILE_OPTION,

  async run(work) {
    const typed = databaseFile(work)
    await requireFile(typed)
    const revisions = readRevisions()
    return asOnlyWriter(typed, async (file) => {
      const from = await appliedCount(file, revisions)
      const to = countAt(work.args.argument('TARGET'), revisions, from)
      await stampFile(file, revisions.slice(0, to), { appVersion: version })
      const revision = nameAt(revisions, to)
      return {
        json: { file, from: nameAt(revisions, from), revision },
        text: words('cli.db.stamped', { file, name: revision ?? words('cli.db.base') }),
      }
    })
  },
}

type Direction = 'upgrade' | 'downgrade'

async function migrate(work: Work, direction: Direction, standard: string): Promise<Outcome> {
  const typed = databaseFile(work)
  const revisions = readRevisions()
  const isThere = await exists(typed)
  if (!isThere && direction === 'downgrade') await requireFile(typed)
  const from = isThere ? await appliedCount(typed, revisions) : 0
  const to = countAt(work.args.argument('TARGET') || standard, revisions, from)
  if (direction === 'upgrade' ? to < from : to > from)
    throw new AppError('conflict', {
      reason: `is-no-${direction}`,
      from: shownAt(revisions, from),
      to: shownAt(revisions, to),
    })
  if (work.args.has('sql')) {
    const statements = await migrationSql(revisions, from, to, { appVersion: version })
    return { json: { file: typed, statements }, text: sqlText(statements) }
  }
  const restorePoint = await asOnlyWriter(typed, (file) => run(work, { file, revisions, from, to, isThere }))
  const json = { file: typed, from: nameAt(revisions, from), revision: nameAt(revisions, to), restorePoint }
  return { json, text: words('cli.db.nowAt', { file: typed, name: shownAt(revisions, to) }) }
}

interface Migration {
  file: string
  revisions: Revision[]
  from: number
  to: number
  isThere: boolean
}

/** The answer is the path of the restore point, or null. */
async function run({ say }: Work, { file, revisions, from, to, isThere }: Migration): Promise<string | null> {
  let last = ''
  const onStep = ({ revision }: UpgradeStep) => {
    if (revision !== last) say(words(to < from ? 'cli.db.takingBack' : 'cli.db.applying', { name: revision }))
    last = revision
  }
  const options = { appVersion: version, onStep }
  try {
    if (!isThere) await createFile(file, revisions.slice(0, to), options)
    else if (to < from) return await takeBack(file, revisions, to, options)
    else return await upgradeTo(file, revisions, to, options)
    return null
  } catch (error) {
    throw failureIn(last, error)
  }
}

/** What a revision came to grief on is for its author to read. */
function failureIn(revision: string, error: unknown): AppError {
  const known = toAppError(error)
  if (revision === '' || !(error instanceof Error)) return known
  if (!['unexpected', 'invalid', 'conflict'].includes(known.code)) return known
  return new AppError('conflict', { reason: 'revision-failed', name: revision, message: error.message })
}

const nameAt = (revisions: readonly Revision[], count: number) => revisions[count - 1]?.name ?? null

const shownAt = (revisions: readonly Revision[], count: number) =>
  nameAt(revisions, count) ?? words('cli.db.base')
