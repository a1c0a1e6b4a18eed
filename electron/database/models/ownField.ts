import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { instant, isFlag, isInstant, isOneOf, isOptionalJson, isText } from './rules'
import { updatedAtTrigger } from './updatedAt'

/** A column that only this school keeps. Its values are in the `details` of the records, under `key`. */
export interface OwnField extends Model<InferAttributes<OwnField>, InferCreationAttributes<OwnField>> {
  ownFieldId: CreationOptional<number>
  /** Whose records have it: `users`, `courses`, `enrollments`. */
  entity: string
  key: string
  label: string
  kind: string
  /** Of a choice, its values as a JSON array. */
  choices: CreationOptional<string | null>
  isSensitive: CreationOptional<boolean>
  createdAt: CreationOptional<Date>
  updatedAt: CreationOptional<Date>
}

const FILLED = ['entity', 'key', 'label', 'kind', 'choices', 'is_sensitive']

export function defineOwnField(sequelize: Sequelize) {
  return sequelize.define<OwnField>(
    'OwnField',
    {
      ownFieldId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      entity: { type: DataTypes.STRING(20), allowNull: false, unique: 'uq_own_fields_entity_key' },
      key: { type: DataTypes.STRING(50), allowNull: false, unique: 'uq_own_fields_entity_key' },
      label: { type: DataTypes.STRING(100), allowNull: false },
      kind: { type: DataTypes.STRING(20), allowNull: false },
      choices: { type: DataTypes.TEXT },
      isSensitive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      createdAt: instant(),
      updatedAt: instant(),
    },
    {
      tableName: 'own_fields',
      underscored: true,
      checks: {
        ck_own_fields_entity: isOneOf('entity', ['users', 'courses', 'enrollments']),
        ck_own_fields_key: isText('key', 50),
        ck_own_fields_label: isText('label', 100),
        ck_own_fields_kind: isOneOf('kind', ['text', 'longText', 'integer', 'boolean', 'day', 'choice']),
        ck_own_fields_choices: isOptionalJson('choices'),
        ck_own_fields_is_sensitive: isFlag('is_sensitive'),
        ck_own_fields_created_at: isInstant('created_at'),
        ck_own_fields_updated_at: isInstant('updated_at'),
      },
      triggers: updatedAtTrigger('own_fields', 'own_field_id', FILLED),
    },
  )
}
