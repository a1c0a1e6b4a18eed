import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'

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
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { tableName: 'schools', underscored: true },
  )
}
