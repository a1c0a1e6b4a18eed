import type { Revision } from '../electron/database/operations'

const NOW = `(strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'))`

/** SQLite checks less than a type says: a text would pass for an age, and "banana" for a day. */
const isText = (column: string, max: number) =>
  `typeof(${column}) = 'text' AND length(${column}) BETWEEN 1 AND ${max}`
const isOptionalText = (column: string) => `typeof(${column}) IN ('null', 'text')`
const isFlag = (column: string) => `${column} IN (0, 1) AND typeof(${column}) = 'integer'`
const isDay = (column: string) => `${column} IS date(${column})`
const isInstant = (column: string) => `${column} IS strftime('%Y-%m-%d %H:%M:%f +00:00', ${column})`
const isSchoolDay = (column: string) => `${column} IS strftime('%Y-%m-%d 00:00:00.000 +00:00', ${column})`

const instant = { type: 'DATETIME', isNullable: true, defaultValue: NOW }

/** The seed's four tables: user types, users, courses, enrolments. */
export default {
  name: '20261122T1830-create-tables',
  revises: null,

  async upgrade(op) {
    await op.createTable('user_types', {
      columns: {
        user_type_id: { type: 'INTEGER' },
        created_at: instant,
        updated_at: instant,
        name: { type: 'VARCHAR(50)' },
      },
      primaryKey: { name: 'pk_user_types', column: 'user_type_id', isAutoIncrement: true },
      uniques: { uq_user_types_name: ['name'] },
      checks: {
        ck_user_types_name: isText('name', 50),
        ck_user_types_created_at: isInstant('created_at'),
        ck_user_types_updated_at: isInstant('updated_at'),
      },
    })
    await op.createIndex('ix_user_types_created_at', { table: 'user_types', columns: ['created_at'] })
    await op.createIndex('ix_user_types_updated_at', { table: 'user_types', columns: ['updated_at'] })

    await op.createTable('users', {
      columns: {
        user_id: { type: 'INTEGER' },
        first_name: { type: 'VARCHAR(50)' },
        last_name: { type: 'VARCHAR(50)' },
        email: { type: 'VARCHAR(100)' },
        age: { type: 'INTEGER', isNullable: true },
        is_active: { type: 'BOOLEAN', defaultValue: '1' },
        created_at: instant,
        updated_at: instant,
        last_login: { type: 'DATETIME', isNullable: true },
        user_type_id: { type: 'INTEGER' },
      },
      primaryKey: { name: 'pk_users', column: 'user_id', isAutoIncrement: true },
      uniques: { uq_users_email: ['email'] },
      checks: {
        ck_users_first_name: isText('first_name', 50),
        ck_users_last_name: isText('last_name', 50),
        ck_users_email: `${isText('email', 100)} AND email LIKE '_%@_%._%' AND email = lower(trim(email))`,
        ck_users_age: `age IS NULL OR (typeof(age) = 'integer' AND age > 0)`,
        ck_users_is_active: isFlag('is_active'),
        ck_users_created_at: isInstant('created_at'),
        ck_users_updated_at: isInstant('updated_at'),
        ck_users_last_login: isInstant('last_login'),
      },
      foreignKeys: {
        fk_users_user_type_id: {
          columns: ['user_type_id'],
          table: 'user_types',
          references: ['user_type_id'],
        },
      },
    })
    for (const column of ['user_type_id', 'age', 'is_active', 'created_at', 'updated_at']) {
      await op.createIndex(`ix_users_${column}`, { table: 'users', columns: [column] })
    }

    await op.createTable('courses', {
      columns: {
        course_id: { type: 'INTEGER' },
        name: { type: 'VARCHAR(100)' },
        description: { type: 'TEXT', isNullable: true },
        start_date: { type: 'DATE' },
        end_date: { type: 'DATE' },
        created_at: instant,
        updated_at: instant,
        is_active: { type: 'BOOLEAN', defaultValue: '1' },
      },
      primaryKey: { name: 'pk_courses', column: 'course_id', isAutoIncrement: true },
      checks: {
        ck_courses_name: isText('name', 100),
        ck_courses_description: isOptionalText('description'),
        ck_courses_start_date: isDay('start_date'),
        ck_courses_end_date: isDay('end_date'),
        ck_courses_period: 'end_date >= start_date',
        ck_courses_created_at: isInstant('created_at'),
        ck_courses_updated_at: isInstant('updated_at'),
        ck_courses_is_active: isFlag('is_active'),
      },
    })
    for (const column of ['start_date', 'end_date', 'is_active', 'created_at', 'updated_at']) {
      await op.createIndex(`ix_courses_${column}`, { table: 'courses', columns: [column] })
    }

    await op.createTable('enrollments', {
      columns: {
        enrollment_id: { type: 'INTEGER' },
        enrolled_date: { ...instant, defaultValue: `(strftime('%Y-%m-%d 00:00:00.000 +00:00', 'now'))` },
        end_date: { type: 'DATETIME', isNullable: true },
        updated_at: instant,
        associative_data: { type: 'TEXT', isNullable: true },
        user_id: { type: 'INTEGER' },
        course_id: { type: 'INTEGER' },
      },
      primaryKey: { name: 'pk_enrollments', column: 'enrollment_id', isAutoIncrement: true },
      checks: {
        ck_enrollments_enrolled_date: isSchoolDay('enrolled_date'),
        ck_enrollments_end_date: isSchoolDay('end_date'),
        ck_enrollments_period: 'end_date IS NULL OR enrolled_date IS NULL OR end_date >= enrolled_date',
        ck_enrollments_updated_at: isInstant('updated_at'),
        ck_enrollments_associative_data: isOptionalText('associative_data'),
      },
      foreignKeys: {
        fk_enrollments_user_id: { columns: ['user_id'], table: 'users', references: ['user_id'] },
        fk_enrollments_course_id: { columns: ['course_id'], table: 'courses', references: ['course_id'] },
      },
    })
    for (const column of ['user_id', 'course_id', 'enrolled_date', 'end_date', 'updated_at']) {
      await op.createIndex(`ix_enrollments_${column}`, { table: 'enrollments', columns: [column] })
    }
  },

  async downgrade(op) {
    await op.dropTable('enrollments')
    await op.dropTable('courses')
    await op.dropTable('users')
    await op.dropTable('user_types')
  },
} satisfies Revision
