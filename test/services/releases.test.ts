import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { QueryTypes } from 'sequelize'
import { expect, it } from 'vitest'
import { connect } from '../../electron/database/connection'
import { checkFile } from '../../electron/services/check'
import { RELEASES } from '../helpers/releases'
import { openTestSchool, temporaryFolder } from '../helpers/school'

type Row = Record<string, unknown>

const releases = await readdir(RELEASES)

/** What an upgrade may bring to tables that were there before, beside new columns. */
const MAY_GROW = new Set(['revisions', 'change_sets', 'changes'])

async function tablesOf(file: string): Promise<Map<string, Row[]>> {
  const connection = connect(file, { isReadOnly: true })
  const query = (sql: string) => connection.query<Row>(sql, { type: QueryTypes.SELECT })
  try {
    const names = await query(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema'`,
    )
    const tables = new Map<string, Row[]>()
    for (const { name } of names)
      tables.set(String(name), await query(`SELECT * FROM "${String(name)}" ORDER BY 1, 2`))
    return tables
  } finally {
    await connection.close()
  }
}

const columnsOf = (row: Row, columns: string[]) => columns.map((column) => row[column])

it.each(releases)('a file of release %s keeps every row and every value', async (release) => {
  const file = join(await temporaryFolder(), 'school.rollbook')
  await copyFile(join(RELEASES, release), file)
  const before = await tablesOf(file)

  const { school } = await openTestSchool(file, { now: () => new Date(2026, 10, 22, 12) })
  await school.close()

  const after = await tablesOf(file)
  for (const [table, rows] of before) {
    const columns = Object.keys(rows[0] ?? {})
    const kept = after.get(table)?.map((row) => columnsOf(row, columns)) ?? []
    const former = rows.map((row) => columnsOf(row, columns))
    if (MAY_GROW.has(table)) expect(kept, table).toEqual(expect.arrayContaining(former))
    else expect(kept, table).toEqual(former)
  }
  expect(await checkFile(file)).toMatchObject({ problems: [] })
})
