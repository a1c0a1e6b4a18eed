import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'

export interface Course extends Model<InferAttributes<Course>, InferCreationAttributes<Course>> {
  courseId: CreationOptional<number>
  name: string
  description: string | null
  /** `YYYY-MM-DD`, as is `endDate`. */
  startDate: string
  endDate: string
  createdAt: CreationOptional<Date>
  updatedAt: CreationOptional<Date>
  isActive: CreationOptional<boolean>
  nameSort: string
  nameFolded: string
}

export function defineCourse(sequelize: Sequelize) {
  return sequelize.define<Course>(
    'Course',
    {
      courseId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      name: { type: DataTypes.STRING(100), allowNull: false },
      description: { type: DataTypes.TEXT },
      startDate: { type: DataTypes.DATEONLY, allowNull: false },
      endDate: { type: DataTypes.DATEONLY, allowNull: false },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      nameSort: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
      nameFolded: { type: DataTypes.TEXT, allowNull: false, defaultValue: '' },
    },
    { tableName: 'courses', underscored: true },
  )
}
