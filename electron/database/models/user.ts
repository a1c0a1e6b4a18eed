import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import {
  indexOnEach,
  instant,
  isDay,
  isFlag,
  isInstant,
  isInteger,
  isOptionalObject,
  isText,
  nameKey,
} from './rules'
import { userSearchTriggers } from './search'
import { updatedAtTrigger } from './updatedAt'

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
  /** `YYYY-MM-DD`. Where it is known, no age is kept. */
  birthDate: CreationOptional<string | null>
  /** What another system calls the person. */
  externalId: CreationOptional<string | null>
  /** The school's own fields, a JSON object. */
  details: CreationOptional<string | null>
  firstNameSort: string
  lastNameSort: string
  firstNameFolded: string
  lastNameFolded: string
}

const FILLED = [
  ...['first_name', 'last_name', 'email', 'age', 'is_active', 'last_login', 'user_type_id'],
  ...['birth_date', 'external_id', 'details'],
]

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
      createdAt: instant(),
      updatedAt: instant(),
      lastLogin: { type: DataTypes.DATE },
      userTypeId: { type: DataTypes.INTEGER, allowNull: false },
      birthDate: { type: DataTypes.DATEONLY },
      externalId: { type: DataTypes.STRING(100) },
      details: { type: DataTypes.TEXT },
      firstNameSort: nameKey(),
      lastNameSort: nameKey(),
      firstNameFolded: nameKey(),
      lastNameFolded: nameKey(),
    },
    {
      tableName: 'users',
      underscored: true,
      checks: {
        ck_users_first_name: isText('first_name', 50),
        ck_users_last_name: isText('last_name', 50),
        ck_users_email: `${isText('email', 100)} AND email LIKE '_%@_%._%' AND email = lower(trim(email))`,
        ck_users_age: `age IS NULL OR (${isInteger('age')} AND age > 0)`,
        ck_users_is_active: isFlag('is_active'),
        ck_users_created_at: isInstant('created_at'),
        ck_users_updated_at: isInstant('updated_at'),
        ck_users_last_login: isInstant('last_login'),
        ck_users_birth_date: isDay('birth_date'),
        ck_users_age_or_birth_date: 'age IS NULL OR birth_date IS NULL',
        ck_users_external_id: `external_id IS NULL OR (${isText('external_id', 100)})`,
        ck_users_details: isOptionalObject('details'),
      },
      indexes: [
        ...indexOnEach('user_type_id', 'age', 'is_active', 'created_at', 'updated_at'),
        { name: 'ix_users_last_name_sort', fields: ['last_name_sort', 'first_name_sort'] },
        { name: 'ix_users_first_name_sort', fields: ['first_name_sort', 'last_name_sort'] },
        ...indexOnEach('first_name_folded', 'last_name_folded'),
        {
          name: 'ix_users_birth_date_age',
          fields: [{ name: 'birth_date', order: 'DESC' }, 'age'],
        },
        { name: 'uq_users_external_id', fields: ['external_id'], unique: true },
      ],
      triggers: { ...updatedAtTrigger('users', 'user_id', FILLED), ...userSearchTriggers },
    },
  )
}
