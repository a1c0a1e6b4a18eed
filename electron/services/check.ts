import { requireReadable } from '../database/atRest'
import { databaseFailure } from '../database/failures'
import { Database } from '../database/open'
import { appliedCount, requireRevisions } from '../database/recognise'
import { allRevisions } from '../database/revisions'
import type { HistoryChain } from './changeDigests'
import { checkChain, checkHistory } from './checkHistory'
import { type CheckProblem, firstOf } from './checkProblems'
import { findWrongNameKeys, writeNameKeys } from './nameKeyColumns'
import { readSchool } from './schoolRecord'

/** What is looked at, in this order. */
export const CHECKS = ['integrity', 'constraints', 'foreign-keys', 'names', 'search', 'history'] as const
type CheckName = (typeof CHECKS)[number]

/** What was looked at, and what was found. `chain` is null where history could not be looked at. */
export interface CheckedFile {
  checked: CheckName[]
  problems: CheckProblem[]
  chain: HistoryChain | null
}

export interface CheckOptions {
  /** Called before each part; what it throws ends the check. */
  beforeEach?: () => void
  /** A seal that was noted down: history must still have it. 64 hexadecimal digits. */
  seal?: string | undefined
}

/** What every schema has. */
const ALWAYS: readonly CheckName[] = ['integrity', 'constraints', 'foreign-keys']

/** Looks through a school's file, whoever holds it, and alters nothing. A file that is damaged is a problem, never an
 *  error; one of an earlier schema has only that checked which every schema has. Throws FileRefusedError. */
export async function checkFile(file: string, options: CheckOptions = {}): Promise<CheckedFile> {
  const found = await checkOnce(file, options)
  // A disk that fails at one read and not at the next looks like damage, once.
  return found.problems.some(({ code }) => code === 'damaged') ? checkOnce(file, options) : found
}

async function checkOnce(file: string, { beforeEach = () => {}, seal }: CheckOptions): Promise<CheckedFile> {
  const revisions = allRevisions()
  const applied = revisions.slice(0, await appliedCount(file, revisions))
  const isAtHead = applied.length === revisions.length
  const checked = CHECKS.filter((check) => isAtHead || ALWAYS.includes(check))
  // A connection of its own: one that was open while an index was made anew takes the new one for damaged.
  const database = await openDamaged(file)
  if (!database) await requireReadable(file)
  if (!database)
    return { checked: ['integrity'], problems: [damaged('the list of tables cannot be read')], chain: null }
  try {
    const problems: CheckProblem[] = []
    await requireRevisions((sql) => database.query(sql), applied, file).catch(rethrowUnlessDamage)
    for (const check of checked) {
      beforeEach()
      problems.push(...(await runCheck(check, database)))
    }
    const isDamaged = problems.some(({ code }) => code === 'damaged')
    if (isDamaged) await requireReadable(file)
    if (isDamaged || !isAtHead) {
      if (seal !== undefined) problems.push({ code: 'seal-not-compared', params: { seal } })
      return { checked, problems: settled(problems), chain: null }
    }
    beforeEach()
    const { chain, problems: chainProblems } = await checkChain(database, seal)
    return { checked, problems: settled([...problems, ...chainProblems]), chain }
  } finally {
    await database.close()
  }
}

/** What `repair` can put right: all that follows from the records themselves. */
export function isRepairable({ code }: CheckProblem): boolean {
  return REPAIRABLE.has(code)
}

/** Writes sort keys, folded names and search indexes anew. They are no content: history does not note it. */
export async function repair(database: Database): Promise<void> {
  // The indexes come first: triggers take what they held before out of them, name by name.
  await rebuildSearch(database)
  const { language } = await readSchool(database)
  await writeNameKeys(database, language)
}

/** Makes the search indexes anew. */
export async function rebuildSearch(database: Database): Promise<void> {
  for (const { index } of SEARCH_INDEXES) {
    await database.write(() => database.run(`INSERT INTO ${index} (${index}) VALUES ('rebuild')`))
  }
}

const REPAIRABLE = new Set(['name-keys', 'search-index'])

interface SearchIndex {
  index: string
  /** The view of what should be in it, and its key. */
  view: string
  key: string
}

const SEARCH_INDEXES: SearchIndex[] = [
  { index: 'users_search', view: 'users_search_text', key: 'user_id' },
  { index: 'courses_search', view: 'courses_search_text', key: 'course_id' },
]

/** Complaints that SQLite looks for, and that are told. */
const COMPLAINTS_MAX = 20
const COMPLAINTS_TOLD = 3

const RUN: Record<CheckName, (database: Database) => Promise<CheckProblem[]>> = {
  integrity: checkIntegrity,
  constraints: checkConstraints,
  'foreign-keys': checkForeignKeys,
  names: checkNameKeys,
  search: checkSearch,
  history: checkHistory,
}

/** Null where not even the list of tables can be read. */
async function openDamaged(file: string): Promise<Database | null> {
  try {
    return await Database.open(file, { isReadOnly: true })
  } catch (error) {
    rethrowUnlessDamage(error)
    return null
  }
}

async function runCheck(check: CheckName, database: Database): Promise<CheckProblem[]> {
  try {
    return await RUN[check](database)
  } catch (error) {
    rethrowUnlessDamage(error)
    return [damaged(`${check} cannot be read`)]
  }
}

