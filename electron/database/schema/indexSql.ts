import type { IndexPart, IndexSpec } from './schema'
import { commaSeparated, SqlReader } from './sqlReader'
import { isName, isWord, tokenize } from './sqlTokens'

/** Reads a CREATE INDEX statement, as `sqlite_schema` keeps it. Throws SqlSyntaxError. */
export function parseIndex(sql: string): IndexSpec & { name: string } {
  const reader = new SqlReader(sql)
  reader.expect('CREATE')
  const isUnique = reader.takes('UNIQUE')
  reader.expect('INDEX')
  const name = reader.name()
  reader.expect('ON')
  const table = reader.name()
  const columns = commaSeparated(reader.bracketed()).map(indexPart)
  const where = reader.takes('WHERE') ? reader.textUntil(';') : undefined
  if (!reader.isAtEnd && !reader.takes(';')) throw reader.error('not understood behind the index')
  return { name, table, columns, ...(isUnique && { isUnique }), ...(where !== undefined && { where }) }
}

/** The columns that an UPDATE trigger waits for; none where it waits for any, or for something else. */
export function triggerColumns(sql: string): string[] {
  const tokens = tokenize(sql)
  const begin = tokens.findIndex((token) => isWord(token, 'BEGIN'))
  const start = tokens.findIndex((token, place) => isWord(token, 'UPDATE') && isWord(tokens[place + 1], 'OF'))
  if (start < 0 || start > begin) return []
  const end = tokens.findIndex((token, place) => place > start && isWord(token, 'ON'))
  return tokens.slice(start + 2, end).flatMap((token) => (isName(token) ? [token.value] : []))
}

/** A column by its name where there is no more to it. */
function indexPart(sql: string): IndexPart {
  const [column, order, ...more] = tokenize(sql)
  if (!column || !isName(column) || more.length > 0) return { expression: sql }
  return order === undefined || isWord(order, 'ASC') ? column.value : { expression: sql }
}
