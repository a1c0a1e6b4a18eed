import { BaseError, QueryTypes, type Sequelize } from 'sequelize'
import type { SchemaConnection } from './operations'

/** What operations and the reading of schemas need, of a Sequelize instance on one file. Errors are SQLite's own: those that
 *  Sequelize makes of them say "Validation error" and no more. */
export function schemaConnection(connection: Sequelize): SchemaConnection {
  return {
    run: async (statement) => void (await plainly(connection.query(statement, { type: QueryTypes.RAW }))),
    query: <Row extends object>(statement: string) =>
      plainly(connection.query<Row>(statement, { type: QueryTypes.SELECT })),
  }
}

async function plainly<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer
  } catch (error) {
    throw error instanceof BaseError && 'original' in error ? error.original : error
  }
}
