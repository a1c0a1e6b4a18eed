import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Handlers } from '../contract/define'
import { AppError } from '../contract/errors'
import { columnName, importFields } from '../contract/importFields'
import type { exportMethods, ImportEntity } from '../contract/imports'
import { databaseSize } from '../database/freeSpace'
import { SideConnection } from '../database/scratch'
import { csvHeader, csvRows } from '../exchange/csvWriter'
import type { StoredValue } from '../exchange/storedRows'
import type { JobContext, SchoolContexts } from './context'
import { RECORD_TABLES } from './records'
import { writeWhole } from './wholeFile'

export const exports: Handlers<typeof exportMethods, SchoolContexts> = {
  async run(context, { entity, file }) {
    const path = context.files.target(file)
    const needed = SHARE * (await databaseSize(context.database.file))
    const rows = await writeWhole(path, (handle) => writeEntity(context, entity, handle), { needed })
    return { rows, fileName: basename(path) }
  },
}

const PAGE_ROWS = 2_000
/** How much of a school's file its people were, as text: 15 to 18 %, of 50,000. */
const SHARE = 0.2

/** What a data file names of other records, beside their ids. */
const NAMED: Partial<Record<ImportEntity, Record<string, string>>> = {
  users: { userType: '(SELECT t.name FROM user_types t WHERE t.user_type_id = r.user_type_id)' },
  enrollments: {
    userEmail: '(SELECT u.email FROM users u WHERE u.user_id = r.user_id)',
    userExternalId: '(SELECT u.external_id FROM users u WHERE u.user_id = r.user_id)',
    courseName: '(SELECT c.name FROM courses c WHERE c.course_id = r.course_id)',
    courseExternalId: '(SELECT c.external_id FROM courses c WHERE c.course_id = r.course_id)',
  },
}

/** Answers how many rows were written. All of them are as they were when it began. */
function writeEntity({ database, signal, progress }: JobContext, entity: ImportEntity, handle: FileHandle) {
  const { table } = RECORD_TABLES[entity]
  return SideConnection.readMoment(database.file, async (moment) => {
    const [count] = await moment.query<{ total: number }>(`SELECT count(*) AS total FROM ${table}`)
    const total = count?.total ?? 0
    await handle.appendFile(`${csvHeader(entity)}\r\n`)
    let done = 0
    for (let last: number | null = 0; last !== null;) {
      if (signal.aborted) throw new AppError('cancelled')
      const page: Page = await readPage(moment, entity, last)
      await handle.appendFile(csvRows(entity, page.rows))
      done += page.rows.length
      last = page.last
      progress('exporting', done, total)
    }
    return done
  })
}

interface Page {
  rows: StoredValue[][]
  /** The key of the last row, null where no more follow. */
  last: number | null
}

/** The rows come as one text: building an object for each would keep the process longer than writing them. */
async function readPage(moment: SideConnection, entity: ImportEntity, after: number): Promise<Page> {
  const { table, key } = RECORD_TABLES[entity]
  const named = NAMED[entity] ?? {}
  const values = Object.keys(importFields[entity]).map((field) => named[field] ?? `r.${columnName(field)}`)
  const [page] = await moment.query<{ rows: string; last: number; count: number }>(
    `SELECT json_group_array(json_array(${values.join(', ')})) AS rows, max(r.${key}) AS last, count(*) AS count
      FROM (SELECT * FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ${PAGE_ROWS}) r`,
    [after],
  )
  if (!page) return { rows: [], last: null }
  return { rows: JSON.parse(page.rows) as StoredValue[][], last: page.count < PAGE_ROWS ? null : page.last }
}
