import { invalidField } from '../contract/errors'

/** One record of a CSV file. `line` is where it begins. A record with a problem is its first line alone, cut at every
 *  delimiter. */
export interface CsvRecord {
  line: number
  fields: string[]
  problem: 'quote-not-closed' | 'text-after-quote' | null
}

/** No record of a school is this long (in UTF-16 units): a quote was not closed, or the file is something else. */
export const RECORD_MAX = 1_048_576

/**
 * Cuts CSV into records, piece by piece as the text arrives: RFC 4180, and CRLF, CR and LF in any mixture. Blank lines
 * are no records. A quote inside an unquoted field is a plain character. Where a quoted field cannot be read, its line
 * alone is given up and reading goes on with the next line, so that one stray quote does not swallow the rest. Throws where
 * a line has no end.
 */
export class CsvReader {
  /** The line on which the next record begins. */
  line = 1
  readonly #delimiter: string
  readonly #quotedEmpty: string
  #text = ''
  #at = 0
  #isLast = false
  /** The next place of each character that matters, from the last place it was asked for. */
  #next = new Map<string, number>()

  /** A quoted field with nothing in it is read as `quotedEmpty`, for formats in which it is not the same as an empty one. */
  constructor(delimiter: string, quotedEmpty = '') {
    this.#delimiter = delimiter
    this.#quotedEmpty = quotedEmpty
  }

  /** The records that are complete with this piece of the text; with the last piece, all that remain. */
  read(text: string, isLast: boolean): CsvRecord[] {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
    this.#isLast = isLast
    this.#next.clear()
    const records: CsvRecord[] = []
    while (this.#at < this.#text.length) {
      const record = this.#readRecord()
      if (record === 'incomplete') break
      if (record) records.push(record)
    }
    return records
  }

  #readRecord(): CsvRecord | 'incomplete' | null {
    const start = this.#at
    const end = this.#lineEnd(start)
    if (this.#isIncomplete(end)) {
      if (this.#tooLong()) throw invalidField('file', 'line-too-long', { line: this.line })
      return 'incomplete'
    }
    if (this.#find('"', start) < end) return this.#readQuotedRecord(start, end)
    const { line } = this
    const text = this.#text.slice(start, end)
    this.#skipTo(this.#afterBreak(end), 1)
    if (text.trim() === '') return null
    return { line, fields: text.split(this.#delimiter), problem: null }
  }

  #readQuotedRecord(start: number, firstEnd: number): CsvRecord | 'incomplete' {
    const { line } = this
    const fields: string[] = []
    for (let at = start; ; at++) {
      const field = this.#text[at] === '"' ? this.#quotedField(at) : this.#plainField(at)
      if (field === 'incomplete') {
        if (!this.#tooLong()) return 'incomplete'
        return this.#giveUpLine(start, firstEnd, 'quote-not-closed')
      }
      if ('problem' in field) return this.#giveUpLine(start, firstEnd, field.problem)
      fields.push(field.value)
      at = field.end
      if (this.#text[at] === this.#delimiter) continue
      if (this.#isIncomplete(at)) return 'incomplete'
      const breaks = at > firstEnd ? countBreaks(this.#text.slice(start, at)) : 0
      this.#skipTo(this.#afterBreak(at), breaks + 1)
      return { line, fields, problem: null }
    }
  }

  /** `end` is the place of the delimiter or line break after the field. */
  #plainField(start: number): { value: string; end: number } {
    const end = Math.min(this.#find(this.#delimiter, start), this.#lineEnd(start))
    return { value: this.#text.slice(start, end), end }
  }

  #quotedField(
    start: number,
  ): { value: string; end: number } | { problem: 'quote-not-closed' | 'text-after-quote' } | 'incomplete' {
    const text = this.#text
    let quote = text.indexOf('"', start + 1)
    while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2)
    if (quote === -1) return this.#isLast ? { problem: 'quote-not-closed' } : 'incomplete'
    let end = quote + 1
    while (text[end] === ' ') end++
    if (end === text.length) {
      if (!this.#isLast) return 'incomplete'
    } else if (text[end] !== this.#delimiter && text[end] !== '\n' && text[end] !== '\r') {
      return { problem: 'text-after-quote' }
    }
    const value = text.slice(start + 1, quote) || this.#quotedEmpty
    return { value: value.includes('"') ? value.replaceAll('""', '"') : value, end }
  }

  #giveUpLine(start: number, end: number, problem: CsvRecord['problem']): CsvRecord {
    const { line } = this
    this.#skipTo(this.#afterBreak(end), 1)
    return { line, fields: this.#text.slice(start, end).split(this.#delimiter), problem }
  }

  #tooLong(): boolean {
    return this.#text.length - this.#at > RECORD_MAX
  }

  /** Whether what follows may yet change what ends here: nothing has arrived, or the first half of CRLF. */
  #isIncomplete(end: number): boolean {
    if (this.#isLast) return false
    return end >= this.#text.length || (this.#text[end] === '\r' && end + 1 === this.#text.length)
  }

  #lineEnd(from: number): number {
    return Math.min(this.#find('\n', from), this.#find('\r', from))
  }

  #afterBreak(end: number): number {
    return this.#text[end] === '\r' && this.#text[end + 1] === '\n' ? end + 2 : end + 1
  }

  #skipTo(at: number, lines: number): void {
    this.#at = Math.min(at, this.#text.length)
    this.line += lines
  }

  /** The next place of a character, or the text's end. Kept, or a file of one column would be searched to its end from
   *  every line. */
  #find(character: string, from: number): number {
    const known = this.#next.get(character)
    if (known !== undefined && known >= from) return known
    const found = this.#text.indexOf(character, from)
    const place = found === -1 ? this.#text.length : found
    this.#next.set(character, place)
    return place
  }
}

function countBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0
}
