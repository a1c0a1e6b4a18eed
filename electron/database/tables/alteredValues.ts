import type { SchemaConnection } from '../operations'
import type { StoredTable } from '../schema/readSchema'
import type { TableSpec } from '../schema/schema'
import { isStrict } from '../schema/tableKey'
import { quote } from '../sql'
import { findBrokenRows, rowsOf, type Rule } from './brokenRows'
import type { TablePlan } from './tablePlan'

/** What SQLite makes of the values that a column is given (https://www.sqlite.org/datatype3.html): it takes the name of a
 *  type for one of these. A column of INTEGER keeps what one of NUMERIC does. */
type Affinity = 'TEXT' | 'NUMERIC' | 'REAL' | 'BLOB'

/** Throws BrokenRowsError where a column's new type would alter values that no `using` speaks of: the text '007' becomes the
 *  number 7 in a column of numbers. A value in another type that can be read back as it was is the same. */
export async function requireSameValues(
  connection: SchemaConnection,
  { name, table }: StoredTable,
  { after, retyped }: TablePlan,
): Promise<void> {
  const rules = retyped.flatMap((column): Rule[] => {
    const affinityIn = ({ columns }: TableSpec) => affinityOf(columns[column]?.type ?? '', isStrict(table))
    const affinity = affinityIn(after)
    if (affinity === affinityIn(table)) return []
    const constraint = `${after.columns[column]?.type} of ${column}`
    return [{ constraint, broken: ALTERED[affinity](`+${quote(column)}`) }]
  })
  const broken = await findBrokenRows(
    connection,
    { table: name, source: rowsOf(name, table), rules },
    'say by `using` what becomes of them',
  )
  if (broken) throw broken
}

function affinityOf(type: string, isStrict: boolean): Affinity {
  if (/INT/i.test(type)) return 'NUMERIC'
  if (/CHAR|CLOB|TEXT/i.test(type)) return 'TEXT'
  if (type === '' || /BLOB/i.test(type) || (isStrict && /^ANY$/i.test(type))) return 'BLOB'
  return /REAL|FLOA|DOUB/i.test(type) ? 'REAL' : 'NUMERIC'
}

/** The condition of a value, which stands there without an affinity of its own, that is another one in a column of this kind. */
const ALTERED: Record<Affinity, (value: string) => string> = {
  BLOB: () => 'FALSE',
  TEXT: (value) => `typeof(${value}) = 'real' AND CAST(CAST(${value} AS TEXT) AS REAL) <> ${value}`,
  // What is whole is kept as an integer, however it was written.
  NUMERIC: (value) => `${isNumberInText(value)} AND NOT ${isWrittenAs(value, 'INTEGER')}
    AND NOT (${isWrittenAs(value, 'REAL')} AND CAST(${value} AS REAL) <> CAST(CAST(${value} AS REAL) AS INTEGER))`,
  REAL: (
    value,
  ) => `(typeof(${value}) = 'integer' OR ${isNumberInText(value)}) AND NOT ${isWrittenAs(value, 'REAL')}
    AND NOT (${isWrittenAs(value, 'INTEGER')} AND CAST(${value} AS REAL) = CAST(${value} AS INTEGER))`,
}

/** A cast makes a number of any text; a comparison with a number only of one that reads as such, as a column does. */
const isNumberInText = (value: string) =>
  `(typeof(${value}) = 'text' AND CAST(${value} AS NUMERIC) = ${value})`

const isWrittenAs = (value: string, type: 'INTEGER' | 'REAL') =>
  `(CAST(CAST(${value} AS ${type}) AS TEXT) = ${value} COLLATE BINARY)`
