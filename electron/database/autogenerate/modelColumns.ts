import { DataTypes, type ModelAttributeColumnOptions, Utils } from 'sequelize'
import type { ColumnSpec } from '../schema/schema'
import { literal } from '../sql'
import { tokenize } from '../schema/sqlTokens'

/** One attribute of a model, as Sequelize keeps it once the model is defined. */
export type Attribute = ModelAttributeColumnOptions

/** Whether an attribute is a column at all. */
export const isStored = ({ type }: Attribute) => !(type instanceof DataTypes.VIRTUAL)

export const columnName = ({ field = '' }: Attribute) => field

/** The column that an attribute declares. What only Sequelize fills in (a function, UUIDV4, NOW) is no default of it. */
export function columnOf(attribute: Attribute): ColumnSpec {
  const { allowNull = true, primaryKey = false, rest } = attribute
  const defaultValue = attribute.serverDefault ?? valueAsSql(attribute)
  const isNullable = allowNull && !primaryKey
  return {
    type: typeOf(attribute),
    ...(isNullable && { isNullable }),
    ...(defaultValue !== undefined && { defaultValue }),
    ...(rest !== undefined && { rest }),
  }
}

function typeOf({ type, values = [] }: Attribute): string {
  if (typeof type === 'string') return type
  // Sequelize would declare TINYINT(1), and TEXT for a list of values.
  if (type instanceof DataTypes.BOOLEAN) return 'BOOLEAN'
  if (type instanceof DataTypes.ENUM || values.length > 0) return 'TEXT'
  return (type as unknown as { toSql: () => string }).toSql()
}

function valueAsSql(attribute: Attribute): string | undefined {
  const value: unknown = attribute.defaultValue
  if (value === undefined || value === null || typeof value === 'function') return undefined
  if (value instanceof Utils.Literal) return inBrackets(String((value as { val: unknown }).val))
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return literal(value)
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`
  if (value instanceof Date) return literal(value.toISOString().replace('T', ' ').replace('Z', ' +00:00'))
  if (isFilledBySequelize(value)) return undefined
  if (attribute.type instanceof DataTypes.JSON) return literal(JSON.stringify(value))
  throw new Error(
    `'${columnName(attribute)}': SQLite cannot keep the default ${JSON.stringify(value)}; say \`serverDefault\` or \`literal()\``,
  )
}

/** A function of Sequelize's own (NOW, UUIDV1, UUIDV4), which stands there as a type. */
const isFilledBySequelize = (value: unknown) => value instanceof DataTypes.ABSTRACT

/** What is no constant needs brackets around it. */
function inBrackets(sql: string): string {
  const [first, ...more] = tokenize(sql)
  const isConstant = more.length === 0 && first?.kind !== 'name'
  return isConstant || sql.trim().startsWith('(') ? sql : `(${sql})`
}
