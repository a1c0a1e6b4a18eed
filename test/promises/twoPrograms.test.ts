// P17: two programs cannot write one file, whoever runs them.
import { execFile } from 'node:child_process'
import { chmod, mkdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { endRollbook, runRollbook, startRollbook, temporaryHome } from '../helpers/electron'
import { createSampleSchool, openTestSchool, temporaryFolder } from '../helpers/school'
import { note, trials } from './trials'

const CLI = resolve(import.meta.dirname, '../../out/main/cli.cjs')
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const PROMISE = { promise: 'P17' }

it('of programs that want to write a file at once, each writes alone or is refused; nothing of any is lost', async () => {
  const { school, path } = await createSampleSchool(20)
  await school.close()
  const rounds = trials({ few: 2, many: 15, full: 100 })
  let [done, refused] = [0, 0]
  const wrong: string[] = []
  for (let round = 0; round < rounds; round++) {
    const ended = await Promise.all([1, 2, 3].map((number) => addPerson(path, `R${round}N${number}`)))
    for (const { code, output } of ended) {
      if (code === 0) done++
      else if (code === 4 && output.includes('"locked"')) refused++
      else wrong.push(`${code}: ${output.slice(0, 300)}`)
    }
  }
  const { api } = await openTestSchool(path, { isReadOnly: true })
  const { users } = await api.overview.get({})
  if (users.all !== 20 + done) wrong.push(`${done} were added, ${users.all - 20} are there`)
  await note({
    ...PROMISE,
    what: 'three programs write one file at once: each is done or refused, and all that was done is there',
    trials: rounds * 3,
    failures: wrong.length,
    control: `${refused} were refused`,
  })
  expect(wrong).toEqual([])
  expect(done).toBeGreaterThanOrEqual(rounds)
})

it('beside the window the command line reads and is refused to write, which without the lock it is not', async () => {
  const { window, path } = await openWindow()
  const reading = await run(['list', 'users', '--in', path])
  expect(reading).toMatchObject({ code: 0 })
  const started = performance.now()
  const refused = await addPerson(path, 'Refused')
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.output).toMatch(/is held by .+, Rollbook \S+ since \d/)
  expect(await window.api.overview.get({})).toMatchObject({ users: { all: 20 } })

  // What an unsafe program would do: the lock is what keeps the other one out.
  await rm(`${path}.lock`)
  const admitted = await addPerson(path, 'Admitted')
  await note({
    ...PROMISE,
    what: 'beside an open window the command line reads, and is refused to write, at once and by name',
    trials: 2,
    failures: 0,
    control: 'with the lock taken away it is let in',
  })
  expect(admitted).toMatchObject({ code: 0 })
})

it('a second start with the same settings hands its file over; one with others is refused the file, and can read it', async () => {
  const { window, path, home } = await openWindow()
  expect(await runRollbook([path], home)).toMatchObject({ code: 0, output: '' })
  expect(await countWindows(window)).toBe(1)

  const second = await startRollbook({ args: ['--file', path] })
  onTestFinished(() => endRollbook(second))
  await expect(second.api.school.find({})).rejects.toMatchObject({ code: 'locked' })
  await second.page.getByText(/^Held by .+, Rollbook \S+ since \d/).waitFor()
  expect(await second.api.schools.retry({ isReadOnly: true })).toMatchObject({ readOnlyBecause: 'asked' })
  await expect(second.api.school.update({ name: 'Second' })).rejects.toMatchObject({ code: 'read-only' })
  await window.api.school.update({ name: 'First' })
  expect(await second.api.school.find({})).toMatchObject({ name: 'First' })

  await window.quit()
  expect(await second.api.schools.retry({})).toMatchObject({ isReadOnly: false, name: 'First' })
  await note({
    ...PROMISE,
    what: 'a second window hands its file over, or is refused it, reads it, and writes it once the first has gone',
    trials: 4,
    failures: 0,
    control: 'the second writes once the first has gone',
  })
})

