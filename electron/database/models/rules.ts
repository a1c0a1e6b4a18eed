import { DataTypes } from 'sequelize'

// SQLite checks less than a type says: a text would pass for an age, and "banana" for a day. So the rules say what the
// types mean. They stand in every file: a revision has its own copy of them, which never changes.

/** Now, as an instant is stored. */
export const NOW = `strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')`

export const isText = (column: string, max: number, min = 1) =>
  `typeof(${column}) = 'text' AND length(${column}) BETWEEN ${min} AND ${max}`
export const isOptionalText = (column: string) => `typeof(${column}) IN ('null', 'text')`
export const isInteger = (column: string) => `typeof(${column}) = 'integer'`
export const isFlag = (column: string) => `${column} IN (0, 1) AND ${isInteger(column)}`
export const isDay = (column: string) => `${column} IS date(${column})`
export const isInstant = (column: string) => `${column} IS strftime('%Y-%m-%d %H:%M:%f +00:00', ${column})`
/** A day of the school, kept as the instant of its midnight. */
export const isSchoolDay = (column: string) =>
  `${column} IS strftime('%Y-%m-%d 00:00:00.000 +00:00', ${column})`
export const isJson = (column: string) => `json_valid(${column})`
export const isOneOf = (column: string, values: string[]) =>
  `${column} IN (${values.map((value) => `'${value}'`).join(', ')})`
/** What only one school keeps of its records: a JSON object, or nothing. */
export const isOptionalObject = (column: string) =>
  `${column} IS NULL OR (${isJson(column)} AND json_type(${column}) = 'object')`
export const isOptionalJson = (column: string) => `${column} IS NULL OR ${isJson(column)}`

/** An instant that the database fills in where a program other than ours writes. A new object each time, as is `nameKey`:
 *  Sequelize keeps each attribute's own name in it. */
export const instant = () => ({ type: DataTypes.DATE, serverDefault: `(${NOW})` })

/** What a name sorts or is found by: contract/sortKey.ts and fold.ts write it. */
export const nameKey = () => ({ type: DataTypes.TEXT, allowNull: false, defaultValue: '' })

/** An index over each of these columns by itself. */
export const indexOnEach = (...columns: string[]) => columns.map((column) => ({ fields: [column] }))
