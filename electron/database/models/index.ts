import type { Sequelize } from 'sequelize'
import { defineCourse } from './course'
import { defineEnrollment } from './enrollment'
import { defineSchool } from './school'
import { defineUser } from './user'
import { defineUserType } from './userType'

/** The models of one open file. Each file has its own, since a model knows one connection. */
export function defineModels(sequelize: Sequelize) {
  const UserType = defineUserType(sequelize)
  const User = defineUser(sequelize)
  const Course = defineCourse(sequelize)
  const Enrollment = defineEnrollment(sequelize)
  const School = defineSchool(sequelize)

  UserType.hasMany(User, { as: 'users', foreignKey: { name: 'userTypeId', allowNull: false } })
  User.belongsTo(UserType, { as: 'userType', foreignKey: { name: 'userTypeId', allowNull: false } })
  User.hasMany(Enrollment, { as: 'enrollments', foreignKey: { name: 'userId', allowNull: false } })
  Enrollment.belongsTo(User, { as: 'user', foreignKey: { name: 'userId', allowNull: false } })
  Course.hasMany(Enrollment, { as: 'enrollments', foreignKey: { name: 'courseId', allowNull: false } })
  Enrollment.belongsTo(Course, { as: 'course', foreignKey: { name: 'courseId', allowNull: false } })

  return { UserType, User, Course, Enrollment, School }
}

export type Models = ReturnType<typeof defineModels>
