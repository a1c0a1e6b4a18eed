import { closingBracket, isName, isWord, SqlSyntaxError, type Token, tokenize } from './sqlTokens'

/** Reads an SQL text from its beginning, a token or a clause at a time. What it does not find, it throws as SqlSyntaxError. */
export class SqlReader {
  readonly #tokens: Token[]
  #place = 0

  constructor(readonly sql: string) {
    this.#tokens = tokenize(sql)
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#tokens.length
  }

  /** Whether these keywords or operators come next. */
  sees(...words: string[]): boolean {
    return words.every((word, offset) => isWord(this.#tokens[this.#place + offset], word))
  }

  /** Takes these words if they come next. */
  takes(...words: string[]): boolean {
    const isNext = this.sees(...words)
    if (isNext) this.#place += words.length
    return isNext
  }

  expect(...words: string[]): void {
    if (!this.takes(...words)) throw this.error(`'${words.join(' ')}' is expected`)
  }

  next(): Token {
    const token = this.#tokens[this.#place]
    if (!token) throw this.error('more is expected')
    this.#place += 1
    return token
  }

  /** A name, bare or in quotes (SQLite takes even a string for one). */
  name(): string {
    const token = this.next()
    if (!isName(token) && token.kind !== 'string') throw this.error(`'${token.value}' is no name`)
    return token.value
  }

  /** The text between a bracket, which comes next, and the one that closes it, without comments around it. */
  bracketed(): string {
    const [open, close] = [this.#place, closingBracket(this.#tokens, this.#place)]
    if (close < 0) throw this.error(`a closed '(' is expected`)
    this.#place = close + 1
    return this.#text(open + 1, close - 1)
  }

  /** The text from here to the first of these words outside brackets, or to the end. */
  textUntil(...words: string[]): string {
    const from = this.#place
    while (!this.isAtEnd && !words.some((word) => this.sees(word))) {
      const close = closingBracket(this.#tokens, this.#place)
      this.#place = close < 0 ? this.#place + 1 : close + 1
    }
    return this.#text(from, this.#place - 1)
  }

  error(reason: string): SqlSyntaxError {
    const place = this.#tokens[this.#place]?.start
    const rest = place === undefined ? 'the end' : `'${this.sql.slice(place, place + 30)}'`
    return new SqlSyntaxError(`${reason}, at ${rest}`, this.sql)
  }

  /** From the token at one place to the one at another; nothing where there is none between. */
  #text(first: number, last: number): string {
    return first > last ? '' : this.sql.slice(this.#tokens[first]?.start, this.#tokens[last]?.end)
  }
}

/** What stands between the commas of a text, commas in brackets not counted. */
export function commaSeparated(sql: string): string[] {
  const [reader, parts] = [new SqlReader(sql), [] as string[]]
  do parts.push(reader.textUntil(','))
  while (reader.takes(','))
  return parts
}
