import type { Operations, Revision } from '../electron/database/operations'

/** Add states, classes, birth dates, external ids, own fields. What the status of the rows that are there is, and which of
 *  two open enrolments stays open, was written by hand. */
export default {
  name: '20261123T0132-add-states-classes-birth-dates-external-ids-own-fields',
  revises: '20261122T2100-add-history-and-search',

  async upgrade(op) {
    await op.execute('DROP TRIGGER "tr_enrollments_updated_at"')
    await op.execute('DROP TRIGGER "tr_courses_updated_at"')
    await op.execute('DROP TRIGGER "tr_users_updated_at"')
    await op.dropIndex('uq_enrollments_user_id_course_id_open')
    await op.batch('users', (table) => {
      table.addColumn('birth_date', { type: 'DATE', isNullable: true })
      table.addColumn('external_id', { type: 'VARCHAR(100)', isNullable: true })
      table.addColumn('details', { type: 'TEXT', isNullable: true })
      table.addConstraint('ck_users_birth_date', { check: 'birth_date IS date(birth_date)' })
      table.addConstraint('ck_users_age_or_birth_date', { check: 'age IS NULL OR birth_date IS NULL' })
      table.addConstraint('ck_users_external_id', {
        check:
          "external_id IS NULL OR (typeof(external_id) = 'text' AND length(external_id) BETWEEN 1 AND 100)",
      })
      table.addConstraint('ck_users_details', {
        check: "details IS NULL OR (json_valid(details) AND json_type(details) = 'object')",
      })
    })
    await op.batch('courses', (table) => {
      table.addColumn('class_type', { type: 'VARCHAR(20)', defaultValue: "'scheduled'" })
      table.addColumn('external_id', { type: 'VARCHAR(100)', isNullable: true })
      table.addColumn('details', { type: 'TEXT', isNullable: true })
      table.addConstraint('ck_courses_class_type', { check: "class_type IN ('scheduled', 'homeroom')" })
      table.addConstraint('ck_courses_external_id', {
        check:
          "external_id IS NULL OR (typeof(external_id) = 'text' AND length(external_id) BETWEEN 1 AND 100)",
      })
      table.addConstraint('ck_courses_details', {
        check: "details IS NULL OR (json_valid(details) AND json_type(details) = 'object')",
      })
    })
    await op.batch('enrollments', (table) => {
      table.addColumn(
        'status',
        { type: 'VARCHAR(20)', defaultValue: "'enrolled'" },
        { using: `iif(end_date < ${TODAY}, 'completed', 'enrolled')` },
      )
      table.addColumn('end_reason', { type: 'VARCHAR(200)', isNullable: true })
      table.addColumn('external_id', { type: 'VARCHAR(100)', isNullable: true })
      table.addColumn('is_homeroom', { type: 'BOOLEAN', defaultValue: '0' })
      table.addConstraint('ck_enrollments_status', {
        check: "status IN ('enrolled', 'completed', 'withdrawn')",
      })
      table.addConstraint('ck_enrollments_end_reason', {
        check: "end_reason IS NULL OR (typeof(end_reason) = 'text' AND length(end_reason) BETWEEN 1 AND 200)",
      })
      table.addConstraint('ck_enrollments_external_id', {
        check:
          "external_id IS NULL OR (typeof(external_id) = 'text' AND length(external_id) BETWEEN 1 AND 100)",
      })
      table.addConstraint('ck_enrollments_is_homeroom', {
        check: "is_homeroom IN (0, 1) AND typeof(is_homeroom) = 'integer'",
      })
    })
    await closeDoubles(op)
    await op.createTable('own_fields', {
      columns: {
        own_field_id: { type: 'INTEGER' },
        entity: { type: 'VARCHAR(20)' },
        key: { type: 'VARCHAR(50)' },
        label: { type: 'VARCHAR(100)' },
        kind: { type: 'VARCHAR(20)' },
        choices: { type: 'TEXT', isNullable: true },
        is_sensitive: { type: 'BOOLEAN', defaultValue: '0' },
        created_at: {
          type: 'DATETIME',
          isNullable: true,
          defaultValue: "(strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'))",
        },
        updated_at: {
          type: 'DATETIME',
          isNullable: true,
          defaultValue: "(strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'))",
        },
      },
      primaryKey: { name: 'pk_own_fields', column: 'own_field_id', isAutoIncrement: true },
      uniques: { uq_own_fields_entity_key: ['entity', 'key'] },
      checks: {
        ck_own_fields_entity: "entity IN ('users', 'courses', 'enrollments')",
        ck_own_fields_key: "typeof(key) = 'text' AND length(key) BETWEEN 1 AND 50",
        ck_own_fields_label: "typeof(label) = 'text' AND length(label) BETWEEN 1 AND 100",
        ck_own_fields_kind: "kind IN ('text', 'longText', 'integer', 'boolean', 'day', 'choice')",
        ck_own_fields_choices: 'choices IS NULL OR json_valid(choices)',
        ck_own_fields_is_sensitive: "is_sensitive IN (0, 1) AND typeof(is_sensitive) = 'integer'",
        ck_own_fields_created_at: "created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)",
        ck_own_fields_updated_at: "updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at)",
      },
    })
    await op.createIndex('ix_users_birth_date_age', {
      table: 'users',
      columns: [{ expression: '"birth_date" DESC' }, 'age'],
    })
    await op.createIndex('uq_users_external_id', { table: 'users', columns: ['external_id'], isUnique: true })
    await op.createIndex('uq_courses_external_id', {
      table: 'courses',
      columns: ['external_id'],
      isUnique: true,
    })
    await op.createIndex('uq_enrollments_user_id_course_id_open', {
      table: 'enrollments',
      columns: ['user_id', 'course_id'],
      isUnique: true,
      where: '"status" = \'enrolled\'',
    })
    await op.createIndex('uq_enrollments_user_id_homeroom', {
      table: 'enrollments',
      columns: ['user_id'],
      isUnique: true,
      where: '"is_homeroom" = 1 AND "status" = \'enrolled\'',
    })
    await op.createIndex('ix_enrollments_status_end_date', {
      table: 'enrollments',
      columns: ['status', 'end_date'],
    })
    await op.createIndex('uq_enrollments_external_id', {
      table: 'enrollments',
      columns: ['external_id'],
      isUnique: true,
    })
    await op.execute(`CREATE TRIGGER tr_users_updated_at AFTER UPDATE OF first_name, last_name, email, age, is_active, last_login, user_type_id, birth_date, external_id, details ON users
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE users SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE user_id = new.user_id; END`)
    await op.execute(`CREATE TRIGGER tr_courses_updated_at AFTER UPDATE OF name, description, start_date, end_date, is_active, class_type, external_id, details ON courses
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE courses SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE course_id = new.course_id; END`)
    await op.execute(`CREATE TRIGGER tr_courses_homeroom AFTER UPDATE OF class_type ON courses
      WHEN new.class_type <> old.class_type
      BEGIN UPDATE enrollments SET is_homeroom = (new.class_type = 'homeroom') WHERE course_id = new.course_id; END`)
    await op.execute(`CREATE TRIGGER tr_enrollments_updated_at AFTER UPDATE OF enrolled_date, end_date, associative_data, user_id, course_id, status, end_reason, external_id ON enrollments
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE enrollments SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE enrollment_id = new.enrollment_id; END`)
    await op.execute(`CREATE TRIGGER tr_enrollments_homeroom_insert AFTER INSERT ON enrollments
      WHEN new.is_homeroom <> (SELECT class_type = 'homeroom' FROM courses WHERE course_id = new.course_id)
      BEGIN UPDATE enrollments SET is_homeroom = 1 - new.is_homeroom WHERE enrollment_id = new.enrollment_id; END`)
    await op.execute(`CREATE TRIGGER tr_enrollments_homeroom_update AFTER UPDATE OF course_id, is_homeroom ON enrollments
      WHEN new.is_homeroom <> (SELECT class_type = 'homeroom' FROM courses WHERE course_id = new.course_id)
      BEGIN UPDATE enrollments SET is_homeroom = 1 - new.is_homeroom WHERE enrollment_id = new.enrollment_id; END`)
    await op.execute(`CREATE TRIGGER tr_own_fields_updated_at AFTER UPDATE OF entity, key, label, kind, choices, is_sensitive ON own_fields
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE own_fields SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE own_field_id = new.own_field_id; END`)
  },

  async downgrade(op) {
    await op.execute('DROP TRIGGER "tr_own_fields_updated_at"')
    await op.execute('DROP TRIGGER "tr_enrollments_homeroom_update"')
    await op.execute('DROP TRIGGER "tr_enrollments_homeroom_insert"')
    await op.execute('DROP TRIGGER "tr_enrollments_updated_at"')
    await op.execute('DROP TRIGGER "tr_courses_homeroom"')
    await op.execute('DROP TRIGGER "tr_courses_updated_at"')
    await op.execute('DROP TRIGGER "tr_users_updated_at"')
    await op.dropIndex('uq_enrollments_external_id')
    await op.dropIndex('ix_enrollments_status_end_date')
    await op.dropIndex('uq_enrollments_user_id_homeroom')
    await op.dropIndex('uq_enrollments_user_id_course_id_open')
    await op.dropIndex('uq_courses_external_id')
    await op.dropIndex('uq_users_external_id')
    await op.dropIndex('ix_users_birth_date_age')
    await op.dropTable('own_fields')
    await endTheEnded(op)
    await op.batch('enrollments', (table) => {
      table.dropConstraint('ck_enrollments_status')
      table.dropConstraint('ck_enrollments_end_reason')
      table.dropConstraint('ck_enrollments_external_id')
      table.dropConstraint('ck_enrollments_is_homeroom')
      table.dropColumn('status')
      table.dropColumn('end_reason')
      table.dropColumn('external_id')
      table.dropColumn('is_homeroom')
    })
    await op.batch('courses', (table) => {
      table.dropConstraint('ck_courses_class_type')
      table.dropConstraint('ck_courses_external_id')
      table.dropConstraint('ck_courses_details')
      table.dropColumn('class_type')
      table.dropColumn('external_id')
      table.dropColumn('details')
    })
    await op.batch('users', (table) => {
      table.dropConstraint('ck_users_birth_date')
      table.dropConstraint('ck_users_age_or_birth_date')
      table.dropConstraint('ck_users_external_id')
      table.dropConstraint('ck_users_details')
      table.dropColumn('birth_date')
      table.dropColumn('external_id')
      table.dropColumn('details')
    })
    await op.createIndex('uq_enrollments_user_id_course_id_open', {
      table: 'enrollments',
      columns: ['user_id', 'course_id'],
      isUnique: true,
      where: 'end_date IS NULL',
    })
    await op.execute(`CREATE TRIGGER tr_users_updated_at AFTER UPDATE OF first_name, last_name, email, age, is_active, last_login, user_type_id ON users
    WHEN new.updated_at IS old.updated_at
    BEGIN UPDATE users SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE user_id = new.user_id; END`)
    await op.execute(`CREATE TRIGGER tr_courses_updated_at AFTER UPDATE OF name, description, start_date, end_date, is_active ON courses
    WHEN new.updated_at IS old.updated_at
    BEGIN UPDATE courses SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE course_id = new.course_id; END`)
    await op.execute(`CREATE TRIGGER tr_enrollments_updated_at AFTER UPDATE OF enrolled_date, end_date, associative_data, user_id, course_id ON enrollments
    WHEN new.updated_at IS old.updated_at
    BEGIN UPDATE enrollments SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE enrollment_id = new.enrollment_id; END`)
  },
} satisfies Revision

