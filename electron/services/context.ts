import type { MethodKind } from '../contract/define'
import type { Events, EventName } from '../contract'
import type { Comparison } from '../contract/days'
import type { ChangeSummary } from '../contract/history'
import type { Language } from '../contract/languages'
import type { RestorePreview } from '../contract/restorePreviews'
import type { OpenSchool } from '../contract/school'
import type { Database, WriteOptions } from '../database/open'
import type { ForkParser } from '../exchange/parserProcess'
import type { Changes } from './changes'
import type { Comparisons } from './comparisons'
import type { FileTokens } from './fileTokens'
import type { Jobs } from './jobs'
import type { Lists } from './lists'
import type { PreparedImports } from './preparedImports'
import type { UndoStack } from './undoStack'

export type Emit = <Name extends EventName>(event: Name, payload: Events[Name]) => void

/** The file that is open, as against the school in it. */
export interface OpenFile {
  path: string
  isReadOnly: boolean
  /** What it is a copy of, and the day at whose end that was so; null for a school itself. */
  asOf: { file: string; day: string } | null
  /** Why it is, or null. */
  readOnlyBecause: OpenSchool['readOnlyBecause']
  /** The run before did not end well: what it wrote was not folded into the file. */
  wasCutShort: boolean
  /** The last revision that the file has had. */
  schema: string
  restorePoint: string | null
  upgradeNotes: ChangeSummary[]
}

/** What every method of an open school has at hand. */
export interface SchoolContext {
  database: Database
  openFile: OpenFile
  lists: Lists
  jobs: Jobs
  imports: PreparedImports
  comparisons: Comparisons<Omit<Comparison, 'comparisonId'>>
  restorePreviews: Comparisons<Omit<RestorePreview, 'comparisonId'>>
  files: FileTokens
  undoStack: UndoStack
  /** The language that names sort by. */
  language: Language
  /** The school's day, `YYYY-MM-DD`, by this computer's clock. */
  today: string
  forkParser: ForkParser
  /** For scratch files. */
  workFolder: string
}

/** Inside one transaction, with the change set that it leaves. */
export interface CommandContext extends SchoolContext {
  changes: Changes
}

/** What there is of a school that is being made, inside the transaction that puts the first records into it. */
export type NewSchoolContext = Pick<CommandContext, 'database' | 'changes' | 'language'>
export type FillSchool = (context: NewSchoolContext) => Promise<void>

/** Long work, outside any transaction until it asks for one. */
export interface JobContext extends SchoolContext {
  signal: AbortSignal
  /** `done` of `total`, in any unit; `phase` has its words in the catalogs. Never goes back within a phase. */
  progress(phase: string, done: number, total: number): void
  /** Runs the final writing in one transaction with one change set, whose id is answered too (null: nothing changed). */
  write<Result>(
    work: (context: CommandContext) => Promise<Result>,
    options?: WriteOptions,
  ): Promise<{ result: Result; changeSetId: number | null }>
}

export interface SchoolContexts extends Record<MethodKind, unknown> {
  query: SchoolContext
  command: CommandContext
  job: JobContext
  action: SchoolContext
}
