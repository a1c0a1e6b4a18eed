import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkFile } from '../../../electron/services/check'
import { SideConnection } from '../../../electron/database/scratch'
import type { Row } from '../../../electron/database/open'
import { dumpOf, dumpOfFile, withoutNumbers } from '../../helpers/dump'
import { nodeParser } from '../../../electron/exchange/parserProcess'
import { Program } from '../work/startedProgram'
import { completedBy } from './courses'
import { Desk, type Seen } from './desk'
import { Draws } from './draws'
import {
  backTo,
  DONE,
  type HistoryPlan,
  nextOf,
  noted,
  toldSets,
  undoLast,
  withSet,
  type World,
} from './history'
import { dayFrom, type Outcome, type Plan } from './plan'
import type { Started } from './program'
import type { Records } from './records'
import { recordsSeen, requireForeseen, requireShown, settle, Unlike } from './settle'
import { type Other, PLANNED, type Step } from './steps'

export interface TrialOptions {
  /** An empty folder. */
  folder: string
  /** The school to begin with. */
  template: string
  /** The built program that is killed. */
  program: string
  /** The built parser. */
  parser: string
}

type Dump = Record<string, Row[]>

/** What another program was asked for and how that went: null where it had not told when it was killed. */
interface Killed {
  plan: HistoryPlan
  outcome: Outcome | null
  since: number
}

interface KeptBackup {
  path: string
  world: World
  dump: unknown[]
}

/** Runs steps against a school and against the model, and holds the two against each other after each. */
export class Trial {
  readonly #options: TrialOptions
  readonly file: string
  readonly #desk: Desk
  readonly #unexpected: string[] = []
  readonly #backups: KeptBackup[] = []
  #world: World
  #first: { id: number; dump: Dump } = { id: 0, dump: {} }
  #days = FIRST_DAYS
  /** How often each step changed something, or did what needs no change. */
  readonly done = new Map<string, number>()
  /** What was done, for the words of a failure. */
  readonly log: string[] = []
  /** Kills before the program had told how it went, and those of them after it was done. */
  cutShort = 0
  doneUntold = 0

  static async begin(options: TrialOptions): Promise<Trial> {
    const folder = join(options.folder, 'school')
    await mkdir(folder)
    const file = join(folder, 'school.rollbook')
    await copyFile(options.template, file)
    const trial = new Trial(options, file)
    await trial.#desk.open()
    await trial.#learn()
    return trial
  }

