import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { instant, isInstant, isInteger, isText } from './rules'

/** The one row that says whose file it is. */
export interface School extends Model<InferAttributes<School>, InferCreationAttributes<School>> {
  schoolId: CreationOptional<number>
  name: string
  /** The language that names sort by, in this file and so on every computer. */
  language: string
  /** Version of the algorithms that wrote the sort keys and folded names; the next start refills them where it is older. */
  keyVersion: number
  createdAt: CreationOptional<Date>
  updatedAt: CreationOptional<Date>
}

export function defineSchool(sequelize: Sequelize) {
  return sequelize.define<School>(
    'School',
    {
      schoolId: { type: DataTypes.INTEGER, primaryKey: true, allowNull: false },
      name: { type: DataTypes.STRING(100), allowNull: false },
      language: { type: DataTypes.STRING(10), allowNull: false },
      keyVersion: { type: DataTypes.INTEGER, allowNull: false },
      createdAt: instant(),
      updatedAt: instant(),
    },
    {
      tableName: 'schools',
      underscored: true,
      checks: {
        ck_schools_school_id: 'school_id = 1',
        ck_schools_name: isText('name', 100),
        ck_schools_language: isText('language', 10, 2),
        ck_schools_key_version: isInteger('key_version'),
        ck_schools_created_at: isInstant('created_at'),
        ck_schools_updated_at: isInstant('updated_at'),
      },
    },
  )
}
