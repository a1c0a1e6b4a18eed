import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'

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
      nameSort: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
      nameFolded: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { tableName: 'user_types', underscored: true },
  )
}
