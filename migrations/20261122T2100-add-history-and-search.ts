import type { Operations, Revision } from '../electron/database/operations'

const NOW = `strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')`
const instant = { type: 'DATETIME', isNullable: true, defaultValue: `(${NOW})` }
const isInstant = (column: string) => `${column} IS strftime('%Y-%m-%d %H:%M:%f +00:00', ${column})`
const key = { type: 'TEXT', defaultValue: `''` }

/** Filled by the program after the upgrade, since SQL knows neither languages nor accents (`schools.key_version`). */
const KEYS = {
  user_types: ['name_sort', 'name_folded'],
  users: ['first_name_sort', 'last_name_sort', 'first_name_folded', 'last_name_folded'],
  courses: ['name_sort', 'name_folded'],
}

const SORT_INDEXES = {
  ix_user_types_name_sort: { table: 'user_types', columns: ['name_sort'] },
  ix_user_types_name_folded: { table: 'user_types', columns: ['name_folded'] },
  ix_users_last_name_sort: { table: 'users', columns: ['last_name_sort', 'first_name_sort'] },
  ix_users_first_name_sort: { table: 'users', columns: ['first_name_sort', 'last_name_sort'] },
  ix_users_first_name_folded: { table: 'users', columns: ['first_name_folded'] },
  ix_users_last_name_folded: { table: 'users', columns: ['last_name_folded'] },
  ix_courses_name_sort: { table: 'courses', columns: ['name_sort'] },
  ix_courses_name_folded: { table: 'courses', columns: ['name_folded'] },
}

/** The columns that people fill: a change of one of them makes a record newer, a refilled sort key does not. */
const CONTENT = {
  user_types: ['name'],
  users: ['first_name', 'last_name', 'email', 'age', 'is_active', 'last_login', 'user_type_id'],
  courses: ['name', 'description', 'start_date', 'end_date', 'is_active'],
  enrollments: ['enrolled_date', 'end_date', 'associative_data', 'user_id', 'course_id'],
}
const KEY_COLUMN = {
  user_types: 'user_type_id',
  users: 'user_id',
  courses: 'course_id',
  enrollments: 'enrollment_id',
}

/** Who is found by which text. A person without an e-mail has a made-up one, by which nobody shall be found. */
const userText = (row: string) =>
  `${row}first_name_folded || ' ' || ${row}last_name_folded || iif(${row}email LIKE '%@no-email.invalid', '', ' ' || ${row}email)`
const courseText = (row: string) => `${row}name_folded`

/** The school's own row, history, sort keys, search. */
export default {
  name: '20261122T2100-add-history-and-search',
  revises: '20261122T1830-create-tables',

  async upgrade(op) {
    await createSchool(op)
    await createHistory(op)
    for (const [table, columns] of Object.entries(KEYS)) {
      for (const column of columns) await op.addColumn(table, column, key)
    }
    for (const [name, index] of Object.entries(SORT_INDEXES)) await op.createIndex(name, index)
    await op.createIndex('uq_enrollments_user_id_course_id_open', {
      table: 'enrollments',
      columns: ['user_id', 'course_id'],
      isUnique: true,
      where: 'end_date IS NULL',
    })
    for (const [table, columns] of Object.entries(CONTENT)) {
      await keepUpdatedAt(op, table, columns, KEY_COLUMN[table as keyof typeof KEY_COLUMN])
    }
    await createSearch(op, 'users', 'user_id', ['first_name_folded', 'last_name_folded', 'email'], userText)
    await createSearch(op, 'courses', 'course_id', ['name_folded'], courseText)
  },

  async downgrade(op) {
    for (const table of ['users', 'courses']) {
      for (const event of ['insert', 'update', 'delete'])
        await op.execute(`DROP TRIGGER tr_${table}_search_${event}`)
      await op.dropTable(`${table}_search`)
      await op.execute(`DROP VIEW ${table}_search_text`)
    }
    for (const table of Object.keys(CONTENT)) await op.execute(`DROP TRIGGER tr_${table}_updated_at`)
    await op.dropIndex('uq_enrollments_user_id_course_id_open')
    for (const name of Object.keys(SORT_INDEXES)) await op.dropIndex(name)
    for (const [table, columns] of Object.entries(KEYS)) {
      for (const column of columns) await op.dropColumn(table, column)
    }
    await op.dropTable('changes')
    await op.dropTable('change_sets')
    await op.dropTable('schools')
  },
} satisfies Revision

async function createSchool(op: Operations) {
  await op.createTable('schools', {
    columns: {
      school_id: { type: 'INTEGER' },
      name: { type: 'VARCHAR(100)' },
      language: { type: 'VARCHAR(10)' },
      key_version: { type: 'INTEGER' },
      created_at: instant,
      updated_at: instant,
    },
    primaryKey: { name: 'pk_schools', column: 'school_id' },
    checks: {
      ck_schools_school_id: 'school_id = 1',
      ck_schools_name: `typeof(name) = 'text' AND length(name) BETWEEN 1 AND 100`,
      ck_schools_language: `typeof(language) = 'text' AND length(language) BETWEEN 2 AND 10`,
      ck_schools_key_version: `typeof(key_version) = 'integer'`,
      ck_schools_created_at: isInstant('created_at'),
      ck_schools_updated_at: isInstant('updated_at'),
    },
  })
  await op.execute(
    `INSERT INTO schools (school_id, name, language, key_version) VALUES (1, 'School', 'en', 0)`,
  )
}

