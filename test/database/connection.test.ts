import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { QueryTypes } from 'sequelize'
import { expect, it } from 'vitest'
import { connect, sqliteVersion } from '../../electron/database/connection'
import { temporaryFolder } from '../helpers/school'

it('runs on the SQLite that set-up builds, not on the withdrawn one of the package', async () => {
  const connection = connect(join(await temporaryFolder(), 'any.db'), { isNew: true })
  try {
    const rows = await connection.query('SELECT sqlite_version() AS version', { type: QueryTypes.SELECT })
    expect(rows).toEqual([{ version: '3.53.4' }])
    expect(sqliteVersion()).toEqual({ version: '3.53.4', isSound: true })
  } finally {
    await connection.close()
  }
})

it('lets go of a file that it could not be opened on, and of nothing twice', async () => {
  const folder = await temporaryFolder()
  const missing = connect(join(folder, 'missing', 'any.db'))
  await expect(missing.query('SELECT 1')).rejects.toThrow('SQLITE_CANTOPEN')
  await missing.close()

  const file = join(folder, 'no.db')
  await writeFile(file, 'This is no database, and long enough to be seen as none. '.repeat(20))
  const foreign = connect(file)
  await expect(foreign.query('SELECT 1')).rejects.toThrow('SQLITE_NOTADB')
  await foreign.close()
})
