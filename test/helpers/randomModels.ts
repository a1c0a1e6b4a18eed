import fc from 'fast-check'
import { DataTypes, literal, type ModelAttributeColumnOptions, type ModelOptions } from 'sequelize'
import { schemaOfModels } from '../../electron/database/autogenerate/schemaOfModels'
import { connect } from '../../electron/database/connection'
import type { Schema } from '../../electron/database/schema/schema'
import { literal as text, quote } from '../../electron/database/sql'

// Real Sequelize models out of plain descriptions, which fast-check makes and shrinks.

const TYPES = {
  integer: DataTypes.INTEGER,
  bigint: DataTypes.BIGINT,
  flag: DataTypes.BOOLEAN,
  real: DataTypes.REAL,
  short: DataTypes.STRING(40),
  text: DataTypes.TEXT,
  day: DataTypes.DATEONLY,
  instant: DataTypes.DATE,
  bytes: DataTypes.BLOB,
} as const
type TypeName = keyof typeof TYPES

export const ACTIONS = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT'] as const
type Action = (typeof ACTIONS)[number]

/** What it was called before the change; nothing where it is new. */
interface Originating {
  name: string
  origin?: string
}

export interface ColumnDescription extends Originating {
  type: TypeName
  isNullable: boolean
  /** Kept by Sequelize and the database, or by the database alone. */
  standard: 'none' | 'value' | 'server'
  isUnique: boolean
  hasCheck: boolean
  isFolded: boolean
}

export interface ReferenceDescription extends Originating {
  parent: string
  onDelete: Action
  onUpdate: Action
}

export interface IndexDescription {
  /** Places of columns, modulo their number. */
  columns: number[]
  kind: 'plain' | 'unique' | 'partial' | 'expression' | 'descending'
}

export interface TableDescription extends Originating {
  key: 'auto' | 'number' | 'text' | 'pair'
  columns: ColumnDescription[]
  references: ReferenceDescription[]
  indexes: IndexDescription[]
  /** A trigger on the first column, which writes into its own table or into the first one. */
  trigger: 'none' | 'own' | 'other'
  view: 'none' | 'plain' | 'nested'
  hasSearch: boolean
}

/** Names that need quotes, that are keywords, or that are functions' too. */
const NAMES = ['alpha', 'Beta', 'order', 'two words', 'length', 'naïve', 'quo"te', 'gamma', 'x_1', 'value']
const TABLES = ['people', 'Group', 'two tables', 'items']

export const anyColumn = fc.record({
  type: fc.constantFrom(...(Object.keys(TYPES) as TypeName[])),
  isNullable: fc.boolean(),
  standard: fc.constantFrom('none' as const, 'value' as const, 'server' as const),
  isUnique: fc.boolean(),
  hasCheck: fc.boolean(),
  isFolded: fc.boolean(),
})

export const anyIndex: fc.Arbitrary<IndexDescription> = fc.record({
  columns: fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }),
  kind: fc.constantFrom('plain', 'unique', 'partial', 'expression', 'descending'),
})

const anyTable = fc.record({
  key: fc.constantFrom('auto' as const, 'number' as const, 'text' as const, 'pair' as const),
  columns: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), anyColumn), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 5,
    })
    .map((columns) => columns.map(([name, column]) => ({ name, ...column }))),
  references: fc.array(
    fc.record({
      parent: fc.nat(9),
      onDelete: fc.constantFrom(...ACTIONS),
      onUpdate: fc.constantFrom(...ACTIONS),
    }),
    { maxLength: 2 },
  ),
  indexes: fc.array(anyIndex, { maxLength: 3 }),
  trigger: fc.constantFrom('none' as const, 'own' as const, 'other' as const),
  view: fc.constantFrom('none' as const, 'plain' as const, 'nested' as const),
  hasSearch: fc.boolean(),
})

/** One to four tables, which may refer to themselves, to one another and in circles. */
export const anyTables: fc.Arbitrary<TableDescription[]> = fc
  .array(anyTable, { minLength: 1, maxLength: TABLES.length })
  .map((all) =>
    all.map((table, at) => ({
      ...table,
      name: TABLES[at] ?? '',
      references: table.references.map((reference, number) => ({
        ...reference,
        name: `ref ${number}`,
        parent: TABLES[reference.parent % all.length] ?? '',
      })),
    })),
  )

/** The columns by which a table's rows are told apart. */
export const keyOf = ({ key }: TableDescription) => (key === 'pair' ? ['key a', 'key b'] : ['id'])

/** The schema of the models, which are really defined. */
export function schemaOf(all: TableDescription[]): Schema {
  const sequelize = connect(':memory:')
  const models = all.map((table, at) =>
    sequelize.define(`Model${at}`, attributesOf(table, all), {
      ...{ tableName: table.name, timestamps: false, checks: checksOf(table) },
      ...{ indexes: indexesOf(table), triggers: triggersOf(table, all[0] ?? table) },
    }),
  )
  return schemaOfModels(models, {
    views: Object.assign({}, ...all.map(viewsOf)) as Record<string, string>,
    virtualTables: Object.assign({}, ...all.map(searchOf)) as Record<string, string>,
  })
}

type Attributes = Record<string, ModelAttributeColumnOptions>

