import { invalidField } from '../contract/errors'
import type { ImportEntity } from '../contract/imports'
import { CsvReader, type CsvRecord } from './csvRecords'
import type { ParsedFile, ParseSink } from './parseFile'
import type { StoredValue } from './storedRows'
import { readTextFile } from './textFile'

/** A table as PostgreSQL's COPY writes it to a CSV file with a header. */
export interface CopyRequest {
  path: string
  entity: ImportEntity
  /** The columns that are wanted, each with the type that it has on SQLite; the key first. */
  columns: Record<string, string>
}

/**
 * Reads rows as `\\copy TABLE to 'TABLE.csv' csv header` writes them, in the order of the wanted columns: an empty field
 * is NULL and a quoted empty one a text, booleans are t and f, and instants get the six digits that the same system
 * writes on SQLite. Columns are found by their headers. Throws `invalid` for a file that COPY did not write.
 */
export async function readCopy(request: CopyRequest, sink: ParseSink): Promise<ParsedFile> {
  // No text has a NUL in it: readTextFile refuses them.
  const reader = new CsvReader(',', QUOTED_EMPTY)
  const rows = new CopyRows(request, sink)
  for await (const { text, isLast, done, total } of readTextFile(request.path, 'utf-8')) {
    for (const record of reader.read(text, isLast)) await rows.add(record)
    sink.progress(done, total)
  }
  return rows.finish()
}

const QUOTED_EMPTY = '\0'
const BATCH_ROWS = 1_000
const BATCH_TEXT = 1_000_000

class CopyRows {
  readonly #request: CopyRequest
  readonly #sink: ParseSink
  #opened: { parsed: ParsedFile; readers: Reader[]; width: number } | null = null
  #rows: StoredValue[][] = []
  #size = 0

  constructor(request: CopyRequest, sink: ParseSink) {
    this.#request = request
    this.#sink = sink
  }

  async add({ line, fields, problem }: CsvRecord): Promise<void> {
    if (problem) throw invalidField('file', 'copy-row', { line })
    if (!this.#opened) {
      this.#open(fields)
      return
    }
    const { parsed, readers, width } = this.#opened
    if (fields.length !== width) throw invalidField('file', 'copy-row', { line })
    const values = readers.map((read) => read(fields))
    const [key] = values
    if (!Number.isSafeInteger(key) || Number(key) < 1)
      throw invalidField('file', 'copy-key', { line, key: String(key ?? '') })
    this.#rows.push(values)
    parsed.rows++
    for (const text of fields) this.#size += text.length
    if (this.#rows.length >= BATCH_ROWS || this.#size >= BATCH_TEXT) await this.#flush()
  }

  async finish(): Promise<ParsedFile> {
    if (!this.#opened) throw invalidField('file', 'file-empty')
    await this.#flush()
    return this.#opened.parsed
  }

  #open(headers: string[]): void {
    const { columns, entity } = this.#request
    const readers = Object.entries(columns).map(([column, type]) => {
      const position = headers.indexOf(column)
      if (position === -1)
        throw invalidField('file', 'copy-column', { column, headers: headers.join(', ').slice(0, 200) })
      return readerOf(type, position)
    })
    const file = {
      ...({ format: 'csv', encoding: 'utf-8', delimiter: 'comma' } as const),
      ...{ entity, warnings: [], fields: Object.keys(columns) },
      columns: headers.map((header) => ({ header, field: Object.hasOwn(columns, header) ? header : null })),
    }
    this.#opened = { parsed: { file, rows: 0 }, readers, width: headers.length }
    this.#sink.opened(file)
  }

  async #flush(): Promise<void> {
    if (this.#rows.length === 0) return
    const rows = JSON.stringify(this.#rows)
    this.#rows = []
    this.#size = 0
    await this.#sink.batch({ entity: this.#request.entity, rows, problems: '[]' })
  }
}

type Reader = (fields: string[]) => StoredValue

function readerOf(type: string, position: number): Reader {
  const read = READERS[type] ?? ((text) => text)
  return (fields) => {
    const text = fields[position] ?? ''
    if (text === '') return null
    return text === QUOTED_EMPTY ? '' : read(text)
  }
}

const FRACTION_DIGITS = 6

/** What PostgreSQL writes otherwise than SQLAlchemy does on SQLite. Any other text stays as it is. */
const READERS: Record<string, (text: string) => StoredValue> = {
  INTEGER: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
  BOOLEAN: (text) => (text === 't' ? 1 : text === 'f' ? 0 : text),
  DATETIME: (text) => {
    const [, instant, fraction = ''] =
      /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?$/.exec(text) ?? []
    return instant === undefined ? text : `${instant}.${fraction.padEnd(FRACTION_DIGITS, '0')}`
  },
}
