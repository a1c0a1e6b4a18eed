import type { EntityName } from '../contract'
import type { ChangeSet } from '../contract/history'
import type { Database } from '../database/open'
import { deleteRecords, insertRecord, updateRecords } from '../database/recordWriting'
import { ChangesDigest, NEW_SALT, sealChangeSet } from './changeDigests'
import { columnsOf, RECORD_TABLES, rowAsJson } from './records'

export interface ChangeAuthor {
  /** The method that was called: `users.create`. */
  command: string
  person: string
}

/** SQL of a query that gives ids, without parameters or user's text in it: `SELECT id FROM temp.selected`. */
export type IdQuery = string

/** The only way to write a record: what it does, it also notes, before and after, in one change set for the command. */
export class Changes {
  /** The entities whose records were touched. */
  readonly entities = new Set<EntityName>()
  readonly #database: Database
  readonly #author: ChangeAuthor
  #changeSetId: number | null = null
  #summary: string
  #params: Record<string, string | number> = {}
  #undoes: number | null = null
  #direction: ChangeSet['direction'] = 'done'
  #digest: ChangesDigest | null = null

  constructor(database: Database, author: ChangeAuthor) {
    this.#database = database
    this.#author = author
    this.#summary = author.command
  }

  /** Says what the command did, in a code that has its words in the catalogs under `changes`. */
  summarize(summary: string, params: Record<string, string | number> = {}): void {
    this.#summary = summary
    this.#params = params
  }

  /** The change set that this one undoes. */
  get undoes(): number | null {
    return this.#undoes
  }

  /** How many records were changed; known once the set is completed. */
  get count(): number {
    return this.#digest?.count ?? 0
  }

  /** What the set does; known once it is marked as taking another back. */
  get direction(): ChangeSet['direction'] {
    return this.#direction
  }

  /** Marks the set as taking back another, or as doing again what that one took back. */
  markUndo(changeSetId: number, direction: 'undone' | 'redone'): void {
    this.#undoes = changeSetId
    this.#direction = direction
  }

