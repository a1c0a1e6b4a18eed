import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { isOptionalJson } from './rules'

/** One record in a change set. `before` and `after` are JSON arrays of the columns that the set lists for its table. */
export interface Change extends Model<InferAttributes<Change>, InferCreationAttributes<Change>> {
  changeId: CreationOptional<number>
  changeSetId: number
  entity: string
  recordId: number
  before: string | null
  after: string | null
  salt: Buffer | null
  digest: Buffer | null
}

export function defineChange(sequelize: Sequelize) {
  return sequelize.define<Change>(
    'Change',
    {
      changeId: { type: DataTypes.INTEGER, primaryKey: true },
      changeSetId: {
        type: DataTypes.INTEGER,
        allowNull: false,
        references: { model: 'change_sets', key: 'change_set_id' },
      },
      entity: { type: DataTypes.TEXT, allowNull: false },
      recordId: { type: DataTypes.INTEGER, allowNull: false },
      before: { type: DataTypes.TEXT },
      after: { type: DataTypes.TEXT },
      salt: { type: DataTypes.BLOB },
      digest: { type: DataTypes.BLOB },
    },
    {
      tableName: 'changes',
      underscored: true,
      timestamps: false,
      checks: { ck_changes_before: isOptionalJson('before'), ck_changes_after: isOptionalJson('after') },
      indexes: [
        // One change of a record in a set, however often the command touched it.
        {
          name: 'uq_changes_change_set_id_entity_record_id',
          fields: ['change_set_id', 'entity', 'record_id'],
          unique: true,
        },
        { fields: ['entity', 'record_id'] },
      ],
    },
  )
}
