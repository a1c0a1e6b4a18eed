import type { MendKind } from '../contract/adopt'
import { courseFields } from '../contract/courses'
import { enrollmentFields } from '../contract/enrollments'
import { problemsOf } from '../contract/errors'
import type { Field } from '../contract/fields'
import type { ImportEntity } from '../contract/imports'
import type { Language } from '../contract/languages'
import { userTypeNameKeys } from '../contract/nameKeys'
import { userFields } from '../contract/users'
import { userTypeFields } from '../contract/userTypes'
import type { SideConnection } from '../database/scratch'
import { words } from './words'

/** A text of the source, and what the contract makes of it. */
interface MendedText {
  value: string | null
  kind: MendKind | null
}

type Texts = Record<string, string | null>

/** A table's texts. SQL has no Unicode to mend them with, and names need their keys: so these go through here. */
interface TextTable {
  entity: ImportEntity
  table: string
  key: string
  /** Rows that need it, where not all do. */
  where?: string
  /** Rows at a time: few where they may be long. */
  batch: number
  columns: Record<string, (raw: string | null) => MendedText>
  /** What follows from them, by column. */
  keysOf?: (values: Texts) => Record<string, string>
  target: string
}

/** Characters of a text that are looked at, beyond what any field takes. */
const LOOKED_AT = 20_001

/** Texts that are as the contract has them, as SQL can tell: printable ASCII, not too long. */
const isPlainText = (column: string) =>
  `(typeof(${column}) = 'text' AND length(${column}) BETWEEN 1 AND 10000 AND instr(${column}, char(0)) = 0
    AND ${column} NOT GLOB '*[^' || char(9, 10) || ' -~]*')`

/** Mends all texts into the `adopted_` tables of the scratch file, where the source is attached as `seed`. Before each batch
 *  it tells of how many rows at most that is. */
export async function adoptTexts(
  scratch: SideConnection,
  language: Language,
  beforeEach: (rows: number) => void,
): Promise<void> {
  for (const table of textTables(language)) {
    const columns = [...Object.keys(table.columns), ...Object.keys(table.keysOf?.({}) ?? {})]
    await scratch.run(
      `CREATE TABLE ${table.target} (${table.key} INTEGER PRIMARY KEY, ${columns.join(', ')})`,
    )
    for (let last: number | null = 0; last !== null;) {
      beforeEach(table.batch)
      last = await adoptBatch(scratch, table, columns, last)
    }
  }
}

/** Answers the last key, or null at the end. */
async function adoptBatch(
  scratch: SideConnection,
  { entity, table, key, where = '1', batch, columns, keysOf, target }: TextTable,
  stored: string[],
  last: number,
): Promise<number | null> {
  const read = Object.keys(columns).map((name) => `${beginningOf(name)} AS ${name}`)
  const rows = await scratch.query<Record<string, string | Buffer | null> & { id: number }>(
    `SELECT ${key} AS id, ${read.join(', ')} FROM seed.${table} WHERE ${key} > ${last} AND ${where} ORDER BY ${key} LIMIT ${batch}`,
  )
  const lastRow = rows.at(-1)
  if (!lastRow) return null
  const adopted: unknown[][] = []
  const mends: unknown[][] = []
  for (const row of rows) {
    const values: Texts = {}
    for (const [column, mend] of Object.entries(columns)) {
      const raw = row[column]?.toString() ?? null
      const { value, kind } = mend(raw)
      values[column] = value
      if (kind) mends.push([entity, row.id, column, kind, shown(raw), shown(value)])
    }
    const all: Texts = { ...values, ...keysOf?.(values) }
    adopted.push([row.id, ...stored.map((column) => all[column] ?? null)])
  }
  await insert(scratch, target, stored.length + 1, adopted)
  await insert(scratch, 'mends', 6, mends)
  return lastRow.id
}

const SHOWN = 200

async function insert(scratch: SideConnection, table: string, width: number, rows: unknown[][]) {
  if (rows.length === 0) return
  const values = Array.from({ length: width }, (_, index) => `value ->> ${index}`)
  await scratch.run(`INSERT INTO ${table} SELECT ${values.join(', ')} FROM jsonb_each(?)`, [
    JSON.stringify(rows),
  ])
}

/** A column may hold anything. BLOBs are taken as SQL writes them, and a text with a NUL in it as bytes, since SQL's own
 *  functions see its end there. */
