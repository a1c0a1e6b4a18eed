// Our side of the table in docs/migrations.md: the changes that scripts/besideAlembic.py makes, to Sequelize models.
import { DataTypes, literal, type ModelAttributeColumnOptions, type ModelOptions } from 'sequelize'
import { autogenerate } from '../../electron/database/autogenerate/autogenerate'
import { describe } from '../../electron/database/autogenerate/differences'
import { revisionSource } from '../../electron/database/autogenerate/revisionSource'
import { schemaOfModels } from '../../electron/database/autogenerate/schemaOfModels'
import { UnsettledError } from '../../electron/database/autogenerate/settle'
import { connect } from '../../electron/database/connection'
import type { Operations, Revision } from '../../electron/database/operations'
import type { Schema } from '../../electron/database/schema/schema'
import { createTable } from '../../electron/database/sql'

type Model = [attributes: Record<string, ModelAttributeColumnOptions>, options?: ModelOptions]
type Models = Record<string, Model>

const { INTEGER, STRING, TEXT } = DataTypes
const id = { type: INTEGER, primaryKey: true }
const users = (
  attributes: Record<string, ModelAttributeColumnOptions> = {},
  options: ModelOptions = {},
): Models => ({
  users: [
    { id, age: { type: INTEGER }, email: { type: STRING(50), allowNull: false }, ...attributes },
    options,
  ],
})
const visits = (reference: Partial<ModelAttributeColumnOptions> = {}): Models => ({
  ...users(),
  visits: [{ id, user_id: { type: INTEGER, references: { model: 'users', key: 'id' }, ...reference } }],
})
const index = (index: NonNullable<ModelOptions['indexes']>[number]) =>
  users({}, { indexes: [{ name: 'ix', ...index }] })
const trigger = 'CREATE TRIGGER tr AFTER DELETE ON users BEGIN SELECT 1; END'
const view = { v: 'CREATE VIEW v AS SELECT id FROM users' }

const CASES: Record<string, { before: Models; after: Models; views?: Record<string, string> }> = {
  'table added': { before: users(), after: { ...users(), courses: [{ id }] } },
  'table removed': { before: { ...users(), courses: [{ id }] }, after: users() },
  'column added': { before: users(), after: users({ phone: { type: STRING(20) } }) },
  'column removed': { before: users({ phone: { type: STRING(20) } }), after: users() },
  'NULL no longer allowed': { before: users(), after: users({ age: { type: INTEGER, allowNull: false } }) },
  'type changed': { before: users(), after: users({ email: { type: TEXT, allowNull: false } }) },
  'server default changed': {
    before: users({ age: { type: INTEGER, serverDefault: '1' } }),
    after: users({ age: { type: INTEGER, serverDefault: '2' } }),
  },
  'CHECK added': { before: users(), after: users({}, { checks: { ck: 'age > 0' } }) },
  'CHECK removed': { before: users({}, { checks: { ck: 'age > 0' } }), after: users() },
  'CHECK’s text changed': {
    before: users({}, { checks: { ck: 'age > 0' } }),
    after: users({}, { checks: { ck: 'age > 1' } }),
  },
  'index added': { before: users(), after: index({ fields: ['age'] }) },
  'partial index’s condition changed': {
    before: index({ fields: ['age'], where: literal('age > 1') }),
    after: index({ fields: ['age'], where: literal('age > 2') }),
  },
  'index’s expression changed': {
    before: index({ fields: [literal('lower(email)')] }),
    after: index({ fields: [literal('upper(email)')] }),
  },
  'named unique added': { before: users(), after: users({ age: { type: INTEGER, unique: 'uq' } }) },
  'foreign key added': { before: visits({ references: undefined }), after: visits() },
  'ON DELETE changed': { before: visits(), after: visits({ onDelete: 'CASCADE' }) },
  'ON UPDATE changed': { before: visits(), after: visits({ onUpdate: 'CASCADE' }) },
  'primary key changed': { before: users(), after: users({ age: { type: INTEGER, primaryKey: true } }) },
  'AUTOINCREMENT added': { before: users(), after: users({ id: { ...id, autoIncrement: true } }) },
  'trigger added': { before: users(), after: users({}, { triggers: { tr: trigger } }) },
  'view added': { before: users(), after: users(), views: view },
  'column renamed': {
    before: users({ phone: { type: STRING(20) } }),
    after: users({ mobile: { type: STRING(20) } }),
  },
  'table renamed': { before: { ...users(), people: [{ id }] }, after: { ...users(), persons: [{ id }] } },
  'the same unique declared twice': {
    before: {},
    after: users(
      { email: { type: STRING(50), allowNull: false, unique: true } },
      { indexes: [{ fields: ['email'], unique: true }] },
    ),
  },
}

/** What each change is found as, a line each; what is refused is said as it is. */
export async function detect(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const [name, { before, after, views = {} }] of Object.entries(CASES))
    found[name] = await detectOne(schemaOf(before), schemaOf(after, views))
  return found
}

async function detectOne(before: Schema, after: Schema): Promise<string[]> {
  try {
    const { differences, plan } = await autogenerate([making(before)], after)
    const source = revisionSource({ name: '', revises: null, message: '', operationsModule: '' }, plan)
    const uniques = source.match(/"uq_users_email": \["email"\]|isUnique/g) ?? []
    return [
      ...differences.flatMap(describe),
      ...(uniques.length > 0 ? [`unique written ${uniques.length} x`] : []),
    ]
  } catch (error) {
    if (error instanceof UnsettledError) return ['refused until told']
    throw error
  }
}

/** A revision that makes a schema of nothing. */
const making = ({ tables }: Schema): Revision => ({
  name: 'before',
  revises: null,
  async upgrade(op: Operations) {
    for (const [name, table] of Object.entries(tables)) {
      await op.execute(createTable(name, table))
      for (const [one, spec] of Object.entries(table.indexes))
        await op.createIndex(one, { table: name, ...spec })
    }
  },
  async downgrade() {},
})

function schemaOf(models: Models, views: Record<string, string> = {}): Schema {
  const sequelize = connect(':memory:')
  const defined = Object.entries(models).map(([tableName, [attributes, options]]) => {
    // Sequelize writes into what it is given.
    const own = Object.entries(attributes).map(([name, attribute]) => [name, { ...attribute }])
    return sequelize.define(tableName, Object.fromEntries(own) as typeof attributes, {
      ...{ timestamps: false, tableName },
      ...options,
    })
  })
  return schemaOfModels(defined, { views, virtualTables: {} })
}
