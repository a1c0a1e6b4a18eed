import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { homeroomTriggers } from './homerooms'
import {
  indexOnEach,
  instant,
  isFlag,
  isInstant,
  isOneOf,
  isOptionalText,
  isSchoolDay,
  isText,
} from './rules'
import { updatedAtTrigger } from './updatedAt'

export interface Enrollment extends Model<InferAttributes<Enrollment>, InferCreationAttributes<Enrollment>> {
  enrollmentId: CreationOptional<number>
  /** A day of the school at midnight UTC, as is `endDate`: the seed's type is an instant. */
  enrolledDate: Date | null
  endDate: Date | null
  updatedAt: CreationOptional<Date>
  associativeData: string | null
  userId: number
  courseId: number
  /** `enrolled` (open), `completed` or `withdrawn`. */
  status: CreationOptional<string>
  endReason: CreationOptional<string | null>
  externalId: CreationOptional<string | null>
  /** That the course is a homeroom, kept by triggers: an index can look at one table only. */
  isHomeroom: CreationOptional<boolean>
}

const TODAY = `(strftime('%Y-%m-%d 00:00:00.000 +00:00', 'now'))`
const FILLED = [
  ...['enrolled_date', 'end_date', 'associative_data', 'user_id', 'course_id'],
  ...['status', 'end_reason', 'external_id'],
]

export function defineEnrollment(sequelize: Sequelize) {
  return sequelize.define<Enrollment>(
    'Enrollment',
    {
      enrollmentId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      enrolledDate: { type: DataTypes.DATE, serverDefault: TODAY },
      endDate: { type: DataTypes.DATE },
      updatedAt: instant(),
      associativeData: { type: DataTypes.TEXT },
      userId: { type: DataTypes.INTEGER, allowNull: false },
      courseId: { type: DataTypes.INTEGER, allowNull: false },
      status: { type: DataTypes.STRING(20), allowNull: false, defaultValue: 'enrolled' },
      endReason: { type: DataTypes.STRING(200) },
      externalId: { type: DataTypes.STRING(100) },
      isHomeroom: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    },
    {
      tableName: 'enrollments',
      underscored: true,
      createdAt: false,
      checks: {
        ck_enrollments_enrolled_date: isSchoolDay('enrolled_date'),
        ck_enrollments_end_date: isSchoolDay('end_date'),
        ck_enrollments_period: 'end_date IS NULL OR enrolled_date IS NULL OR end_date >= enrolled_date',
        ck_enrollments_updated_at: isInstant('updated_at'),
        ck_enrollments_associative_data: isOptionalText('associative_data'),
        ck_enrollments_status: isOneOf('status', ['enrolled', 'completed', 'withdrawn']),
        ck_enrollments_end_reason: `end_reason IS NULL OR (${isText('end_reason', 200)})`,
        ck_enrollments_external_id: `external_id IS NULL OR (${isText('external_id', 100)})`,
        ck_enrollments_is_homeroom: isFlag('is_homeroom'),
      },
      indexes: [
        ...indexOnEach('user_id', 'course_id', 'enrolled_date', 'end_date', 'updated_at'),
        {
          name: 'uq_enrollments_user_id_course_id_open',
          fields: ['user_id', 'course_id'],
          unique: true,
          where: { status: 'enrolled' },
        },
        {
          name: 'uq_enrollments_user_id_homeroom',
          fields: ['user_id'],
          unique: true,
          where: { isHomeroom: true, status: 'enrolled' },
        },
        { name: 'ix_enrollments_status_end_date', fields: ['status', 'end_date'] },
        { name: 'uq_enrollments_external_id', fields: ['external_id'], unique: true },
      ],
      triggers: { ...updatedAtTrigger('enrollments', 'enrollment_id', FILLED), ...homeroomTriggers },
    },
  )
}
