import { AppError } from '../contract/errors'
import { SchemaError } from '../database/schema/schemaError'

/** An error without what it says of the records: messages of SQLite, Sequelize or a parser may quote names and values. Of the
 *  engine's own, only those are kept that quote nothing but our code. For logs. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`
  const code = codeOf(error)
  const message = isOfCode(error) && code === '' ? `: ${error.message}` : ''
  const cause = error.cause === undefined ? [] : [`caused by ${describeFailure(error.cause)}`]
  const name = /^\w*Error$/.test(error.name) ? error.name : 'Error'
  return [`${name}${code}${message}`, ...frames(error), ...cause].join('\n')
}

/** What V8 says of a value it says with the words of the source, except where it quotes the value itself or a key. */
const OF_SOURCE = /^[^'"]+ is not (a function|a constructor|iterable|defined)$/

function isOfCode(error: Error): boolean {
  if (error instanceof SchemaError) return true
  return (error instanceof TypeError || error instanceof ReferenceError) && OF_SOURCE.test(error.message)
}

/** Node's and SQLite's are in capitals, ours are known. */
function codeOf(error: Error): string {
  if (error instanceof AppError) return ` ${error.code}`
  const isKnown = 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z\d_]*$/.test(error.code)
  return isKnown ? ` ${error.code}` : ''
}

const FRAME = /^\s+at (?:(.+) \()?(.+:\d+:\d+)\)?$/

/** Where it happened, without the folder of the program, which may be a person's own. */
function frames({ stack = '', message }: Error): string[] {
  return stack
    .replace(message, '')
    .split('\n')
    .flatMap((line) => {
      const [, name, place] = FRAME.exec(line) ?? []
      if (place === undefined) return []
      const file = place.split(/[\\/]/).slice(-3).join('/')
      return [name === undefined ? `    at ${file}` : `    at ${name} (${file})`]
    })
}
