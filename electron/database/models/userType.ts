import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { indexOnEach, instant, isInstant, isText, nameKey } from './rules'
import { updatedAtTrigger } from './updatedAt'

export interface UserType extends Model<InferAttributes<UserType>, InferCreationAttributes<UserType>> {
  userTypeId: CreationOptional<number>
  name: string
  nameSort: string
  nameFolded: string
  createdAt: CreationOptional<Date>
  updatedAt: CreationOptional<Date>
}

export function defineUserType(sequelize: Sequelize) {
  return sequelize.define<UserType>(
    'UserType',
    {
      userTypeId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      name: { type: DataTypes.STRING(50), allowNull: false, unique: 'uq_user_types_name' },
      nameSort: nameKey(),
      nameFolded: nameKey(),
      createdAt: instant(),
      updatedAt: instant(),
    },
    {
      tableName: 'user_types',
      underscored: true,
      checks: {
        ck_user_types_name: isText('name', 50),
        ck_user_types_created_at: isInstant('created_at'),
        ck_user_types_updated_at: isInstant('updated_at'),
      },
      indexes: indexOnEach('created_at', 'updated_at', 'name_sort', 'name_folded'),
      triggers: updatedAtTrigger('user_types', 'user_type_id', ['name']),
    },
  )
}
