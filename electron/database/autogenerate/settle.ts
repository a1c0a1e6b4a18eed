import type { Schema } from '../schema/schema'
import { sameName } from '../schema/sqlTokens'
import { isGenerated } from '../tables/tablePlan'
import { compareSchemas } from './compareSchemas'
import type { ColumnDifference, Difference, Renaming } from './differences'
import { isFilledFromElsewhere } from './objectSteps'
import { likelyRenamings, withRenamings } from './renamings'

/** What a comparison cannot know by itself. */
export interface Answers {
  /** `users.phone=users.mobile`, `people=users`. */
  renames?: readonly string[]
  /** `users.phone`, `people`: it may go, with all that is in it. */
  drops?: readonly string[]
  /** Asks a person who is there to answer yes or no. */
  ask?: (question: string) => Promise<boolean>
}

/** Records would be lost, or an answer does not fit. Each problem is a line that says what would settle it. */
export class UnsettledError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
    this.name = 'UnsettledError'
  }
}

/** The differences of two schemas, once it is known what was renamed and what may go. Throws UnsettledError where a
 *  column or a table would be dropped that nobody said may go: there may be records in it. */
export async function settledDifferences(
  before: Schema,
  after: Schema,
  answers: Answers,
): Promise<Difference[]> {
  const drops = [...(answers.drops ?? [])]
  const renamings = readRenames(before, after, answers.renames ?? [])
  for (;;) {
    const differences = compareSchemas(before, after, renamings)
    const question = firstQuestion(withRenamings(before, renamings), after, differences, drops)
    if (!question || !answers.ask) {
      requireSettled(withRenamings(before, renamings), after, differences, drops)
      return differences
    }
    const renaming = await whichRenaming(question.renamings, answers.ask)
    if (renaming) renamings.push(renaming)
    else if (await answers.ask(`Drop ${wordsOf(question).join(' ')}?`)) drops.push(question.name)
    else throw new UnsettledError([refusal(question)])
  }
}

interface Question {
  what: 'column' | 'table'
  name: string
  /** The column stays, but not what is in it. */
  isComputed?: boolean
  renamings: Renaming[]
}

const firstQuestion = (...given: Parameters<typeof questionsOf>) => questionsOf(...given)[0]

/** What would go with the records in it, and that nobody has spoken of. */
function questionsOf(
  before: Schema,
  after: Schema,
  differences: readonly Difference[],
  drops: readonly string[],
): Question[] {
  const likely = likelyRenamings(before, after)
  return lostIn(differences)
    .filter(({ name }) => !drops.some((drop) => sameName(drop, name)))
    .map((lost) => ({ ...lost, renamings: likely.filter((one) => sameName(formerName(one), lost.name)) }))
}

function lostIn(differences: readonly Difference[]): Omit<Question, 'renamings'>[] {
  return differences.flatMap((one): Omit<Question, 'renamings'>[] => {
    switch (one.of) {
      case 'table':
        return one.after ? [] : [{ what: 'table', name: one.name }]
      case 'virtual table':
        return one.before === undefined || isFilledFromElsewhere(one.before)
          ? []
          : [{ what: 'table', name: one.name }]
      case 'column':
        return lostColumn(one)
      default:
        return []
    }
  })
}

function lostColumn({ table, name, before, after }: ColumnDifference): Omit<Question, 'renamings'>[] {
  const lost = { what: 'column', name: `${table}.${name}` } as const
  if (!after) return [lost]
  return before && !isGenerated(before) && isGenerated(after) ? [{ ...lost, isComputed: true }] : []
}

function requireSettled(
  before: Schema,
  after: Schema,
  differences: readonly Difference[],
  drops: readonly string[],
): void {
  const lost = lostIn(differences)
  const needless = drops
    .filter((drop) => !lost.some(({ name }) => sameName(name, drop)))
    .map((drop) => `--drop ${drop}: nothing of that name goes`)
  const problems = [...questionsOf(before, after, differences, drops).map(refusal), ...needless]
  if (problems.length > 0) throw new UnsettledError(problems)
}

function refusal(question: Question): string {
  const renames = question.renamings.map((one) => `--rename ${formerName(one)}=${newName(one)}`)
  const [what, how] = wordsOf(question)
  return `the ${what} would go ${how}: say ${[...renames, `--drop ${question.name}`].join(' or ')}`
}

const wordsOf = ({ what, name, isComputed = false }: Question) => [
  `${what} '${name}'`,
  `with all that is in it${isComputed ? ', to be computed instead' : ''}`,
]

async function whichRenaming(
  renamings: Renaming[],
  ask: NonNullable<Answers['ask']>,
): Promise<Renaming | undefined> {
  for (const one of renamings)
    if (await ask(`Was '${formerName(one)}' renamed to '${newName(one)}'?`)) return one
  return undefined
}

const formerName = (one: Renaming) => (one.of === 'renamed table' ? one.from : `${one.table}.${one.from}`)
const newName = (one: Renaming) => (one.of === 'renamed table' ? one.to : `${one.table}.${one.to}`)

/** Tables first: a column's table goes by its new name then, whichever was written. */
function readRenames(before: Schema, after: Schema, texts: readonly string[]): Renaming[] {
  const renamings = texts
    .map(readRename)
    .sort((a, b) => Number(a.of === 'renamed column') - Number(b.of === 'renamed column'))
  const problems = renamings.flatMap((one, place) =>
    problemsOf(one, withRenamings(before, renamings.slice(0, place)), after),
  )
  if (problems.length > 0) throw new UnsettledError(problems)
  return renamings
}

function readRename(text: string): Renaming {
  const [, fromTable = '', fromColumn, toTable = '', toColumn] =
    /^([^.=]+)(?:\.([^.=]+))?=([^.=]+)(?:\.([^.=]+))?$/.exec(text) ?? []
  if (fromTable !== '' && fromColumn === undefined && toColumn === undefined)
    return { of: 'renamed table', from: fromTable, to: toTable }
  if (fromColumn !== undefined && toColumn !== undefined)
    return { of: 'renamed column', table: toTable, from: fromColumn, to: toColumn }
  throw new UnsettledError([
    `--rename ${text}: it is written users.phone=users.mobile for a column, people=users for a table`,
  ])
}

function problemsOf(one: Renaming, before: Schema, after: Schema): string[] {
  const flag = `--rename ${formerName(one)}=${newName(one)}`
  const [former, coming] =
    one.of === 'renamed table'
      ? [before.tables, after.tables]
      : [columnsOf(before, one.table), columnsOf(after, one.table)]
  const has = (all: object, name: string) => Object.keys(all).some((other) => sameName(other, name))
  return [
    ...(has(former, one.from) ? [] : [`${flag}: there is no '${formerName(one)}' yet`]),
    ...(has(former, one.to) ? [`${flag}: there is a '${newName(one)}' already`] : []),
    ...(has(coming, one.from) ? [`${flag}: the models still have '${formerName(one)}'`] : []),
    ...(has(coming, one.to) ? [] : [`${flag}: the models have no '${newName(one)}'`]),
  ]
}

const columnsOf = ({ tables }: Schema, table: string) =>
  Object.entries(tables).find(([name]) => sameName(name, table))?.[1].columns ?? {}