  private constructor(options: TrialOptions, file: string) {
    this.#options = options
    this.file = file
    this.#desk = new Desk({
      ...{
        file,
        workFolder: join(options.folder, 'work'),
        days: this.#days,
        forkParser: nodeParser(options.parser),
      },
      onUnexpected: (method, error) => this.#unexpected.push(`${method}: ${String(error)}`),
    })
    this.#world = { records: NOTHING, sets: [], session: NEW_SESSION, today: todayIn(this.#days) }
  }

  /** Takes the school as it is for the beginning. */
  async #learn(): Promise<void> {
    const seen = await this.#desk.see()
    const records = recordsSeen(seen)
    const id = seen.sets[0]?.changeSetId ?? 0
    const sets = [...seen.sets].reverse().map(({ changeSetId, direction, undoes, changeCount }) => ({
      ...{ id: changeSetId, direction, undoes, changeCount, after: null, changes: [], isLetGo: false },
      records: changeSetId === id ? records : null,
    }))
    this.#world = { ...this.#world, records, sets }
    this.#first = { id, dump: await this.#dump() }
  }

  /** Does a step. Throws Unlike where the school did otherwise than the model. */
  async take({ name, numbers }: Step): Promise<void> {
    this.log.push(name)
    const draws = new Draws(numbers)
    const plan = PLANNED[name]
    const isDone = plan ? await this.#do(plan(draws, this.#world)) : await this.#other(name as Other, draws)
    if (isDone) this.done.set(name, (this.done.get(name) ?? 0) + 1)
    if (this.#unexpected.length > 0) throw new Unlike(this.#unexpected.join('; '))
  }

  /** Goes back to the beginning and forth again, and looks through the whole file. */
  async finish(): Promise<void> {
    await this.#backAndForth()
    const { problems } = await checkFile(this.file)
    if (problems.length > 0) throw new Unlike(`the file is not whole: ${JSON.stringify(problems)}`)
  }

  close(): Promise<void> {
    return this.#desk.close()
  }

  #note({ request }: Plan, outcome: Outcome | null): void {
    this.log.push(`  ${JSON.stringify(request)} ${JSON.stringify(outcome)}`)
  }

  async #do(plan: HistoryPlan): Promise<boolean> {
    const since = Date.now()
    const outcome = await this.#desk.ask(plan.request)
    this.#note(plan, outcome)
    requireForeseen(plan, outcome)
    await this.#meet(outcome.ok ? plan : { records: this.#world.records }, since)
    return outcome.ok
  }

  /** Holds what is shown against the model, once it has done what was planned. */
  async #meet({ records, mark = DONE }: Pick<HistoryPlan, 'records' | 'mark'>, since: number): Promise<void> {
    const seen = await this.#desk.see()
    const { sets, session } = this.#world
    const world = withSet(this.#world, settle(records, seen, since), mark)
    const written = world.sets.at(-1)
    const isNew = world.sets.length > sets.length
    this.#world = isNew && written ? { ...world, session: noted(session, written.id, mark) } : world
    this.#require(seen)
  }

  #require(seen: Seen): void {
    requireShown(this.#world.records, seen, this.#world.today)
    this.#requireHistory(seen)
  }

  #requireHistory({ sets, next }: Seen): void {
    const told = toldSets(this.#world.sets).reverse().slice(0, sets.length)
    if (told.length !== sets.length) throw new Unlike(`there are ${sets.length} change sets`)
    for (const [index, set] of told.entries()) {
      const shown = sets[index]
      const wrong = Object.entries(set).filter(
        ([name, value]) => shown?.[name as keyof typeof shown] !== value,
      )
      if (wrong.length > 0)
        throw new Unlike(
          `change set ${set.changeSetId} should have ${JSON.stringify(Object.fromEntries(wrong))}: ${JSON.stringify(shown)}`,
        )
    }
    const { undo: toUndo, redo: toRedo } = nextOf(this.#world)
    const shown = [next.undo?.changeSetId ?? null, next.redo?.changeSetId ?? null]
    if (shown[0] !== toUndo || shown[1] !== toRedo)
      throw new Unlike(`${shown.join(' and ')} can be undone and redone next, not ${toUndo} and ${toRedo}`)
  }

  async #other(name: Other, draws: Draws): Promise<boolean> {
    switch (name) {
      case 'reopen':
        return this.#reopen(draws.of([0, 1, 30]))
      case 'backUp':
        return this.#keep(await this.#desk.backUp())
      case 'restore':
        return this.#restore(draws)
      case 'kill':
        return this.#kill(draws)
      case 'backAndForth':
        return this.#backAndForth()
    }
  }

  async #reopen(daysLater: number): Promise<boolean> {
    await this.#desk.close()
    this.#days += daysLater
    await this.#desk.open(this.#days)
    await this.#meetOpened(this.#world)
    return true
  }

  /** Meets a school that was opened, with what another program may have done to it since. An opening completes what has ended,
   *  in a change set of its own that no undo goes back to by itself. Answers whether the other did what it may have. */
  async #meetOpened(world: World, killed?: Killed): Promise<boolean> {
    const since = killed?.since ?? Date.now() - OPENING
    const seen = await this.#desk.see()
    const today = todayIn(this.#days)
    const isDone = !!killed && (killed.outcome?.ok ?? hasNewSet(seen, world))
    const { records, mark } = isDone ? killed.plan : { records: world.records, mark: DONE }
    const opened = withSet(world, settle(records, seen, since), mark)
    const completed = settle(completedBy(opened.records, today), seen, since)
    this.#world = { ...withSet(opened, completed), session: NEW_SESSION, today }
    this.#require(seen)
    return isDone
  }

  async #restore(draws: Draws): Promise<boolean> {
    if (this.#backups.length === 0) return false
    const { world, path, dump } = draws.of(this.#backups)
    if (JSON.stringify(await dumpOfFile(path)) !== JSON.stringify(dump))
      throw new Unlike(`the backup ${path} is not what was backed up`)
    await this.#keep(await this.#desk.restore(path))
    await this.#meetOpened(world)
    return true
  }

  async #keep(path: string): Promise<boolean> {
    this.#backups.push({ path, world: this.#world, dump: await dumpOfFile(path) })
    return true
  }

  /** Another process does it, and is killed at any moment: what it has told of is done, else all of it or nothing. */
  async #kill(draws: Draws): Promise<boolean> {
    // What has ended is completed here, and not by the other when it opens the school.
    await this.#reopen(0)
    const name = draws.of(KILLED)
    const delay = draws.below(name === 'importPeople' ? 300 : 25)
    const plan = PLANNED[name]?.(draws, { ...this.#world, session: NEW_SESSION })
    if (!plan) throw new Error(`no step ${name}`)
    await this.#desk.close()
    const since = Date.now()
    const outcome = await this.#askAndKill(plan, delay)
    this.#note(plan, outcome)
    if (outcome) requireForeseen(plan, outcome)
    else this.cutShort++
    await this.#desk.open()
    const isDone = await this.#meetOpened(this.#world, { plan, outcome, since })
    if (isDone && !outcome) this.doneUntold++
    return true
  }

  async #askAndKill({ request }: Plan, delay: number): Promise<Outcome | null> {
    const started: Started = {
      file: this.file,
      workFolder: join(this.#options.folder, 'killed'),
      parser: this.#options.parser,
      days: this.#days,
    }
    const program = new Program(process.execPath, [this.#options.program, JSON.stringify(started)])
    await program.next()
    program.ask(JSON.stringify(request))
    await pause(delay)
    program.kill()
    let outcome: Outcome | null = null
    for (let told = await program.next(); told !== null; told = await program.next())
      outcome = told as unknown as Outcome
    await program.ended()
    return outcome
  }

  /** All is taken back that was done since the beginning, or since values were let go; and that is taken back. */
  async #backAndForth(): Promise<boolean> {
    const { sets } = this.#world
    const lastLetGo = Math.max(0, ...sets.filter(({ isLetGo }) => isLetGo).map(({ id }) => id))
    const moment = sets.find(({ id, records }) => records && id >= lastLetGo)
    const before = await this.#dump()
    if (!moment || !(await this.#do(backTo(this.#world, moment.id)))) return false
    const left =
      moment.id === this.#first.id
        ? differing(withoutNumbers(this.#first.dump), withoutNumbers(await this.#dump()))
        : null
    if (left !== null)
      throw new Unlike(`all was taken back, and the file is not what it was at first: ${left}`)
    await this.#do(undoLast(new Draws([]), this.#world))
    const unlike = differing(before, await this.#dump())
    if (unlike !== null) throw new Unlike(`back and forth again, the file is not what it was: ${unlike}`)
    return true
  }

  /** Every row but history's. */
  #dump(): Promise<Dump> {
    return SideConnection.readMoment(this.file, dumpOf)
  }
}

/** How many days the clock is ahead at first: changes are dated by this computer's own. */
const FIRST_DAYS = 2
/** Milliseconds before a school is met that its opening may have begun. */
const OPENING = 60_000
const KILLED = ['createPerson', 'enroll', 'importPeople', 'removePeople', 'undo', 'undoAfter', 'changePerson']
const NEW_SESSION = { done: [], undone: [] }
const NOTHING: Records = {
  school: new Map(),
  userTypes: new Map(),
  users: new Map(),
  courses: new Map(),
  enrollments: new Map(),
}

function todayIn(days: number): string {
  const now = new Date()
  const today = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()))
  return dayFrom(today.toISOString().slice(0, 10), days)
}

/** Whether a set more is there than the model knows, but for what an opening may write. */
const hasNewSet = ({ sets }: Seen, world: World) =>
  sets.some(
    ({ changeSetId, command }) =>
      changeSetId > (world.sets.at(-1)?.id ?? 0) && command !== 'enrollments.completeEnded',
  )

/** The tables of a dump that have other rows in another, with those; null for none. */
function differing(dump: Dump, other: Dump): string | null {
  const tables = Object.keys(dump).filter(
    (name) => JSON.stringify(dump[name]) !== JSON.stringify(other[name]),
  )
  const told = tables.map(
    (name) => `${name} ${JSON.stringify(dump[name])}, then ${JSON.stringify(other[name])}`,
  )
  return told.length > 0 ? told.join('; ') : null
}