/** A change set is one command; a change is one record in it, before and after as JSON arrays of the columns that
 *  `change_sets.columns` lists by table, so that a set can be read whatever becomes of the schema. */
async function createHistory(op: Operations) {
  await op.createTable('change_sets', {
    columns: {
      change_set_id: { type: 'INTEGER' },
      command: { type: 'TEXT' },
      person: { type: 'TEXT' },
      created_at: { type: 'DATETIME', defaultValue: `(${NOW})` },
      schema_version: { type: 'INTEGER' },
      summary: { type: 'TEXT' },
      params: { type: 'TEXT', defaultValue: `'{}'` },
      columns: { type: 'TEXT', defaultValue: `'{}'` },
      change_count: { type: 'INTEGER', defaultValue: '0' },
      undoes: { type: 'INTEGER', isNullable: true },
      digest: { type: 'BLOB', isNullable: true },
    },
    primaryKey: { name: 'pk_change_sets', column: 'change_set_id', isAutoIncrement: true },
    checks: {
      ck_change_sets_created_at: isInstant('created_at'),
      ck_change_sets_params: 'json_valid(params)',
      ck_change_sets_columns: 'json_valid(columns)',
    },
    foreignKeys: {
      fk_change_sets_undoes: { columns: ['undoes'], table: 'change_sets', references: ['change_set_id'] },
    },
  })
  await op.createIndex('uq_change_sets_undoes', {
    table: 'change_sets',
    columns: ['undoes'],
    isUnique: true,
    where: 'undoes IS NOT NULL',
  })
  await op.createTable('changes', {
    columns: {
      change_id: { type: 'INTEGER' },
      change_set_id: { type: 'INTEGER' },
      entity: { type: 'TEXT' },
      record_id: { type: 'INTEGER' },
      before: { type: 'TEXT', isNullable: true },
      after: { type: 'TEXT', isNullable: true },
      salt: { type: 'BLOB', isNullable: true },
      digest: { type: 'BLOB', isNullable: true },
    },
    primaryKey: { name: 'pk_changes', column: 'change_id' },
    checks: {
      ck_changes_before: 'before IS NULL OR json_valid(before)',
      ck_changes_after: 'after IS NULL OR json_valid(after)',
    },
    foreignKeys: {
      fk_changes_change_set_id: {
        columns: ['change_set_id'],
        table: 'change_sets',
        references: ['change_set_id'],
      },
    },
  })
  // One change of a record in a set, however often the command touched it.
  await op.createIndex('uq_changes_change_set_id_entity_record_id', {
    table: 'changes',
    columns: ['change_set_id', 'entity', 'record_id'],
    isUnique: true,
  })
  await op.createIndex('ix_changes_entity_record_id', { table: 'changes', columns: ['entity', 'record_id'] })
}

/** Whatever path writes, SQL of another program included. A write that sets the time itself (an undo) keeps its own. */
async function keepUpdatedAt(op: Operations, table: string, columns: string[], keyColumn: string) {
  await op.execute(`CREATE TRIGGER tr_${table}_updated_at AFTER UPDATE OF ${columns.join(', ')} ON ${table}
    WHEN new.updated_at IS old.updated_at
    BEGIN UPDATE ${table} SET updated_at = ${NOW} WHERE ${keyColumn} = new.${keyColumn}; END`)
}

/** An index over every three letters of the text, kept by triggers. The text itself is not stored a second time. */
async function createSearch(
  op: Operations,
  table: string,
  keyColumn: string,
  columns: string[],
  text: (row: string) => string,
) {
  await op.execute(
    `CREATE VIEW ${table}_search_text AS SELECT ${keyColumn}, ${text('')} AS text FROM ${table}`,
  )
  await op.execute(`CREATE VIRTUAL TABLE ${table}_search USING fts5(text, content='${table}_search_text',
    content_rowid='${keyColumn}', tokenize='trigram', columnsize=0)`)
  await op.execute(`INSERT INTO ${table}_search (${table}_search) VALUES ('rebuild')`)
  const add = `INSERT INTO ${table}_search (rowid, text) VALUES (new.${keyColumn}, ${text('new.')});`
  const remove = `INSERT INTO ${table}_search (${table}_search, rowid, text) VALUES ('delete', old.${keyColumn}, ${text('old.')});`
  await op.execute(`CREATE TRIGGER tr_${table}_search_insert AFTER INSERT ON ${table} BEGIN ${add} END`)
  await op.execute(`CREATE TRIGGER tr_${table}_search_delete AFTER DELETE ON ${table} BEGIN ${remove} END`)
  await op.execute(
    `CREATE TRIGGER tr_${table}_search_update AFTER UPDATE OF ${[keyColumn, ...columns].join(', ')} ON ${table} BEGIN ${remove} ${add} END`,
  )
}
