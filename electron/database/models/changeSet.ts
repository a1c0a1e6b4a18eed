import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { instant, isInstant, isJson } from './rules'

/** One command, as history has it. Services write it by SQL, in the transaction of the command itself. */
export interface ChangeSet extends Model<InferAttributes<ChangeSet>, InferCreationAttributes<ChangeSet>> {
  changeSetId: CreationOptional<number>
  command: string
  person: string
  createdAt: CreationOptional<Date>
  /** Ordinal of the revision that the file had. */
  schemaVersion: number
  summary: string
  /** JSON, as is `columns`: the columns of each table in the order in which changes list their values. */
  params: CreationOptional<string>
  columns: CreationOptional<string>
  changeCount: CreationOptional<number>
  undoes: number | null
  digest: Buffer | null
}

export function defineChangeSet(sequelize: Sequelize) {
  return sequelize.define<ChangeSet>(
    'ChangeSet',
    {
      changeSetId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      command: { type: DataTypes.TEXT, allowNull: false },
      person: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { ...instant(), allowNull: false },
      schemaVersion: { type: DataTypes.INTEGER, allowNull: false },
      summary: { type: DataTypes.TEXT, allowNull: false },
      params: { type: DataTypes.TEXT, allowNull: false, defaultValue: '{}' },
      columns: { type: DataTypes.TEXT, allowNull: false, defaultValue: '{}' },
      changeCount: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      undoes: { type: DataTypes.INTEGER, references: { model: 'change_sets', key: 'change_set_id' } },
      digest: { type: DataTypes.BLOB },
    },
    {
      tableName: 'change_sets',
      underscored: true,
      updatedAt: false,
      checks: {
        ck_change_sets_created_at: isInstant('created_at'),
        ck_change_sets_params: isJson('params'),
        ck_change_sets_columns: isJson('columns'),
      },
      indexes: [
        {
          name: 'uq_change_sets_undoes',
          fields: ['undoes'],
          unique: true,
          where: sequelize.literal('undoes IS NOT NULL'),
        },
      ],
    },
  )
}
