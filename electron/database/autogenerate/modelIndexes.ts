import { type Model, type ModelStatic, Utils } from 'sequelize'
import { conventionalName, type IndexPart, type TableSchema } from '../schema/schema'
import { columnName } from './modelColumns'
import { literal, quote } from '../sql'
import { namesColumn } from '../schema/sqlTokens'

type Indexes = NonNullable<ModelStatic<Model>['options']['indexes']>
type Field = NonNullable<Indexes[number]['fields']>[number]

/** The indexes of a model, but for those that say no more than a unique constraint does. */
export function indexesOf(
  model: ModelStatic<Model>,
  table: string,
  uniques: Record<string, string[]>,
): TableSchema['indexes'] {
  const isUniqueAlready = (columns: IndexPart[]) =>
    Object.values(uniques).some((unique) => JSON.stringify(unique) === JSON.stringify(columns))
  const all = Object.values(model.rawAttributes).map(columnName)
  const indexes: TableSchema['indexes'] = {}
  for (const index of model.options.indexes ?? []) {
    const { fields = [], where } = index
    const isUnique = index.unique === true || index.type === 'UNIQUE'
    const columns = fields.map((field) => partOf(model, field))
    if (isUnique && where === undefined && isUniqueAlready(columns)) continue
    indexes[nameOf(index, table, columns, all)] = {
      columns,
      ...(isUnique && { isUnique }),
      ...(where !== undefined && { where: conditionOf(model, where) }),
    }
  }
  return indexes
}

/** Sequelize names an index that has no name, in a way of its own and in place. */
function nameOf(
  { name, fields = [] }: Indexes[number],
  table: string,
  columns: IndexPart[],
  all: string[],
): string {
  const plain = fields.map((field) => (typeof field === 'string' ? field : 'name' in field ? field.name : ''))
  const isGiven = name !== undefined && name !== Utils.underscoredIf(`${table}_${plain.join('_')}`, true)
  return isGiven
    ? name
    : conventionalName(
        'ix',
        table,
        columns.flatMap((part) => namesIn(part, all)),
      )
}

/** The columns of a part, in the order of the table where it is an expression. */
const namesIn = (part: IndexPart, all: string[]) =>
  typeof part === 'string' ? [part] : all.filter((column) => namesColumn(part.expression, column))

function partOf(model: ModelStatic<Model>, field: Field): IndexPart {
  if (typeof field === 'string') return columnOf(model, field)
  if (field instanceof Utils.Literal) return { expression: sqlOf(field) }
  if (!('name' in field))
    throw new Error(`an index of '${model.name}' has a function in it: write it as literal()`)
  const { name, order, collate } = field
  const column = columnOf(model, name)
  if (order !== 'DESC' && collate === undefined) return column
  const words = [
    quote(column),
    ...(collate ? [`COLLATE ${collate}`] : []),
    ...(order === 'DESC' ? [order] : []),
  ]
  return { expression: words.join(' ') }
}

/** A field may go by its attribute's name or by its column's. */
const columnOf = (model: ModelStatic<Model>, name: string) => model.rawAttributes[name]?.field ?? name

/** A partial index's condition: `literal()`, or plain values by attribute. */
function conditionOf(model: ModelStatic<Model>, where: NonNullable<Indexes[number]['where']>): string {
  if (where instanceof Utils.Literal) return sqlOf(where)
  const conditions = Object.entries(where).map(([name, value]: [string, unknown]) => {
    const column = quote(columnOf(model, name))
    if (value === null) return `${column} IS NULL`
    if (typeof value === 'boolean') return `${column} = ${value ? 1 : 0}`
    if (typeof value === 'number') return `${column} = ${value}`
    if (typeof value === 'string') return `${column} = ${literal(value)}`
    throw new Error(
      `an index of '${model.name}' on '${name}' has a condition that is best written as literal()`,
    )
  })
  if (conditions.length === 0 || Object.getOwnPropertySymbols(where).length > 0)
    throw new Error(`an index of '${model.name}' has a condition that is best written as literal()`)
  return conditions.join(' AND ')
}

const sqlOf = (value: InstanceType<typeof Utils.Literal>) =>
  String((value as unknown as { val: unknown }).val)
