import { dateOrderOf, type DateOrder } from '../contract/cells'
import { invalidField } from '../contract/errors'
import type { ImportEntity, ImportOptions, PreparedImport, RowProblem } from '../contract/imports'
import type { Language } from '../contract/languages'
import { mapColumns, type Mapping } from './columns'
import { readCsv, type CsvPiece, type DelimiterName } from './csvFile'
import type { CsvRecord } from './csvRecords'
import { dayPlaces, hasYearLast, RowReader, type StoredValue } from './storedRows'

export interface ParseRequest {
  path: string
  options: ImportOptions
  /** The language that the school's names sort by. */
  language: Language
}

/** What a file turned out to be. `fields` are those that it has a column for. */
export interface OpenedFile extends Pick<
  PreparedImport,
  'format' | 'encoding' | 'delimiter' | 'columns' | 'warnings'
> {
  entity: ImportEntity
  fields: string[]
}

/** Rows and problems as JSON, so that SQLite takes them and nobody else has to. `rows` is an array of
 *  `[line, cells, isRejected, ...values]`, `problems` of `[row, column, value, code, params]`. */
export interface Batch {
  entity: ImportEntity
  rows: string
  problems: string
}

/** Where a parser puts what it finds. What it returns is waited for. */
export interface ParseSink {
  /** Comes before the first batch. */
  opened: (file: OpenedFile) => void
  batch: (batch: Batch) => Promise<void>
  /** In bytes; stays at 0 while the file is read a first time only to see its dates. */
  progress: (done: number, total: number) => void
}

/** What came of a whole file; its rows are counted with the rejected ones. */
export interface ParsedFile {
  file: OpenedFile
  rows: number
}

/** Reads a data file into rows of one entity, each checked by the contract. Throws `invalid` where the file as a whole
 *  cannot be read. */
export async function parseFile(request: ParseRequest, sink: ParseSink): Promise<ParsedFile> {
  const { path, options } = request
  let found: { file: OpenedFile; rows: RowReader; batches: Batches } | null = null
  for await (const piece of readCsv(path, options.delimiter)) {
    const { records } = piece
    if (!found) {
      const header = records.shift()
      if (!header) continue
      const opened = await open(request, header, piece, sink)
      found = { ...opened, batches: new Batches(opened.file.entity, sink) }
      sink.opened(found.file)
    }
    for (const record of records) {
      found.batches.add(record, found.rows)
      if (found.batches.isFull) await found.batches.flush()
    }
    sink.progress(piece.done, piece.total)
  }
  if (!found) return openEmpty(options, sink)
  await found.batches.flush()
  return { file: found.file, rows: found.batches.count }
}

async function open(
  { path, options, language }: ParseRequest,
  header: CsvRecord,
  piece: CsvPiece,
  sink: ParseSink,
): Promise<{ file: OpenedFile; rows: RowReader }> {
  const { encoding, delimiter } = piece
  if (header.problem) throw invalidField('file', 'header-unreadable', { line: header.line })
  const mapping = mapColumns(header.fields, header.line, options)
  const isOrderAsked = !options.dates && hasYearLast(mapping, piece.records)
  const order = isOrderAsked ? await findDateOrder(path, delimiter, mapping, sink) : (options.dates ?? null)
  const rows = new RowReader(mapping, options, language, order)
  const { entity, columns, positions, warnings } = mapping
  const fields = [...positions.keys()]
  return { file: { format: 'csv', encoding, delimiter, entity, columns, warnings, fields }, rows }
}

/** Reads the file's date columns to the end: one day above 12 settles the order for them all. Null where none does, or
 *  where they contradict one another. */
async function findDateOrder(
  path: string,
  delimiter: DelimiterName,
  mapping: Mapping,
  sink: ParseSink,
): Promise<DateOrder | null> {
  const places = dayPlaces(mapping)
  const found = new Set<DateOrder>()
  for await (const { records, total } of readCsv(path, delimiter)) {
    for (const { fields } of records) {
      for (const place of places) {
        const order = dateOrderOf(fields[place] ?? '')
        if (order) found.add(order)
      }
    }
    if (found.size > 1) return null
    sink.progress(0, total)
  }
  const [order] = found
  return order ?? null
}

function openEmpty({ entity, delimiter = 'comma' }: ImportOptions, sink: ParseSink): ParsedFile {
  if (!entity) throw invalidField('file', 'file-empty')
  const warnings: RowProblem[] = [{ row: 1, column: null, value: null, code: 'file-empty', params: {} }]
  const file: OpenedFile = {
    ...{ format: 'csv', encoding: 'utf-8', delimiter, entity },
    ...{ columns: [], warnings, fields: [] },
  }
  sink.opened(file)
  return { file, rows: 0 }
}

const BATCH_ROWS = 1_000
/** In UTF-16 units of what the records hold, so that long texts make short batches. */
const BATCH_TEXT = 1_000_000

class Batches {
  count = 0
  readonly #entity: ImportEntity
  readonly #sink: ParseSink
  #rows: (number | string[] | StoredValue)[][] = []
  #problems: unknown[][] = []
  #size = 0

  constructor(entity: ImportEntity, sink: ParseSink) {
    this.#entity = entity
    this.#sink = sink
  }

  get isFull(): boolean {
    return this.#rows.length >= BATCH_ROWS || this.#size >= BATCH_TEXT
  }

  add(record: CsvRecord, reader: RowReader): void {
    const row = reader.read(record)
    if (!row) return
    this.count++
    for (const text of record.fields) this.#size += text.length + 1
    if ('values' in row) {
      this.#rows.push([record.line, record.fields, 0, ...row.values])
      return
    }
    this.#rows.push([record.line, record.fields, 1])
    for (const { row: line, column, value, code, params } of row.problems) {
      this.#problems.push([line, column, value, code, params])
    }
  }

  async flush(): Promise<void> {
    if (this.#rows.length === 0) return
    const [rows, problems] = [JSON.stringify(this.#rows), JSON.stringify(this.#problems)]
    this.#rows = []
    this.#problems = []
    this.#size = 0
    await this.#sink.batch({ entity: this.#entity, rows, problems })
  }
}
