import { resolve } from 'node:path'
import type { CheckProblem } from '../../services/check'
import { words } from '../../services/words'
import { requireFile } from '../requireFile'
import type { Command, Outcome } from '../command'
import type { Session } from '../session'

/** What was looked at, what was found, and what of it was put right. */
interface Checked {
  checked: readonly string[]
  problems: CheckProblem[]
  fixed: CheckProblem[]
}

/** Looks through a file, whoever holds it; with `--fix` it writes anew what follows from the records. */
export const check: Command = {
  arguments: [{ name: 'FILE' }],
  options: { fix: {} },

  async run({ args, session }) {
    const file = resolve(args.argument('FILE'))
    await requireFile(file)
    return outcomeOf(args.has('fix') ? await lookAndFix(session, file) : await look(session, file))
  },
}

async function look(session: Session, file: string): Promise<Checked> {
  const { checkFile } = await import('../../services/check')
  return { ...(await checkFile(file, () => session.stopIfStopped())), fixed: [] }
}

async function lookAndFix(session: Session, file: string): Promise<Checked> {
  const { checkFile, isRepairable, repair } = await import('../../services/check')
  // A damaged file is not opened for writing at all.
  const seen = await look(session, file)
  if (seen.problems.some(({ code }) => code === 'damaged')) return seen
  const school = await session.open(file, 'write')
  const found = await checkFile(file)
  if (!found.problems.some(isRepairable)) return { ...found, fixed: [] }
  await repair(school.database)
  const left = await checkFile(file)
  const isLeft = ({ code }: CheckProblem) => left.problems.some((problem) => problem.code === code)
  return { ...left, fixed: found.problems.filter((problem) => !isLeft(problem)) }
}

function outcomeOf({ checked, problems, fixed }: Checked): Outcome {
  const isSound = problems.length === 0
  const lines = [
    words('cli.check.checked', { what: checked.map((each) => words(`cli.check.parts.${each}`)).join(', ') }),
    ...fixed.map((problem) => words('cli.check.fixed', { what: problemText(problem) })),
    ...problems.map((problem) => `${problemText(problem)} ${words(`cli.check.advice.${problem.code}`)}`),
    isSound ? words('cli.check.sound') : words('cli.check.unsound', { count: problems.length }),
  ]
  return {
    json: { ok: isSound, problems: problems.map(described), fixed: fixed.map(described), checked },
    text: lines.join('\n'),
    exitCode: isSound ? 0 : 1,
  }
}

function described(problem: CheckProblem) {
  const { code, params } = problem
  return { code, message: problemText(problem), advice: words(`cli.check.advice.${code}`), ...params }
}

function problemText({ code, params }: CheckProblem): string {
  return words(`cli.check.problems.${code}`, params)
}