/** The school's day by this computer's clock, as `end_date` has it. */
const TODAY = `(date('now', 'localtime') || ' 00:00:00.000 +00:00')`

/** From now on a person is open once in a course: the newest enrolment that has begun stays so, and where none has, the newest;
 *  what has no first day has begun. Each other one is completed on the day on which that began, or on its own last day if
 *  that is earlier, but not before its own first. Adopting a file keeps the same one. History has them as they were; the set
 *  is of the schema before this one, so that nobody undoes it into two open ones. */
async function closeDoubles(op: Operations) {
  await op.execute(`CREATE TABLE closed_doubles AS
    SELECT enrollment_id, max(enrolled_date, newest_date) AS end_date FROM (
      SELECT enrollment_id, coalesce(enrolled_date, '') AS enrolled_date,
        first_value(coalesce(enrolled_date, '')) OVER newest_first AS newest_date, row_number() OVER newest_first AS place
      FROM enrollments WHERE status = 'enrolled'
      WINDOW newest_first AS (PARTITION BY user_id, course_id
        ORDER BY coalesce(enrolled_date, '') <= ${TODAY} DESC, coalesce(enrolled_date, '') DESC, enrollment_id DESC))
    WHERE place > 1`)
  await op.execute(`UPDATE closed_doubles SET end_date = iif(end_date = '', ${TODAY}, end_date)`)
  await op.execute(`UPDATE closed_doubles SET end_date = min(closed_doubles.end_date, e.end_date)
    FROM enrollments e WHERE e.enrollment_id = closed_doubles.enrollment_id AND e.end_date IS NOT NULL`)
  await op.execute(`INSERT INTO change_sets (command, person, schema_version, summary, params, columns, change_count)
    SELECT 'revisions.upgrade', 'Rollbook', (SELECT user_version FROM pragma_user_version), 'open-doubles-closed',
      json_object('count', count(*)), '{"enrollments":["enrollment_id","user_id","course_id","enrolled_date","end_date","status"]}', count(*)
    FROM closed_doubles HAVING count(*) > 0`)
  const row = 'e.enrollment_id, e.user_id, e.course_id, e.enrolled_date'
  await op.execute(`INSERT INTO changes (change_set_id, entity, record_id, before, after)
    SELECT (SELECT max(change_set_id) FROM change_sets), 'enrollments', e.enrollment_id,
      json_array(${row}, e.end_date, e.status), json_array(${row}, d.end_date, 'completed')
    FROM closed_doubles d JOIN enrollments e ON e.enrollment_id = d.enrollment_id`)
  await op.execute(`UPDATE enrollments SET end_date = d.end_date, status = 'completed',
      updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')
    FROM closed_doubles d WHERE d.enrollment_id = enrollments.enrollment_id`)
  await op.dropTable('closed_doubles')
}

/** The former schema knows by the last day alone that somebody has left: who has, gets one that is past, or, who would begin
 *  only later, the first day. */
async function endTheEnded(op: Operations) {
  const yesterday = `(date('now', 'localtime', '-1 day') || ' 00:00:00.000 +00:00')`
  await op.execute(`UPDATE enrollments SET end_date = max(coalesce(enrolled_date, ''), ${yesterday})
    WHERE status <> 'enrolled' AND (end_date IS NULL OR end_date >= ${TODAY})`)
}