function beginningOf(column: string): string {
  return `CASE WHEN typeof(${column}) = 'blob' THEN substr(quote(${column}), 1, ${LOOKED_AT})
    WHEN instr(${column}, char(0)) > 0 THEN substr(CAST(${column} AS BLOB), 1, ${LOOKED_AT})
    ELSE substr(CAST(${column} AS TEXT), 1, ${LOOKED_AT}) END`
}

function textTables(language: Language): TextTable[] {
  const name = (field: Field) =>
    remembered((raw: string | null) => mendText(field, raw, words('adopt.noName')))
  const longText = (field: Field) => (raw: string | null) => mendText(field, raw, null)
  const keysOf = remembered((text: string) => userTypeNameKeys(text, language))
  const nameKeys = ({ name: text }: Texts) => {
    const { nameSort, nameFolded } = keysOf(text ?? '')
    return { name_sort: nameSort, name_folded: nameFolded }
  }
  return [
    {
      ...{ entity: 'userTypes', table: 'user_types', key: 'user_type_id', batch: 250 },
      columns: { name: name(userTypeFields.name) },
      keysOf: nameKeys,
      target: 'adopted_user_types',
    },
    {
      ...{ entity: 'users', table: 'users', key: 'user_id', batch: 250 },
      columns: {
        first_name: name(userFields.firstName),
        last_name: name(userFields.lastName),
        email: mendEmail,
      },
      keysOf: ({ first_name: first, last_name: last }) => ({
        first_name_sort: keysOf(first ?? '').nameSort,
        last_name_sort: keysOf(last ?? '').nameSort,
        first_name_folded: keysOf(first ?? '').nameFolded,
        last_name_folded: keysOf(last ?? '').nameFolded,
      }),
      target: 'adopted_users',
    },
    {
      ...{ entity: 'courses', table: 'courses', key: 'course_id', batch: 100 },
      columns: { name: name(courseFields.name), description: longText(courseFields.description) },
      keysOf: nameKeys,
      target: 'adopted_courses',
    },
    {
      ...{ entity: 'enrollments', table: 'enrollments', key: 'enrollment_id', batch: 100 },
      where: `associative_data IS NOT NULL AND NOT ${isPlainText('associative_data')}`,
      columns: { associative_data: longText(enrollmentFields.associativeData) },
      target: 'adopted_notes',
    },
  ]
}

/** What the contract refuses is cleaned, cut or, where nothing is left, replaced until it does not. */
function mendText(field: Field, raw: string | null, placeholder: string | null): MendedText {
  if (raw === null && placeholder === null) return { value: null, kind: null }
  let text = raw ?? ''
  let kind: MendKind = 'text-tidied'
  for (;;) {
    const result = field.schema.safeParse(text, { reportInput: true })
    if (result.success) {
      const value = result.data === null ? null : String(result.data)
      // An empty text is no text, and says as much.
      const isSame = value === raw || (value === null && raw === '')
      return { value, kind: isSame ? null : kind }
    }
    const [problem] = Object.values(problemsOf(result.error))
    if (problem?.code === 'required') {
      text = placeholder ?? ''
      kind = 'name-missing'
    } else if (problem?.code === 'too-long') {
      text = [...text.normalize('NFC').trim()].slice(0, Number(problem.params.max)).join('')
      kind = 'text-cut'
    } else if (problem?.code === 'control-characters') text = withoutControls(field, text)
    else throw new Error(`no mend for ${problem?.code}`)
  }
}

function withoutControls({ kind }: Field, text: string): string {
  return kind === 'longText'
    ? text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, ' ')
    : text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ')
}

/** Null for a person who gets the mark of having none. */
function mendEmail(raw: string | null): MendedText {
  const text = raw ?? ''
  if (text.trim() === '') return { value: null, kind: 'email-missing' }
  const result = userFields.email.schema.safeParse(text)
  if (!result.success) return { value: null, kind: 'email-refused' }
  return { value: result.data, kind: result.data === raw ? null : 'email-tidied' }
}

/** Names repeat themselves: what was found out of one is not found out again. */
function remembered<Key, Value extends object>(find: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const found = known.get(key)
    if (found) return found
    if (known.size >= REMEMBERED) known.clear()
    const value = find(key)
    known.set(key, value)
    return value
  }
}

const REMEMBERED = 20_000

/** A text as a list shows it. */
function shown(text: string | null): string | null {
  return text === null
    ? null
    : Array.from(text.slice(0, 2 * SHOWN))
        .slice(0, SHOWN)
        .join('')
}
