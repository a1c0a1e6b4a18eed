import { expect, it } from 'vitest'
import { commandLineWithSchool } from '../helpers/commandLine'

interface Checked {
  history: { coveredFrom: number; seal: string }
}

it('says the seal of history, and whether history still has one that was noted down', async () => {
  const { run, file } = await commandLineWithSchool()
  await run('add', 'userTypes', 'name=Guest', '--in', file)
  const { history } = (await run('check', file, '--json')).json as Checked
  expect(history).toEqual({ coveredFrom: 1, seal: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect((await run('check', file)).stdout).toContain(history.seal)

  await run('add', 'userTypes', 'name=Parent', '--in', file)
  expect(await run('check', file, '--seal', history.seal)).toMatchObject({ exitCode: 0 })
  const other = history.seal.replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0'))
  expect(await run('check', file, '--seal', other, '--json')).toMatchObject({
    exitCode: 1,
    json: { ok: false, problems: [{ code: 'history-seal', seal: other }] },
  })
  expect(await run('check', file, '--seal', 'nonsense')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('nonsense'),
  })
})
