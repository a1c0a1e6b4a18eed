import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize'
import { classTypeTrigger } from './homerooms'
import {
  indexOnEach,
  instant,
  isDay,
  isFlag,
  isInstant,
  isOneOf,
  isOptionalObject,
  isOptionalText,
  isText,
  nameKey,
} from './rules'
import { courseSearchTriggers } from './search'
import { updatedAtTrigger } from './updatedAt'

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
  /** `scheduled` or `homeroom`, OneRoster's words: a homeroom is a class, of which a person has one at a time. */
  classType: CreationOptional<string>
  externalId: CreationOptional<string | null>
  details: CreationOptional<string | null>
  nameSort: string
  nameFolded: string
}

const FILLED = [
  ...['name', 'description', 'start_date', 'end_date', 'is_active'],
  ...['class_type', 'external_id', 'details'],
]

export function defineCourse(sequelize: Sequelize) {
  return sequelize.define<Course>(
    'Course',
    {
      courseId: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      name: { type: DataTypes.STRING(100), allowNull: false },
      description: { type: DataTypes.TEXT },
      startDate: { type: DataTypes.DATEONLY, allowNull: false },
      endDate: { type: DataTypes.DATEONLY, allowNull: false },
      createdAt: instant(),
      updatedAt: instant(),
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      classType: { type: DataTypes.STRING(20), allowNull: false, defaultValue: 'scheduled' },
      externalId: { type: DataTypes.STRING(100) },
      details: { type: DataTypes.TEXT },
      nameSort: nameKey(),
      nameFolded: nameKey(),
    },
    {
      tableName: 'courses',
      underscored: true,
      checks: {
        ck_courses_name: isText('name', 100),
        ck_courses_description: isOptionalText('description'),
        ck_courses_start_date: isDay('start_date'),
        ck_courses_end_date: isDay('end_date'),
        ck_courses_period: 'end_date >= start_date',
        ck_courses_created_at: isInstant('created_at'),
        ck_courses_updated_at: isInstant('updated_at'),
        ck_courses_is_active: isFlag('is_active'),
        ck_courses_class_type: isOneOf('class_type', ['scheduled', 'homeroom']),
        ck_courses_external_id: `external_id IS NULL OR (${isText('external_id', 100)})`,
        ck_courses_details: isOptionalObject('details'),
      },
      indexes: [
        ...indexOnEach('start_date', 'end_date', 'is_active', 'created_at', 'updated_at'),
        ...indexOnEach('name_sort', 'name_folded'),
        { name: 'uq_courses_external_id', fields: ['external_id'], unique: true },
      ],
      triggers: {
        ...updatedAtTrigger('courses', 'course_id', FILLED),
        ...courseSearchTriggers,
        ...classTypeTrigger,
      },
    },
  )
}
