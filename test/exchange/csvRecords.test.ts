import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { CsvReader, RECORD_MAX } from '../../electron/exchange/csvRecords'
import { csvLine } from '../../electron/exchange/csvWriter'

const read = (text: string, delimiter = ',') => new CsvReader(delimiter).read(text, true)
const fieldsOf = (text: string, delimiter = ',') => read(text, delimiter).map(({ fields }) => fields)

describe('records', () => {
  test('end with CRLF, LF or CR, in any mixture, and the last one with the file', () => {
    expect(fieldsOf('a,b\r\nc,d\ne,f\rg,h')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ])
  })

  test('are numbered by the line on which they begin', () => {
    const text = 'name,notes\r\n\r\nAna,"one\r\ntwo\nthree"\r\nIvo,x\r\n'
    expect(read(text).map(({ line }) => line)).toEqual([1, 3, 6])
  })

  test('are no blank lines', () => {
    expect(fieldsOf('\n\na\n   \n\r\nb\n\n')).toEqual([['a'], ['b']])
  })

  test('keep delimiters, quotes and line breaks within quotes', () => {
    expect(fieldsOf('"a,b","say ""hi""","x\ny",""\n')).toEqual([['a,b', 'say "hi"', 'x\ny', '']])
  })

  test('keep quotes that stand within an unquoted field', () => {
    expect(fieldsOf('5" pipe,Ana "Ani" K\n')).toEqual([['5" pipe', 'Ana "Ani" K']])
  })

  test('may have blanks after a closing quote', () => {
    expect(fieldsOf('"a"  ,"b" \n')).toEqual([['a', 'b']])
  })

  test('of one column are read in linear time', () => {
    const started = performance.now()
    expect(read('x\n'.repeat(300_000))).toHaveLength(300_000)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('a quoted field that cannot be read', () => {
  test('costs its own line and no other', () => {
    const records = read('a,b\n"Ana,1\nIvo,2\n"Eva",3\nMia,4\n')
    expect(records.map(({ line, problem }) => [line, problem])).toEqual([
      [1, null],
      [2, 'text-after-quote'],
      [3, null],
      [4, null],
      [5, null],
    ])
  })

  test('is found when the file ends in it', () => {
    expect(read('a,b\nx,"y\nz,w\n').map(({ problem }) => problem)).toEqual([null, 'quote-not-closed', null])
  })

  test('is given up when it grows beyond what a record can be', () => {
    const records = read(`a,b\n"x,${'line\n'.repeat(RECORD_MAX / 4)}`)
    expect(records[1]).toMatchObject({ line: 2, problem: 'quote-not-closed' })
    expect(records[2]).toMatchObject({ line: 3, fields: ['line'] })
  })
})

test('a line without an end is refused', () => {
  expect(() => new CsvReader(',').read('x'.repeat(RECORD_MAX + 2), false)).toThrow(/line-too-long/)
})

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'č', '"', ',', ';', ' ', '\n', '\r', '\t', '😀') }),
  fc.string({ unit: 'binary' }),
)

test('what is written is read again, however the text is cut into pieces', () => {
  const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 5 }), { maxLength: 8 })
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(',', ';', '\t'),
      (cells, size, delimiter) => {
        const written = cells.map((row) => `${csvLine(row, delimiter)}\r\n`).join('')
        const reader = new CsvReader(delimiter)
        const found: string[][] = []
        for (let at = 0; at < written.length; at += size) {
          found.push(...reader.read(written.slice(at, at + size), false).map(({ fields }) => fields))
        }
        found.push(...reader.read('', true).map(({ fields }) => fields))
        const isFull = (row: string[]) => row.some((cell) => cell.trim() !== '')
        expect(found.filter(isFull)).toEqual(cells.filter(isFull))
      },
    ),
    { numRuns: 500 },
  )
})

test('well-formed CSV is read as papaparse reads it', () => {
  const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(rows, (cells) => {
      const written = Papa.unparse(cells, { newline: '\r\n' })
      const theirs = Papa.parse<string[]>(written, { newline: '\r\n', delimiter: ',' }).data
      expect(fieldsOf(written)).toEqual(theirs)
    }),
    { numRuns: 500 },
  )
})
