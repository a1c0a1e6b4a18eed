import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'

export interface Enrollment extends Model<InferAttributes<Enrollment>, InferCreationAttributes<Enrollment>> {
  enrollmentId: CreationOptional<number>
  /** A day of the school at midnight UTC, as is `endDate`: the seed's type is an instant. */
  enrolledDate: Date | null
  endDate: Date | null
  updatedAt: CreationOptional<Date>
  associativeData: string | null
  userId: number
  courseId: number
}

export function defineEnrollment(sequelize: Sequelize) {
  return sequelize.define<Enrollment>(
    'Enrollment',
    {
      enrollmentId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      enrolledDate: { type: DataTypes.DATE },
      endDate: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
      associativeData: { type: DataTypes.TEXT },
      userId: { type: DataTypes.INTEGER, allowNull: false },
      courseId: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'enrollments', underscored: true, createdAt: false },
  )
}