it.runIf(isRoot)('another user of the computer is refused by name, and then has the file', async () => {
  const folder = await temporaryFolder()
  await chmod(folder, 0o755)
  // A folder that both may write to, and a file that both may.
  const shared = join(folder, 'shared')
  await mkdir(shared)
  await chmod(shared, 0o777)
  const path = join(shared, 'school.rollbook')
  const homeOfNobody = join(shared, 'home')
  expect(await run(['create', path, '--sample', '20'])).toMatchObject({ code: 0 })
  await chmod(path, 0o666)

  // Whoever may not hold the lock yet may read.
  expect(await addPerson(path, 'Early', { uid: NOBODY, home: homeOfNobody })).toMatchObject({ code: 4 })

  const { school, api } = await openTestSchool(path, { person: 'ana' })
  await api.school.update({ name: 'Of Ana' })
  const refused = await addPerson(path, 'Refused', { uid: NOBODY, home: homeOfNobody })
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.output).toMatch(/is held by ana, Rollbook \S+ since \d/)
  expect(await run(['list', 'users', '--in', path], { uid: NOBODY, home: homeOfNobody })).toMatchObject({
    code: 0,
  })
  await school.close()

  expect(await addPerson(path, 'Nobody', { uid: NOBODY, home: homeOfNobody })).toMatchObject({ code: 0 })
  expect((await stat(`${path}.lock`)).mode & 0o777).toBe(0o666)
  expect(await addPerson(path, 'Ana again')).toMatchObject({ code: 0 })

  // Who may only read it holds nobody up.
  await chmod(path, 0o644)
  const asReader = await addPerson(path, 'Reader', { uid: NOBODY, home: homeOfNobody })
  expect(asReader).toMatchObject({ code: 4 })
  expect(asReader.output).toContain('"read-only"')
  await note({
    ...PROMISE,
    what: 'another user of the computer is refused by name, reads, and writes once the first has gone',
    trials: 5,
    failures: 0,
    control: 'the other user writes once the first has gone',
  })
})

it("on another computer's disk nobody writes", async () => {
  const { school, path } = await createSampleSchool(20)
  await school.close()
  const elsewhere = { readMounts: async () => [{ point: '/', type: 'nfs4' }] }
  const { api, school: remote } = await openTestSchool(path, elsewhere)
  await expect(api.school.update({ name: 'Remote' })).rejects.toMatchObject({ code: 'read-only' })
  await remote.close()
  const { api: here } = await openTestSchool(path)
  await note({
    ...PROMISE,
    what: "a file on another computer's disk is read only (as the list of disks has it; no real share)",
    trials: 1,
    failures: 0,
    control: 'on a disk of this computer it is written',
  })
  expect(await here.school.update({ name: 'Here' })).toMatchObject({ name: 'Here' })
})

async function openWindow() {
  const { school, path } = await createSampleSchool(20)
  await school.close()
  const home = await temporaryHome()
  const window = await startRollbook({ home, args: ['--file', path] })
  onTestFinished(() => endRollbook(window))
  expect(await window.api.school.find({})).toMatchObject({ isReadOnly: false })
  return { window, path, home }
}

interface AsUser {
  uid?: number
  home?: string
}

function addPerson(file: string, name: string, user: AsUser = {}) {
  return run(['add', 'users', `firstName=${name}`, 'lastName=Kos', 'userType=Student', '--in', file], user)
}

async function run(args: string[], { uid, home }: AsUser = {}) {
  const env = { ...process.env, ROLLBOOK_HOME: home ?? (await temporaryFolder()) }
  return new Promise<{ code: number; output: string }>((settle) => {
    execFile(
      process.execPath,
      [CLI, ...args, '--json'],
      { env, ...(uid !== undefined && { uid, gid: uid }), cwd: '/' },
      (error, stdout, stderr) => settle({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })
}

function countWindows({ electron }: Awaited<ReturnType<typeof startRollbook>>): Promise<number> {
  return electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
}