/** Pages, indexes, and the inner order of the search indexes. */
async function checkIntegrity(database: Database): Promise<CheckProblem[]> {
  const rows = await database.query<{ integrity_check: string }>(`PRAGMA integrity_check(${COMPLAINTS_MAX})`)
  const complaints = rows
    .flatMap((row) => row.integrity_check.split('\n'))
    .filter((line) => line !== 'ok' && !line.startsWith('***'))
  const damage = complaints.filter((complaint) => searchIndexOf(complaint) === null)
  const indexes = complaints.flatMap((complaint) => searchIndexOf(complaint) ?? [])
  return [
    ...(damage.length > 0 ? [damaged(damage.slice(0, COMPLAINTS_TOLD).join('; '))] : []),
    ...indexes.map((index) => ({ code: 'search-index', params: { index } })),
  ]
}

/** The search index that SQLite complains of: it can be made anew, as nothing else can. */
function searchIndexOf(complaint: string): string | null {
  if (!/fts5/i.test(complaint)) return null
  return SEARCH_INDEXES.find(({ index }) => complaint.includes(index))?.index ?? null
}

const damaged = (detail: string): CheckProblem => ({ code: 'damaged', params: { detail } })

/** The CHECKs of the schema, which SQLite's own check leaves out where the file is open for reading only. */
async function checkConstraints(database: Database): Promise<CheckProblem[]> {
  const tables = await database.query<{ name: string; sql: string }>(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%'`,
  )
  const problems: CheckProblem[] = []
  for (const { name: table, sql } of tables) {
    // As createTable writes them: a line for each.
    for (const [, constraint = '', rule] of sql.matchAll(/^\s*CONSTRAINT "(\w+)" CHECK \((.*)\),?$/gm)) {
      const broken = `SELECT rowid AS id FROM "${table}" WHERE NOT (${rule})`
      problems.push(...(await firstOf(database, 'constraint', broken, { table, constraint })))
    }
  }
  return problems
}

async function checkForeignKeys(database: Database): Promise<CheckProblem[]> {
  const rows = await database.query<{ table: string; parent: string; count: number; id: number }>(
    `SELECT "table", parent, count(*) AS count, min(rowid) AS id FROM pragma_foreign_key_check GROUP BY "table", parent`,
  )
  return rows.map((params) => ({ code: 'orphans', params: { ...params } }))
}

async function checkNameKeys(database: Database): Promise<CheckProblem[]> {
  const { language } = await readSchool(database)
  const wrong = await findWrongNameKeys(database, language)
  return wrong.map((params) => ({ code: 'name-keys', params: { ...params } }))
}

async function checkSearch(database: Database): Promise<CheckProblem[]> {
  const problems: CheckProblem[] = []
  for (const search of SEARCH_INDEXES) {
    const isWrong = await isSearchWrong(database, search).catch(rethrowUnlessDamage)
    if (isWrong) problems.push({ code: 'search-index', params: { index: search.index } })
  }
  return problems
}

/** Answers true for what SQLite finds damaged; any other failure goes on. */
function rethrowUnlessDamage(error: unknown): true {
  if (databaseFailure(error)?.kind !== 'damaged') throw error
  return true
}

/** Compares an index, term by term, with one made anew in temporary storage: FTS5's own comparison would have to write. */
async function isSearchWrong(database: Database, { index, view, key }: SearchIndex): Promise<boolean> {
  const summary = `SELECT term, count(*) AS count, sum(doc) AS docs, sum(doc * (offset + 1)) AS places`
  const steps = [
    `CREATE VIRTUAL TABLE temp.check_fresh USING fts5(text, content='', tokenize='trigram', columnsize=0)`,
    `INSERT INTO temp.check_fresh (rowid, text) SELECT ${key}, text FROM ${view}`,
    `CREATE VIRTUAL TABLE temp.check_wanted USING fts5vocab('temp', 'check_fresh', 'instance')`,
    `CREATE VIRTUAL TABLE temp.check_found USING fts5vocab('main', '${index}', 'instance')`,
    `CREATE TEMP TABLE check_terms_wanted AS ${summary} FROM temp.check_wanted GROUP BY term`,
    `CREATE TEMP TABLE check_terms_found AS ${summary} FROM temp.check_found GROUP BY term`,
  ]
  const tables = ['terms_found', 'terms_wanted', 'found', 'wanted', 'fresh']
  try {
    for (const step of steps) await database.runOnReader(step)
    const [row] = await database.read<{ differing: number }>(
      `SELECT EXISTS (SELECT * FROM temp.check_terms_wanted EXCEPT SELECT * FROM temp.check_terms_found)
        OR EXISTS (SELECT * FROM temp.check_terms_found EXCEPT SELECT * FROM temp.check_terms_wanted) AS differing`,
    )
    return row?.differing === 1
  } finally {
    for (const table of tables) await database.runOnReader(`DROP TABLE IF EXISTS temp.check_${table}`)
  }
}

/** Each thing once. In a damaged file the first to notice has said it, and nothing else is worth putting right. */
function settled(problems: CheckProblem[]): CheckProblem[] {
  const damage = problems.find(({ code }) => code === 'damaged')
  if (damage) return [damage, ...problems.filter(({ code }) => code !== 'damaged' && !REPAIRABLE.has(code))]
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  return [...byText.values()]
}
