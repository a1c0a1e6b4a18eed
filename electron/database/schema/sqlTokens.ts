/** A word is a keyword or a bare name: only its place tells which. A name is in quotes of one of four kinds. */
type TokenKind = 'word' | 'name' | 'string' | 'blob' | 'number' | 'variable' | 'operator'

export interface Token {
  kind: TokenKind
  /** What it stands for: a name or a string without its quotes, anything else as it is written. */
  value: string
  /** Where it stands in the text: from `start` up to but without `end`. */
  start: number
  end: number
}

export class SqlSyntaxError extends Error {
  constructor(
    /** What is wrong, and where: `a string is not closed: 'abc`. */
    message: string,
    readonly sql: string,
  ) {
    super(`${message}, in: ${sql}`)
    this.name = 'SqlSyntaxError'
  }
}

/** The tokens of an SQL text, without white space and comments. Throws SqlSyntaxError. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let position = 0
  while (position < sql.length) {
    const token = tokenAt(sql, position)
    if (token.kind !== 'space') tokens.push({ ...token, kind: token.kind })
    position = token.end
  }
  return tokens
}

/** Whether two texts mean the same to SQLite: white space, comments, letter case of words and names, the quotes around
 *  names, brackets around the whole and the two spellings of an operator do not count. */
export function sameSql(a: string, b: string): boolean {
  return a === b || normalSql(a) === normalSql(b)
}

/** One text for all that mean the same. It is for comparing, not for running. */
export function normalSql(sql: string): string {
  return withoutOuterBrackets(tokenize(sql)).map(normalToken).join(' ')
}

/** Whether two names mean the same: SQLite folds the letters of ASCII, in quotes too. */
export const sameName = (a: string, b: string) => normalName(a) === normalName(b)

/** One name for all that mean the same. */
export const normalName = (name: string) => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** Whether a text names this column, table or function anywhere. */
export const namesIt = (sql: string, name: string) =>
  tokenize(sql).some((token) => isName(token) && sameName(token.value, name))

/** Whether an expression names this column: a name before a bracket is a function's. */
export function namesColumn(sql: string, column: string): boolean {
  const tokens = tokenize(sql)
  return tokens.some(
    (token, place) => isName(token) && sameName(token.value, column) && !isWord(tokens[place + 1], '('),
  )
}

/** Whether a token can be a name. */
export const isName = ({ kind }: Token) => kind === 'word' || kind === 'name'

/** Whether a token is this keyword (given in capitals) or operator. */
export const isWord = (token: Token | undefined, word: string) =>
  (token?.kind === 'word' || token?.kind === 'operator') && token.value.toUpperCase() === word

const CLOSING: Record<string, string> = { '"': '"', '`': '`', '[': ']', "'": "'" }

/** What each kind of token looks like; https://www.sqlite.org/lang_expr.html. Sticky: they match at one place only. */
const PATTERNS: [TokenKind | 'space', RegExp][] = [
  ['space', /[ \t\n\f\r]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['blob', /[xX]'(?:[0-9a-fA-F]{2})*'/y],
  [
    'number',
    /0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?/y,
  ],
  ['word', /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y],
  ['variable', /\?\d*|[:@$#][A-Za-z0-9_$\u0080-\uffff]+/y],
  ['operator', /->>|->|\|\||<<|>>|<=|>=|<>|!=|==|[-+*/%&|~<>=(),.;]/y],
]

function tokenAt(sql: string, start: number): Omit<Token, 'kind'> & { kind: TokenKind | 'space' } {
  const character = sql[start] ?? ''
  const closing = CLOSING[character]
  if (closing !== undefined) return quotedAt(sql, start, closing)
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start
    const [text] = pattern.exec(sql) ?? []
    if (text !== undefined) return { kind, value: text, start, end: start + text.length }
  }
  throw new SqlSyntaxError(`'${character}' is not understood`, sql)
}

function quotedAt(sql: string, start: number, closing: string): Token {
  const kind = closing === "'" ? 'string' : 'name'
  let end = sql.indexOf(closing, start + 1)
  // Twice the closing quote is the quote itself, but for square brackets.
  while (closing !== ']' && end >= 0 && sql[end + 1] === closing) end = sql.indexOf(closing, end + 2)
  if (end < 0) throw new SqlSyntaxError(`a ${kind} is not closed: ${sql.slice(start, start + 20)}`, sql)
  const inside = sql.slice(start + 1, end)
  const value = closing === ']' ? inside : inside.replaceAll(closing + closing, closing)
  return { kind, value, start, end: end + 1 }
}

const SAME_OPERATOR: Record<string, string> = { '==': '=', '!=': '<>' }

function normalToken({ kind, value }: Token): string {
  if (kind === 'string') return `'${value.replaceAll("'", "''")}'`
  if (kind === 'operator') return SAME_OPERATOR[value] ?? value
  if (kind === 'variable') return value
  const name = normalName(value)
  return kind !== 'name' || /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) ? name : `"${name}"`
}

function withoutOuterBrackets(tokens: Token[]): Token[] {
  if (tokens.length < 2 || closingBracket(tokens, 0) !== tokens.length - 1) return tokens
  return withoutOuterBrackets(tokens.slice(1, -1))
}

/** The place of the bracket that closes the one at `open`; -1 where there is none at `open`, or none that closes it. */
export function closingBracket(tokens: Token[], open: number): number {
  if (!isWord(tokens[open], '(')) return -1
  let depth = 0
  for (let place = open; place < tokens.length; place++) {
    if (isWord(tokens[place], '(')) depth += 1
    if (isWord(tokens[place], ')')) depth -= 1
    if (depth === 0) return place
  }
  return -1
}
