import { createHash, createHmac, type Hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { UPGRADE } from '../contract/history'
import type { Database } from '../database/open'

/** Makes the salt of a change: without it, nobody could tell from its digest which values it had, once these are gone. */
export const NEW_SALT = 'randomblob(16)'

/** The digest of the changes of one set, in the order in which they were noted. It may be taken while more of them are
 *  being noted: what is hashed in JavaScript then takes no time of its own. */
export class ChangesDigest {
  readonly #database: Database
  readonly #changeSetId: number
  readonly #first: number
  readonly #last: number
  #read = 0
  #count = 0
  #changes = createHash('sha256')
  #salts = createHash('sha256')
  #hashing: Promise<void> = Promise.resolve()
  #waiting = 0

  /** `first` and `last` are the numbers between which the changes of the set lie, both inclusive. */
  constructor(database: Database, changeSetId: number, [first, last]: [first: number, last: number]) {
    this.#database = database
    this.#changeSetId = changeSetId
    this.#first = first
    this.#last = last
    this.restart()
  }

  /** How many changes were read. */
  get count(): number {
    return this.#count
  }

  /** Forgets what was read, for a change was altered since. */
  restart(): void {
    this.#read = this.#first - 1
    this.#count = 0
    this.#changes = createHash('sha256')
    this.#salts = createHash('sha256')
  }

  /** Reads what was noted since the last time, and answers how many changes that was. */
  async readOn(): Promise<number> {
    const before = this.#count
    for (;;) {
      const page = await this.#readPage()
      if (page.last === null) break
      this.#read = page.last
      this.#count += page.count
      this.#hashLater(page)
      if (page.count < PAGE) break
      if (this.#waiting >= WAITING_MAX) await this.#hashing
    }
    return this.#count - before
  }

  /** The digest of them all, and the key to that of the set's params, which is gone with the first salt that is let go. */
  async complete(): Promise<{ digest: Buffer; paramsKey: Buffer }> {
    await this.readOn()
    await this.#hashing
    return { digest: this.#changes.digest(), paramsKey: this.#salts.digest() }
  }

  async #readPage(): Promise<Page> {
    const [page] = await this.#database.query<Page>(PAGE_SQL, [this.#changeSetId, this.#read, this.#last])
    if (!page) throw new Error('an aggregate without a row')
    return page
  }

  #hashLater({ lines, salts }: Page): void {
    const [changes, allSalts] = [this.#changes, this.#salts]
    this.#waiting++
    this.#hashing = this.#hashing.then(async () => {
      await nextTurn()
      if (lines) addLines(changes, lines)
      if (salts) allSalts.update(salts)
      this.#waiting--
    })
  }
}

/** Writes the digest of a change set that is complete. What revisions noted just before, by SQL, is given its own first, if
 *  only the chain has begun. */
export async function sealChangeSet(
  database: Database,
  changeSetId: number,
  digest: ChangesDigest,
): Promise<void> {
  const unsealed = await database.query<PlacedSet>(UNSEALED_SQL, [changeSetId])
  for (const set of unsealed) {
    const salt = `UPDATE changes SET salt = ${NEW_SALT} WHERE change_set_id = $1 AND salt IS NULL`
    await database.run(salt, [set.changeSetId])
    await writeDigest(database, set.changeSetId, digestOfPlaced(database, set))
  }
  await writeDigest(database, changeSetId, digest)
}

/** Lets go of the values of a change set, and of what its words named. What its digest covers of them stays, without the
 *  salt, by which values could be guessed. */
export async function letGoChangeSet(database: Database, changeSetId: number): Promise<void> {
  const set = await database.queryOne<PlacedSet & { params: string; digest: Buffer | null }>(
    `SELECT ${PLACE}, s.params, s.digest FROM change_sets s WHERE s.change_set_id = $1`,
    [changeSetId],
  )
  if (!set) throw new Error(`no change set ${changeSetId}`)
  // A set of a version without digests has nothing that could be kept.
  const { paramsKey } = await digestOfPlaced(database, set).complete()
  const params = set.digest === null ? '' : digestOfParams(paramsKey, set.params)
  for (let last = 0; ;) {
    const changes = await database.query<StoredChange>(CHANGES_SQL, [changeSetId, last])
    const digests = changes.map(({ id, salt, line }) => [
      id,
      salt && digestOfChange(Buffer.from(salt), line).toString('hex'),
    ])
    await database.run(LET_GO_SQL, [JSON.stringify(digests)])
    const end = changes.at(-1)
    if (!end || changes.length < PAGE) break
    last = end.id
    await nextTurn()
  }
  // Where a set went back to names nobody, and says what it took back.
  await database.run(
    `UPDATE change_sets SET params = json_patch($2, json_object('after', params -> 'after')) WHERE change_set_id = $1`,
    [changeSetId, JSON.stringify({ letGo: params })],
  )
}

