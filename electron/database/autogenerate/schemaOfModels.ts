import type { Model, ModelAttributeColumnReferencesOptions, ModelStatic } from 'sequelize'
import {
  conventionalName,
  type ForeignKeyAction,
  type ForeignKeySpec,
  type PrimaryKeySpec,
  type Schema,
  type TableSchema,
} from '../schema/schema'
import { sameSql } from '../schema/sqlTokens'
import { type Attribute, columnName, columnOf, isStored } from './modelColumns'
import { indexesOf } from './modelIndexes'
// For whoever defines models: what it adds to Sequelize's types comes with this file.
import './modelOptions'
import type { ModelForeignKey } from './modelOptions'

/** What a database has beside its tables, by name, as whole CREATE statements. */
export type SchemaObjects = Pick<Schema, 'views' | 'virtualTables'>

/** The schema that models and the objects beside them describe. Where a constraint or an index has no name it gets the
 *  conventional one; the same constraint twice is one. Throws, naming model and attribute, for what SQLite cannot keep. */
export function schemaOfModels(models: readonly ModelStatic<Model>[], objects: SchemaObjects): Schema {
  return { tables: Object.fromEntries(models.map((model) => [tableName(model), tableOf(model)])), ...objects }
}

function tableOf(model: ModelStatic<Model>): TableSchema {
  const table = tableName(model)
  const attributes = Object.values(model.rawAttributes).filter(isStored)
  const uniques = uniquesOf(table, attributes)
  const foreignKeys = { ...foreignKeysOf(table, attributes), ...wideKeysOf(model) }
  const { checks, triggers = {} } = model.options
  return {
    columns: Object.fromEntries(attributes.map((attribute) => [columnName(attribute), columnOf(attribute)])),
    ...primaryKeyOf(table, attributes),
    ...(isFilled(uniques) && { uniques }),
    ...(isFilled(checks) && { checks: withoutDoubles(checks, sameSql) }),
    ...(isFilled(foreignKeys) && { foreignKeys: withoutDoubles(foreignKeys, sameKey) }),
    indexes: indexesOf(model, table, uniques),
    triggers,
  }
}

/** Models know a schema beside the name, which SQLite has none of. */
function tableName(model: Pick<ModelStatic<Model>, 'getTableName'>): string {
  const name = model.getTableName()
  return typeof name === 'string' ? name : name.tableName
}

function primaryKeyOf(table: string, attributes: Attribute[]): { primaryKey?: PrimaryKeySpec } {
  const keys = attributes.filter(({ primaryKey }) => primaryKey)
  const [first, second] = keys
  if (!first) return {}
  const columns = keys.map(columnName)
  const name = conventionalName('pk', table, columns)
  if (second) return { primaryKey: { name, columns } }
  return {
    primaryKey: { name, column: columnName(first), ...(first.autoIncrement && { isAutoIncrement: true }) },
  }
}

/** Attributes that give the same name are one constraint. */
function uniquesOf(table: string, attributes: Attribute[]): Record<string, string[]> {
  const uniques: Record<string, string[]> = {}
  for (const attribute of attributes) {
    const { unique } = attribute
    if (!unique) continue
    const given = typeof unique === 'object' ? unique.name : unique
    const column = columnName(attribute)
    const name = typeof given === 'string' && given !== '' ? given : conventionalName('uq', table, [column])
    uniques[name] = [...(uniques[name] ?? []), column]
  }
  return withoutDoubles(uniques, (a, b) => a.join() === b.join())
}

function foreignKeysOf(table: string, attributes: Attribute[]): Record<string, ForeignKeySpec> {
  const keys = attributes.flatMap((attribute): [string, ForeignKeySpec][] => {
    const { references } = attribute
    if (!references) return []
    const column = columnName(attribute)
    if (typeof references === 'string' || references.model === undefined)
      throw new Error(
        `'${table}.${column}': references must say { model, key }, not ${JSON.stringify(references)}`,
      )
    const [onDelete, onUpdate] = [
      actionOf(table, column, attribute.onDelete),
      actionOf(table, column, attribute.onUpdate),
    ]
    const key: ForeignKeySpec = {
      columns: [column],
      table: referredTable(references.model),
      references: [references.key ?? 'id'],
      ...(onDelete && { onDelete }),
      ...(onUpdate && { onUpdate }),
      ...(isDeferred(references.deferrable) && { isDeferred: true }),
    }
    return [[conventionalName('fk', table, [column]), key]]
  })
  return Object.fromEntries(keys)
}

function wideKeysOf({ options, rawAttributes }: ModelStatic<Model>): Record<string, ForeignKeySpec> {
  const keys: [string, ModelForeignKey][] = Object.entries(options.foreignKeys ?? {})
  return Object.fromEntries(
    keys.map(([name, key]) => [
      name,
      { ...key, columns: key.columns.map((attribute) => rawAttributes[attribute]?.field ?? attribute) },
    ]),
  )
}

function referredTable(model: NonNullable<ModelAttributeColumnReferencesOptions['model']>): string {
  if (typeof model === 'string') return model
  return typeof model === 'function' ? tableName(model as ModelStatic<Model>) : model.tableName
}

const ACTIONS: readonly ForeignKeyAction[] = ['RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT']

function actionOf(table: string, column: string, action: string | undefined): ForeignKeyAction | undefined {
  const given = action?.trim().toUpperCase() ?? ''
  if (given === '' || given === 'NO ACTION') return undefined
  const known = ACTIONS.find((each) => each === given)
  if (known) return known
  throw new Error(`'${table}.${column}': '${action}' is none of NO ACTION, ${ACTIONS.join(', ')}`)
}

/** Sequelize's own types know four classes by their names alone. */
const isDeferred = (deferrable: unknown) => {
  const name: unknown =
    typeof deferrable === 'function' ? deferrable.name : (deferrable as object | undefined)?.constructor.name
  return name === 'INITIALLY_DEFERRED'
}

const sameKey = (a: ForeignKeySpec, b: ForeignKeySpec) => JSON.stringify(a) === JSON.stringify(b)

/** The first name of what is declared twice is kept. */
function withoutDoubles<Value>(
  all: Record<string, Value>,
  same: (a: Value, b: Value) => boolean,
): Record<string, Value> {
  const kept: [string, Value][] = []
  for (const [name, value] of Object.entries(all))
    if (!kept.some(([, other]) => same(value, other))) kept.push([name, value])
  return Object.fromEntries(kept)
}

const isFilled = <Value>(all: Record<string, Value> | undefined): all is Record<string, Value> =>
  all !== undefined && Object.keys(all).length > 0
