import { describe, expect, it } from 'vitest'
import { commandLineWithSchool } from '../helpers/commandLine'

describe('history', () => {
  it('lists change sets, filtered and page by page', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('set', 'users', '1', 'lastName=Marić', '--in', file)
    const idsOf = async (...options: string[]) => {
      const { json } = await run('history', '--in', file, '--json', ...options)
      return (json as { rows: { changeSetId: number }[] }).rows.map(({ changeSetId }) => changeSetId)
    }
    const all = await idsOf()
    const [last = 0, former = 0] = all
    expect(await idsOf('--kind', 'changed')).toEqual([last])
    expect(await idsOf('--of', 'users=1')).toEqual(expect.arrayContaining([last]))
    expect(await idsOf('--of', 'courses')).not.toContain(last)
    expect(await idsOf('--person', 'nobody')).toEqual([])
    expect(await idsOf('--since', '2001-01-01', '--until', '2001-01-02')).toEqual([])
    expect(await idsOf('--before', String(last), '--limit', '1')).toEqual([former])
    expect((await run('history', '--in', file, '--limit', '1')).stderr).toContain(`1 of ${all.length}`)
  })

  it('shows each record of a change set before and after', async () => {
    const { run, file } = await commandLineWithSchool()
    await run('set', 'users', '1', 'lastName=Marić', '--in', file)
    const { json } = await run('history', '--in', file, '--json', '--limit', '1')
    const [last] = (json as { rows: { changeSetId: number }[] }).rows
    const { stdout } = await run('history', String(last?.changeSetId), '--in', file)
    expect(stdout).toMatch(/Record +Done +Field +Before +After/)
    expect(stdout).toMatch(/Ana Marić +changed +Last name +Čović +Marić/)
  })

  it('tells what is not accepted', async () => {
    const { run, file } = await commandLineWithSchool()
    expect((await run('history', '--in', file, '--kind', 'odd')).stderr).toContain('imported, undone')
    expect((await run('history', '--in', file, '--of', 'pupils')).stderr).toContain('users, courses')
    expect((await run('history', '99', '--in', file)).exitCode).toBe(1)
    expect((await run('history', 'x', '--in', file)).exitCode).toBe(2)
  })
})

it('names the change that an undo stands behind', async () => {
  const { run, file } = await commandLineWithSchool()
  const newest = async () => {
    const { json } = await run('history', '--in', file, '--json', '--limit', '1')
    return (json as { rows: { changeSetId: number }[] }).rows[0]?.changeSetId ?? 0
  }
  await run('set', 'users', '1', 'lastName=Marić', '--in', file)
  const first = await newest()
  await run('set', 'users', '1', 'lastName=Horvat', '--in', file)
  const refused = await run('undo', String(first), '--in', file)
  expect(refused).toMatchObject({ exitCode: 1 })
  expect(refused.stderr).toContain(`changed again since, by change ${first + 1}`)
})

describe('undo --after', () => {
  it('takes back all that came after a change set, and can be undone', async () => {
    const { run, file } = await commandLineWithSchool()
    const newest = async () => {
      const { json } = await run('history', '--in', file, '--json', '--limit', '1')
      return (json as { rows: { changeSetId: number }[] }).rows[0]?.changeSetId ?? 0
    }
    const then = (await run('list', 'users', '--in', file)).stdout
    const moment = await newest()
    await run('set', 'users', '1', 'lastName=Marić', '--in', file)
    await run('add', 'users', 'firstName=New', 'lastName=Person', 'userType=Student', '--in', file)
    const now = (await run('list', 'users', '--in', file)).stdout
    const { stdout } = await run('undo', String(moment), '--after', '--in', file)
    expect(stdout).toContain('2 changes undone')
    expect((await run('list', 'users', '--in', file)).stdout).toBe(then)
    await run('undo', String(await newest()), '--in', file)
    expect((await run('list', 'users', '--in', file)).stdout).toBe(now)
  })
})