/** What history's chain of digests says of itself. */
export interface HistoryChain {
  /** The first change set that it covers: those before were written by a version that had none. Null where it covers none. */
  coveredFrom: number | null
  /** The digest of the last change set, which stands for all that it covers: whoever has noted it down can tell later
   *  whether all is still as it was. */
  seal: string | null
  /** The change sets that are not as they were written, or not in their place, or follow on one that is gone. */
  broken: number[]
}

/** Takes every digest anew and compares it with the one that was written. */
export async function verifyChain(database: Database): Promise<HistoryChain> {
  const chain: HistoryChain = { coveredFrom: null, seal: null, broken: [] }
  let previous: Buffer | null = null
  let pending: number[] = []
  for (let last = 0; ;) {
    const sets: WrittenSet[] = await database.query<WrittenSet>(SETS_SQL, [last])
    for (const set of sets) {
      last = set.changeSetId
      if (set.digest === null) {
        // What a revision notes is sealed with the next command.
        if (chain.coveredFrom !== null) (set.command === UPGRADE ? pending : chain.broken).push(last)
        continue
      }
      chain.broken.push(...pending)
      pending = []
      const digest = await digestOf({ ...set, previous }, digestOfPlaced(database, set))
      if (!digest.equals(set.digest)) chain.broken.push(last)
      chain.coveredFrom ??= last
      chain.seal = set.digest.toString('hex')
      previous = set.digest
    }
    if (sets.length < SETS) return chain
  }
}

/** Changes that are read at a time; hashing them takes a millisecond or two. */
const PAGE = 500
/** Pages that wait to be hashed at most, for they are kept in memory. */
const WAITING_MAX = 64
/** Change sets that are read at a time. */
const SETS = 200

interface Page {
  count: number
  /** The number of the last change; null where there is none. */
  last: number | null
  lines: Buffer | null
  salts: Buffer | null
}

/** What of a change its digest covers: `fact, before, after`. */
const LINE = `entity || ':' || record_id || ':' || (before IS NOT NULL) || (after IS NOT NULL) || char(9)
  || coalesce(before, '') || char(9) || coalesce(after, '')`

/** A line for each change, without a line break or a tab in any part of it, as JSON has neither: `digest, salt, fact,
 *  before, after`. The digest is there only where the values are let go. Read by its number, never by the index of sets,
 *  which would be gone through for each page. */
const PAGE_SQL = `SELECT count(*) AS count, max(change_id) AS last, CAST(group_concat(line, '') AS BLOB) AS lines,
    CAST(group_concat(hex(salt), '') AS BLOB) AS salts
  FROM (SELECT change_id, salt, coalesce(hex(digest), '') || char(9) || coalesce(hex(salt), '') || char(9)
      || ${LINE} || char(10) AS line
    FROM changes WHERE +change_set_id = $1 AND change_id > $2 AND change_id <= $3 ORDER BY change_id LIMIT ${PAGE})`

/** What of a change set its digest covers. */
interface SealedSet {
  head: string
  /** By itself, as it may hold names. */
  params: string
  /** The digest of the set before it; null for the first that has one. */
  previous: Buffer | null
}

/** A change set and the numbers between which its changes lie; null where it has none. */
interface PlacedSet {
  changeSetId: number
  first: number | null
  end: number | null
}

type WrittenSet = Omit<SealedSet, 'previous'> & PlacedSet & { command: string; digest: Buffer | null }

const HEAD = `s.change_set_id || char(31) || s.command || char(31) || s.person || char(31) || s.created_at || char(31)
  || s.schema_version || char(31) || s.summary || char(31) || s.columns || char(31) || s.change_count || char(31)
  || coalesce(s.undoes, '')`