function attributesOf(table: TableDescription, all: TableDescription[]): Attributes {
  const keys = keyOf(table).map((field, at): ModelAttributeColumnOptions => {
    const type = table.key === 'text' || at === 1 ? DataTypes.STRING(20) : DataTypes.INTEGER
    return { type, field, primaryKey: true, allowNull: false, autoIncrement: table.key === 'auto' }
  })
  const columns = table.columns.map(({ name, type, isNullable, isUnique, standard, isFolded }) => ({
    ...{ type: TYPES[type], field: name, allowNull: isNullable, unique: isUnique },
    ...(standard === 'value' && { defaultValue: VALUES[type] }),
    ...(standard === 'server' && { serverDefault: SERVER_DEFAULTS[type] ?? '5' }),
    ...(isFolded && { rest: 'COLLATE NOCASE' }),
  }))
  const references = table.references.map((reference) => referenceOf(reference, all))
  return Object.fromEntries([...keys, ...columns, ...references].map((one, at) => [`a${at}`, one]))
}

/** The value that Sequelize gives and the database keeps. */
const VALUES: Record<TypeName, string | number | boolean | Buffer> = {
  ...{ integer: 7, bigint: 8, flag: true, real: 1.5, short: "it's", text: 'two\nlines `${x}`' },
  ...{ day: '2026-09-01', instant: '2026-09-01 10:00:00.000 +00:00', bytes: Buffer.from([0, 255]) },
}

const SERVER_DEFAULTS: Partial<Record<TypeName, string>> = {
  instant: `(strftime('%Y-%m-%d %H:%M:%f +00:00', '2026-01-01'))`,
  text: `(lower('ABC'))`,
}

/** A key of two columns cannot be referred to by one: then it is a plain number. */
function referenceOf(
  { name: field, parent, onDelete, onUpdate }: ReferenceDescription,
  all: TableDescription[],
): ModelAttributeColumnOptions {
  const { key } = all.find(({ name }) => name === parent) ?? { key: 'pair' }
  if (key === 'pair') return { type: DataTypes.INTEGER, field }
  const type = key === 'text' ? DataTypes.STRING(20) : DataTypes.INTEGER
  return { type, field, references: { model: parent, key: 'id' }, onDelete, onUpdate }
}

const checksOf = ({ name: table, columns }: TableDescription) =>
  Object.fromEntries(
    columns
      .filter(({ hasCheck }) => hasCheck)
      .map(({ name }) => [`ck_${table}_${name}`, `${quote(name)} IS NULL OR length(${quote(name)}) < 1000`]),
  )

function indexesOf({ name: table, columns, indexes, references }: TableDescription): ModelOptions['indexes'] {
  const all = indexes.map(({ columns: places, kind }) => {
    const fields = [...new Set(places.map((place) => columns[place % columns.length]?.name ?? ''))]
    const [first = ''] = fields
    // What is unique together has to be so by a part of it alone: rows share what a default has filled.
    const unique =
      kind === 'unique' && columns.some(({ name, isUnique }) => isUnique && fields.includes(name))
    return {
      ...{ name: `${unique ? 'uq' : 'ix'}_${table}_${fields.join('_')}_${kind}`, unique },
      fields:
        kind === 'expression'
          ? [literal(`lower(${quote(first)})`), ...fields.slice(1)]
          : fields.map((name) => (kind === 'descending' ? { name, order: 'DESC' as const } : name)),
      ...(kind === 'partial' && { where: literal(`${quote(first)} IS NOT NULL`) }),
    }
  })
  const byName = new Map(all.map((index) => [index.name.toLowerCase(), index]))
  return [...byName.values(), ...references.slice(0, 1).map(({ name }) => ({ fields: [name] }))]
}

function triggersOf(table: TableDescription, first: TableDescription): Record<string, string> {
  const target = table.trigger === 'own' ? table : first
  const [watched, written] = [quote(table.columns[0]?.name ?? ''), quote(target.columns[0]?.name ?? '')]
  const name = `tr_${table.name}`
  if (table.trigger === 'none') return {}
  return {
    [name]: `CREATE TRIGGER ${quote(name)} AFTER UPDATE OF ${watched} ON ${quote(table.name)}
      BEGIN UPDATE ${quote(target.name)} SET ${written} = ${written} WHERE 0; END`,
  }
}

function viewsOf({ name: table, view, columns }: TableDescription): Record<string, string> {
  const [plain, nested] = [`${table} view`, `${table} view of view`]
  const names = columns.map(({ name }) => quote(name)).join(', ')
  if (view === 'none') return {}
  return {
    [plain]: `CREATE VIEW ${quote(plain)} AS SELECT ${names} FROM ${quote(table)}`,
    ...(view === 'nested' && {
      [nested]: `CREATE VIEW ${quote(nested)} AS SELECT count(*) AS n FROM ${quote(plain)}`,
    }),
  }
}

function searchOf({ name: table, key, columns, hasSearch }: TableDescription): Record<string, string> {
  const searched = columns.find(({ name, type }) => /^\w+$/.test(name) && ['text', 'short'].includes(type))
  if (!hasSearch || !searched || key === 'pair' || key === 'text') return {}
  const name = `${table} search`
  return {
    [name]: `CREATE VIRTUAL TABLE ${quote(name)} USING fts5(${quote(searched.name)}, content=${text(table)}, content_rowid='id')`,
  }
}
