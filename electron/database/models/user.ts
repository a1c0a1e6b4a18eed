import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'

export interface User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  userId: CreationOptional<number>
  firstName: string
  lastName: string
  email: string
  age: number | null
  isActive: CreationOptional<boolean>
  createdAt: CreationOptional<Date>
  updatedAt: CreationOptional<Date>
  lastLogin: CreationOptional<Date | null>
  userTypeId: number
  firstNameSort: string
  lastNameSort: string
  firstNameFolded: string
  lastNameFolded: string
}

export function defineUser(sequelize: Sequelize) {
  return sequelize.define<User>(
    'User',
    {
      userId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      firstName: { type: DataTypes.STRING(50), allowNull: false },
      lastName: { type: DataTypes.STRING(50), allowNull: false },
      email: { type: DataTypes.STRING(100), allowNull: false, unique: 'uq_users_email' },
      age: { type: DataTypes.INTEGER },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
      lastLogin: { type: DataTypes.DATE },
      userTypeId: { type: DataTypes.INTEGER, allowNull: false },
      firstNameSort: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
      lastNameSort: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
      firstNameFolded: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
      lastNameFolded: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
    },
    { tableName: 'users', underscored: true },
  )
}