const PLACE = `s.change_set_id AS changeSetId,
  (SELECT min(c.change_id) FROM changes c WHERE c.change_set_id = s.change_set_id) AS first,
  (SELECT max(c.change_id) FROM changes c WHERE c.change_set_id = s.change_set_id) AS end`
const SETS_SQL = `SELECT ${PLACE}, ${HEAD} AS head, s.command, s.params, s.digest
  FROM change_sets s WHERE s.change_set_id > $1 ORDER BY s.change_set_id LIMIT ${SETS}`
/** Goes back from the last one: it has a digest but where an upgrade came between, or the chain has not begun. */
const LAST_SEALED = `(SELECT max(change_set_id) FROM change_sets WHERE digest IS NOT NULL)`
const UNSEALED_SQL = `SELECT ${PLACE} FROM change_sets s
  WHERE s.change_set_id > coalesce(${LAST_SEALED}, $1) AND s.change_set_id < $1 AND s.command = '${UPGRADE}'
  ORDER BY s.change_set_id`
const SEALED_SQL = `SELECT ${HEAD} AS head, s.params, (SELECT p.digest FROM change_sets p
    WHERE p.change_set_id < s.change_set_id AND p.digest IS NOT NULL ORDER BY p.change_set_id DESC LIMIT 1) AS previous
  FROM change_sets s WHERE s.change_set_id = $1`

interface StoredChange {
  id: number
  /** As its digest is keyed by it; null before it was sealed. */
  salt: string | null
  line: string
}

/** `line` is as in a page: `fact, before, after`. */
const CHANGES_SQL = `SELECT change_id AS id, hex(salt) AS salt, ${LINE} AS line FROM changes
  WHERE change_set_id = $1 AND change_id > $2 ORDER BY change_id LIMIT ${PAGE}`
const LET_GO_SQL = `UPDATE changes SET salt = NULL, digest = unhex(given.value ->> 1),
    before = iif(before IS NULL, NULL, '[]'), after = iif(after IS NULL, NULL, '[]')
  FROM json_each($1) given WHERE change_id = given.value ->> 0`

const digestOfPlaced = (database: Database, { changeSetId, first, end }: PlacedSet) =>
  new ChangesDigest(database, changeSetId, [first ?? 1, end ?? 0])

async function writeDigest(database: Database, changeSetId: number, changes: ChangesDigest): Promise<void> {
  const set = await database.queryOne<SealedSet>(SEALED_SQL, [changeSetId])
  if (!set) throw new Error(`no change set ${changeSetId}`)
  const digest = await digestOf(set, changes)
  await database.run('UPDATE change_sets SET digest = $2 WHERE change_set_id = $1', [changeSetId, digest])
}

async function digestOf({ head, params, previous }: SealedSet, changes: ChangesDigest): Promise<Buffer> {
  const { digest, paramsKey } = await changes.complete()
  return createHmac('sha256', previous ?? '')
    .update(`${head}\n`)
    .update(LET_GO_PARAMS.exec(params)?.[1] ?? digestOfParams(paramsKey, params))
    .update(digest)
    .digest()
}

const digestOfParams = (key: Buffer, params: string) => createHmac('sha256', key).update(params).digest('hex')

/** The digest of a change by itself. */
const digestOfChange = (salt: Buffer, line: Buffer | string) =>
  createHmac('sha256', salt).update(line).digest()

/** What stands for values, and for params, that were let go. */
const LET_GO_VALUES = /^(\[\])?\t(\[\])?$/
const LET_GO_PARAMS = /^\{"letGo":"([0-9a-f]{64})"(?:,"after":\d+)?\}$/

const [TAB, LINE_BREAK] = [9, 10]

function addLines(hash: Hash, lines: Buffer): void {
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf(LINE_BREAK, at)
    const salt = lines.indexOf(TAB, at) + 1
    const fact = lines.indexOf(TAB, salt) + 1
    const values = lines.indexOf(TAB, fact) + 1
    const isLetGo = salt > at + 1 && LET_GO_VALUES.test(lines.toString('utf8', values, end))
    hash.update(lines.subarray(fact, values))
    hash.update(
      isLetGo
        ? Buffer.from(lines.toString('latin1', at, salt - 1), 'hex')
        : digestOfChange(lines.subarray(salt, fact - 1), lines.subarray(fact, end)),
    )
    at = end + 1
  }
}
