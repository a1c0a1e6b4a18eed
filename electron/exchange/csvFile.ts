import { invalidField } from '../contract/errors'
import { DELIMITERS } from '../contract/imports'
import { CsvReader, type CsvRecord } from './csvRecords'
import { encodingOf, readTextFile, type Encoding } from './textFile'

export type DelimiterName = keyof typeof DELIMITERS

/** The records that one piece of a file brought. `done` of `total` bytes have been read with them. */
export interface CsvPiece {
  encoding: Encoding
  delimiter: DelimiterName
  records: CsvRecord[]
  done: number
  total: number
}

/** Reads a CSV file piece by piece; the first record is the header. A delimiter that is not given is told from the
 *  file's first records. Excel's first line `sep=;` is no record, and counts as a line. */
export async function* readCsv(path: string, wanted?: DelimiterName): AsyncGenerator<CsvPiece> {
  const encoding = await encodingOf(path)
  let reader: CsvReader | null = null
  let delimiter: DelimiterName = wanted ?? 'comma'
  for await (const { text, isLast, done, total } of readTextFile(path, encoding)) {
    let rest = text
    if (!reader) {
      const separator = SEPARATOR_LINE.exec(text)
      rest = text.slice(separator?.[0].length ?? 0)
      delimiter = wanted ?? (separator ? namedDelimiter(separator[1]) : delimiterOf(rest))
      reader = new CsvReader(DELIMITERS[delimiter])
      if (separator) reader.line = 2
    }
    yield { encoding, delimiter, records: reader.read(rest, isLast), done, total }
  }
}

const SEPARATOR_LINE = /^"?sep=(.)"?(?:\r\n|\r|\n|$)/i
const SAMPLE = 65_536

function namedDelimiter(character: string | undefined): DelimiterName {
  const [name] = Object.entries(DELIMITERS).find(([, known]) => known === character) ?? []
  if (name === undefined) throw invalidField('file', 'delimiter-unknown', { delimiter: character ?? '' })
  return name as DelimiterName
}

/** Headers seldom contain a delimiter, so the one that cuts the header most often is it; where two tie, the one that
 *  cuts the most records alike. */
function delimiterOf(text: string): DelimiterName {
  const names = Object.keys(DELIMITERS) as DelimiterName[]
  const [best] = names
    .map((name) => ({ name, ...fit(text, DELIMITERS[name]) }))
    .sort((one, other) => other.columns - one.columns || other.alike - one.alike)
  return best?.name ?? 'comma'
}

function fit(text: string, delimiter: string): { columns: number; alike: number } {
  const [header, ...records] = new CsvReader(delimiter).read(text.slice(0, SAMPLE), text.length <= SAMPLE)
  const columns = header?.fields.length ?? 0
  return { columns, alike: records.filter(({ fields }) => fields.length === columns).length }
}
