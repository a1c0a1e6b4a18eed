// An index over every three letters of a record's text, kept by triggers. The text itself is not stored a second time.

interface Searched {
  table: string
  key: string
  /** The columns that the text is made of. */
  columns: string[]
  /** The text of a row, whose columns go by this prefix. */
  text: (row: string) => string
}

/** A person without an e-mail has a made-up one, by which nobody shall be found. */
const users: Searched = {
  table: 'users',
  key: 'user_id',
  columns: ['first_name_folded', 'last_name_folded', 'email'],
  text: (row) =>
    `${row}first_name_folded || ' ' || ${row}last_name_folded || iif(${row}email LIKE '%@no-email.invalid', '', ' ' || ${row}email)`,
}

const courses: Searched = {
  table: 'courses',
  key: 'course_id',
  columns: ['name_folded'],
  text: (row) => `${row}name_folded`,
}

export const userSearchTriggers = triggersOf(users)
export const courseSearchTriggers = triggersOf(courses)

/** What stands in a file beside the models' tables. */
export const searchObjects = {
  views: { ...viewOf(users), ...viewOf(courses) },
  virtualTables: { ...indexOf(users), ...indexOf(courses) },
}

function viewOf({ table, key, text }: Searched): Record<string, string> {
  const name = `${table}_search_text`
  return { [name]: `CREATE VIEW ${name} AS SELECT ${key}, ${text('')} AS text FROM ${table}` }
}

function indexOf({ table, key }: Searched): Record<string, string> {
  const name = `${table}_search`
  return {
    [name]: `CREATE VIRTUAL TABLE ${name} USING fts5(text, content='${table}_search_text',
      content_rowid='${key}', tokenize='trigram', columnsize=0)`,
  }
}

function triggersOf({ table, key, columns, text }: Searched): Record<string, string> {
  const add = `INSERT INTO ${table}_search (rowid, text) VALUES (new.${key}, ${text('new.')});`
  const remove = `INSERT INTO ${table}_search (${table}_search, rowid, text) VALUES ('delete', old.${key}, ${text('old.')});`
  const change = `UPDATE OF ${[key, ...columns].join(', ')}`
  const trigger = (name: string, event: string, work: string): Record<string, string> => ({
    [`tr_${table}_search_${name}`]: `CREATE TRIGGER tr_${table}_search_${name} AFTER ${event} ON ${table} BEGIN ${work} END`,
  })
  return {
    ...trigger('insert', 'INSERT', add),
    ...trigger('delete', 'DELETE', remove),
    ...trigger('update', change, `${remove} ${add}`),
  }
}
