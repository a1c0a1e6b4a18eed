/** A change of the schema that is not possible. It speaks of tables, columns and rules, never of what is in them: it may stand
 *  in a log. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}
