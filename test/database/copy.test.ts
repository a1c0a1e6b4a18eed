import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { copyInto } from '../../electron/database/backup'
import { SideConnection } from '../../electron/database/scratch'
import { temporaryFolder } from '../helpers/school'

it('a copy of a file is ended in its middle', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'large.sqlite')
  const side = await SideConnection.createScratch(file)
  await side.run(`CREATE TABLE texts AS WITH numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers
    WHERE n < 400000) SELECT n, printf('%040d', n) AS text FROM numbers`)
  await side.close()
  const copy = join(folder, 'copy.sqlite')
  const controller = new AbortController()
  const copying = copyInto(file, copy, { isAtRest: true, mode: 0o600, signal: controller.signal })
  const ended = expect(copying).rejects.toThrow('interrupted')
  while (((await stat(copy).catch(() => null))?.size ?? 0) === 0) await setImmediate()
  controller.abort()
  await ended
  expect((await stat(copy)).size).toBeLessThan((await stat(file)).size)
})