  /** Inserts one record and answers its id. */
  async insert(entity: EntityName, values: object): Promise<number> {
    const id = await insertRecord(this.#database, RECORD_TABLES[entity].model, values)
    await this.recordInserted(entity, String(id))
    return id
  }

  /** Sets the same values in all the records; answers how many there were. */
  async update(entity: EntityName, ids: IdQuery, values: object): Promise<number> {
    const { model } = RECORD_TABLES[entity]
    return this.recordUpdated(entity, ids, () => updateRecords(this.#database, model, ids, values))
  }

  /** Deletes the records; answers how many there were. What belongs to them must be gone before. */
  async remove(entity: EntityName, ids: IdQuery): Promise<number> {
    const count = await this.#record(entity, ids, 'before')
    await deleteRecords(this.#database, RECORD_TABLES[entity].model, ids)
    this.#digest?.restart()
    return count
  }

  /** Notes records that bulk SQL has inserted; their digests are taken while the caller goes on. */
  async recordInserted(entity: EntityName, ids: IdQuery): Promise<number> {
    const count = await this.#record(entity, ids, 'after')
    // All else starts the digest anew. Where there is less to read than was noted, some of it had been read before.
    if (this.#digest && (await this.#digest.readOn()) < count) this.#digest.restart()
    return count
  }

  /** Notes records that came from elsewhere under their own numbers. `origins` is SQL of a query that gives `id` and `before`:
   *  the row as history keeps it where it was otherwise there, else NULL. What has an id and is no record was left out. */
  async recordAdopted(entity: EntityName, origins: string): Promise<void> {
    const { table, key } = RECORD_TABLES[entity]
    const after = rowAsJson(columnsOf(this.#database, entity), 'r')
    this.entities.add(entity)
    await this.#database.run(
      `INSERT INTO changes (change_set_id, entity, record_id, before, after, salt)
        SELECT $1, $2, o.id, o.before, iif(r.${key} IS NULL, NULL, ${after}), ${NEW_SALT}
        FROM (${origins}) o LEFT JOIN ${table} r ON r.${key} = o.id`,
      [await this.changeSetId(), entity],
    )
    this.#digest?.restart()
  }

  /** Runs bulk SQL that changes the records, none of them inserted or deleted, and notes before and after. */
  async recordUpdated(entity: EntityName, ids: IdQuery, work: () => Promise<unknown>): Promise<number> {
    const count = await this.#record(entity, ids, 'before')
    if (count === 0) return 0
    const { table, key } = RECORD_TABLES[entity]
    const after = rowAsJson(columnsOf(this.#database, entity), 'r')
    await work()
    await this.#database.run(
      `UPDATE changes SET after = (SELECT ${after} FROM ${table} r WHERE r.${key} = changes.record_id)
        WHERE change_set_id = $1 AND entity = $2 AND after IS NULL`,
      [await this.changeSetId(), entity],
    )
    this.#digest?.restart()
    return count
  }

  /** Notes what the reversal of `temp.reversal` did with each record of it. */
  async recordReversal(entities: EntityName[]): Promise<void> {
    for (const entity of entities) this.entities.add(entity)
    await this.#database.run(
      `INSERT INTO changes (change_set_id, entity, record_id, before, after, salt)
        SELECT $1, entity, record_id, after, before, ${NEW_SALT} FROM temp.reversal`,
      [await this.changeSetId()],
    )
    this.#digest?.restart()
  }

  /** The id of the set, which begins with the first change. */
  async changeSetId(): Promise<number> {
    if (this.#changeSetId !== null) return this.#changeSetId
    await this.#database.run(
      `INSERT INTO change_sets (command, person, schema_version, summary)
        VALUES ($1, $2, (SELECT user_version FROM pragma_user_version), $1)`,
      [this.#author.command, this.#author.person],
    )
    const [row] = await this.#database.query<{ id: number; last: number }>(
      'SELECT last_insert_rowid() AS id, (SELECT coalesce(max(change_id), 0) FROM changes) AS last',
    )
    if (!row) throw new Error('the change set was not written')
    this.#digest = new ChangesDigest(this.#database, row.id, [row.last + 1, Number.MAX_SAFE_INTEGER])
    return (this.#changeSetId = row.id)
  }

  /** Completes the set; null where nothing was changed. */
  async finish(): Promise<number | null> {
    if (this.#changeSetId === null || this.#digest === null) return null
    const columns: Record<string, string[]> = {}
    for (const entity of this.entities) columns[entity] = columnsOf(this.#database, entity)
    await this.#digest.readOn()
    await this.#database.run(
      `UPDATE change_sets SET summary = $2, params = $3, columns = $4, undoes = $5, change_count = $6
        WHERE change_set_id = $1`,
      [
        this.#changeSetId,
        this.#summary,
        JSON.stringify(this.#params),
        JSON.stringify(columns),
        this.#undoes,
        this.#digest.count,
      ],
    )
    await sealChangeSet(this.#database, this.#changeSetId, this.#digest)
    return this.#changeSetId
  }

  /** A record that the same set touched before keeps its first `before`. */
  async #record(entity: EntityName, ids: IdQuery, side: 'before' | 'after'): Promise<number> {
    const { table, key } = RECORD_TABLES[entity]
    const row = rowAsJson(columnsOf(this.#database, entity), 'r')
    const [noted] = await this.#database.query<{ count: number }>(
      `SELECT count(*) AS count FROM ${table} r WHERE r.${key} IN (${ids})`,
    )
    if (!noted?.count) return 0
    this.entities.add(entity)
    await this.#database.run(
      `INSERT INTO changes (change_set_id, entity, record_id, ${side}, salt)
        SELECT $1, $2, r.${key}, ${row}, ${NEW_SALT} FROM ${table} r WHERE r.${key} IN (${ids})
        ON CONFLICT (change_set_id, entity, record_id) DO UPDATE SET after = ${side === 'after' ? 'excluded.after' : 'NULL'}`,
      [await this.changeSetId(), entity],
    )
    return noted.count
  }
}
