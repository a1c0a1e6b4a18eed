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
