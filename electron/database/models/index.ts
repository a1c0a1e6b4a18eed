import type { ForeignKeyOptions, Sequelize } from 'sequelize'
import { defineChange } from './change'
import { defineChangeSet } from './changeSet'
import { defineCourse } from './course'
import { defineEnrollment } from './enrollment'
import { defineOwnField } from './ownField'
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
  const OwnField = defineOwnField(sequelize)
  const ChangeSet = defineChangeSet(sequelize)
  const Change = defineChange(sequelize)

  UserType.hasMany(User, { as: 'users', ...by('userTypeId') })
  User.belongsTo(UserType, { as: 'userType', ...by('userTypeId') })
  User.hasMany(Enrollment, { as: 'enrollments', ...by('userId') })
  Enrollment.belongsTo(User, { as: 'user', ...by('userId') })
  Course.hasMany(Enrollment, { as: 'enrollments', ...by('courseId') })
  Enrollment.belongsTo(Course, { as: 'course', ...by('courseId') })

  return { UserType, User, Course, Enrollment, School, OwnField, ChangeSet, Change }
}

export type Models = ReturnType<typeof defineModels>

/** A record that others refer to is never deleted under them, by whatever path. */
const by = (name: string): { foreignKey: ForeignKeyOptions; onDelete: string; onUpdate: string } => ({
  foreignKey: { name, allowNull: false },
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
})
