import { resolve } from 'node:path'
import type { CheckProblem } from '../../services/check'
import { words } from '../../services/words'
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
    return outcomeOf(args.has('fix') ? await lookAndFix(session, file) : await look(file))
  },
}

async function look(file: string): Promise<Checked> {
  const { checkFile } = await import('../../services/check')
  return { ...(await checkFile(file)), fixed: [] }
}

async function lookAndFix(session: Session, file: string): Promise<Checked> {
  const { checkDatabase, CHECKS, isRepairable, repair } = await import('../../services/check')
  const { database } = await session.open(file, 'write')
  const found = await checkDatabase(database)
  if (!found.some(isRepairable)) return { checked: CHECKS, problems: found, fixed: [] }
  await repair(database)
  const problems = await checkDatabase(database)
  const isLeft = ({ code }: CheckProblem) => problems.some((problem) => problem.code === code)
  return { checked: CHECKS, problems, fixed: found.filter((problem) => !isLeft(problem)) }
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
