import { SchemaError } from '../database/schema/schemaError'

/** An error without what it says of the records: messages of SQLite, Sequelize or a parser may quote names and values, those of
 *  the engine itself quote only our own code. For logs. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`
  const { name, stack = '' } = error
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  const isOfEngine = (error instanceof TypeError || error instanceof ReferenceError) && code === ''
  const message = isOfEngine || error instanceof SchemaError ? `: ${error.message}` : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause === undefined ? [] : [`caused by ${describeFailure(error.cause)}`]
  return [`${name}${code}${message}`, ...frames, ...cause].join('\n')
}
