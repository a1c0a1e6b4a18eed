import { resolve } from 'node:path'
import type { CheckedFile } from '../../services/check'
import type { CheckProblem } from '../../services/checkProblems'
import type { HistoryChain } from '../../services/changeDigests'
import { words } from '../../services/words'
import { usageError } from '../arguments'
import { requireFile } from '../requireFile'
import type { Command, Outcome } from '../command'
import type { Session } from '../session'

/** What was looked at, what was found, and what of it was put right. */
interface Checked extends CheckedFile {
  fixed: CheckProblem[]
}

/** Looks through a file, whoever holds it; with `--fix` it writes anew what follows from the records. */
export const check: Command = {
  arguments: [{ name: 'FILE' }],
  options: { fix: {}, seal: { value: 'SEAL' } },

  async run({ args, session }) {
    const file = resolve(args.argument('FILE'))
    await requireFile(file)
    const seal = args.text('seal')
    if (seal !== undefined && !SEAL.test(seal)) throw usageError('not-a-seal', { value: seal })
    return outcomeOf(
      args.has('fix') ? await lookAndFix(session, file, seal) : await look(session, file, seal),
    )
  },
}

const SEAL = /^[0-9a-f]{64}$/

async function look(session: Session, file: string, seal?: string): Promise<Checked> {
  const { checkFile } = await import('../../services/check')
  return { ...(await checkFile(file, { beforeEach: () => session.stopIfStopped(), seal })), fixed: [] }
}

async function lookAndFix(session: Session, file: string, seal?: string): Promise<Checked> {
  const { checkFile, isRepairable, repair } = await import('../../services/check')
  // A damaged file is not opened for writing at all.
  const seen = await look(session, file, seal)
  if (seen.problems.some(({ code }) => code === 'damaged')) return seen
  const school = await session.open(file, 'write')
  const found = await checkFile(file, { seal })
  if (!found.problems.some(isRepairable)) return { ...found, fixed: [] }
  await repair(school.database)
  const left = await checkFile(file, { seal })
  const isLeft = ({ code }: CheckProblem) => left.problems.some((problem) => problem.code === code)
  return { ...left, fixed: found.problems.filter((problem) => !isLeft(problem)) }
}

function outcomeOf({ checked, problems, chain, fixed }: Checked): Outcome {
  const isSound = problems.length === 0
  const lines = [
    words('cli.check.checked', { what: checked.map((each) => words(`cli.check.parts.${each}`)).join(', ') }),
    ...fixed.map((problem) => words('cli.check.fixed', { what: problemText(problem) })),
    ...problems.map((problem) => `${problemText(problem)} ${words(`cli.check.advice.${problem.code}`)}`),
    ...(chain ? [chainText(chain)] : []),
    isSound ? words('cli.check.sound') : words('cli.check.unsound', { count: problems.length }),
  ]
  return {
    json: {
      ok: isSound,
      problems: problems.map(described),
      fixed: fixed.map(described),
      checked,
      history: chain && { coveredFrom: chain.coveredFrom, seal: chain.seal },
    },
    text: lines.join('\n'),
    exitCode: isSound ? 0 : 1,
  }
}

/** Which part of history is covered by digests. What is not, is no problem: an earlier version wrote it. */
function chainText({ coveredFrom, seal }: HistoryChain): string {
  if (coveredFrom === null) return words('cli.check.chain.notYet')
  return words(coveredFrom === 1 ? 'cli.check.chain.all' : 'cli.check.chain.from', {
    id: coveredFrom,
    seal: seal ?? '',
  })
}

function described(problem: CheckProblem) {
  const { code, params } = problem
  return { code, message: problemText(problem), advice: words(`cli.check.advice.${code}`), ...params }
}

function problemText({ code, params }: CheckProblem): string {
  return words(`cli.check.problems.${code}`, params)
}
