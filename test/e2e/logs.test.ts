import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { connect } from '../../electron/database/connection'
import {
  chooseInDialogs,
  endRollbook,
  runRollbook,
  startRollbook,
  type StartedRollbook,
} from '../helpers/electron'

// In the name of the school, its file, its people, courses and import files, and in all that goes wrong: nowhere else.
const MARKER = 'Zmarković'
const WRITTEN = /zmarkovi/i

it('what goes wrong is logged without a word of the records, by the window and by the command line', async () => {
  const started = await startRollbook()
  onTestFinished(() => endRollbook(started, { isMeantToFail: true }))
  const { electron, home, page } = started
  let stderr = ''
  electron.process().stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  const schools = join(home, 'schools')
  await mkdir(schools)

  const file = join(schools, `${MARKER}.rollbook`)
  const school = await createSchool(started, file)
  const wrong = [
    ['users.create', { ...school.person, lastName: [MARKER] }],
    ['users.create', { ...school.person, email: `${MARKER} at home` }],
    ['users.create', school.person],
    ['users.openList', { search: MARKER, filter: { [MARKER]: MARKER } }],
    ['schools.open', { file: MARKER }],
    ['school.find', MARKER],
  ] as const
  for (const [method, input] of wrong) await call(started, method, input)

  for (const [name, content] of [
    [`${MARKER}.csv`, `first_name,last_name,email\n"${MARKER},${MARKER}`],
    [`${MARKER}.xlsx`, `${MARKER}\0${MARKER}`],
    [`${MARKER}.rollbook.csv`, `last_name,${MARKER}\n${MARKER},${MARKER}\n`],
  ] as const)
    await readImport(started, join(schools, name), content)

  await breakUpdates(file)
  const update = { userId: school.userId, firstName: `${MARKER}a` }
  expect(await call(started, 'users.update', update)).toMatchObject({ error: { code: 'unexpected' } })

  await failInMain(started)
  await page.evaluate((marker) => {
    console.error(marker)
    setTimeout(() => {
      throw new TypeError(`Cannot create property 'x' on string '${marker}'`)
    })
    void Promise.reject(new Error(`first\n    at ${marker}\n${marker}`))
  }, MARKER)
  const log = join(home, 'logs/rollbook.log')
  await expect
    .poll(() => uncaughtIn(log))
    .toEqual(['Error', 'Error', 'Error EXAMPLE', 'SyntaxError', 'TypeError', 'TypeError', 'a thrown string'])

  await started.quit()
  const { errors, code } = await runRollbook(
    ['set', 'users', String(school.userId), `firstName=${MARKER}b`, '--in', file],
    home,
  )
  expect(errors).toContain('command-line.log')
  expect(code).toBe(1)

  expect(stderr).not.toMatch(WRITTEN)
  const marked = await filesWithMarker(home)
  expect(marked).toContain(`schools/${MARKER}.rollbook`)
  // What was open last is known by its path.
  expect(marked.filter((path) => !path.startsWith('schools/'))).toEqual(['preferences.json'])
  for (const name of await readdir(join(home, 'logs')))
    expect((await stat(join(home, 'logs', name))).mode & 0o777).toBe(0o600)
  expect(await readdir(join(home, 'logs'))).toEqual(['command-line.log', 'rollbook.log'])
})

async function createSchool(started: StartedRollbook, file: string) {
  const { api, electron } = started
  await chooseInDialogs(electron, file)
  const chosen = await api.files.choose({ purpose: 'create-school' })
  await api.schools.create({
    file: chosen?.file ?? '',
    name: MARKER,
    language: 'en',
    userTypes: [MARKER],
  })
  const person = {
    firstName: MARKER,
    lastName: MARKER,
    email: 'zmarkovi@school.example',
    userTypeId: 1,
  }
  const { userId } = await api.users.create(person)
  await api.courses.create({ name: MARKER, startDate: '2026-09-01', endDate: '2027-06-30' })
  return { person, userId }
}

/** Answers what a method of the contract replies, failures and all. */
async function call({ page }: StartedRollbook, method: string, input: unknown): Promise<unknown> {
  return page.evaluate(([name, value]) => rollbook.call(name as string, value), [method, input])
}

/** Reads a file as an import would, and waits for what comes of it. */
async function readImport(started: StartedRollbook, path: string, content: string): Promise<void> {
  const { api, electron, page } = started
  await writeFile(path, content)
  await chooseInDialogs(electron, path)
  const chosen = await api.files.choose({ purpose: 'import' })
  await page.evaluate(
    (file) =>
      new Promise<void>((settle) => {
        rollbook.on('job', ({ state }) => state !== 'running' && settle())
        void rollbook.call('imports.prepare', { file })
      }),
    chosen?.file ?? '',
  )
}

/** From here on SQLite says something that no one foresaw of every change of a person, with the name in its SQL's values. */
async function breakUpdates(file: string): Promise<void> {
  const connection = connect(file)
  try {
    await connection.query(
      `CREATE TRIGGER broken BEFORE UPDATE ON users BEGIN SELECT json_extract(NEW.first_name, '$'); END`,
    )
  } finally {
    await connection.close()
  }
}

/** Errors of many kinds in main, each with the marker in all that it says. */
async function failInMain({ electron }: StartedRollbook): Promise<void> {
  await electron.evaluate(({ dialog }, marker) => {
    dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false })
    const about = { code: 'EXAMPLE', sql: marker, parameters: [marker], path: `/${marker}` }
    const errors = [
      Object.assign(new Error(marker, { cause: new RangeError(marker) }), about),
      Object.assign(new Error(`x\n    at ${marker} (${marker}:1:1)`), {
        name: 'Zmarkovic',
        code: 'Zmarkovic',
      }),
      new TypeError(`Cannot use 'in' operator to search for 'x' in ${marker}`),
      marker,
    ]
    for (const error of errors) void Promise.reject(error)
    setImmediate(() => JSON.parse(marker) as unknown)
  }, MARKER)
}

/** What the log says first of each failure that nobody caught, in order of the alphabet. */
async function uncaughtIn(log: string): Promise<string[]> {
  const found = (await readFile(log, 'utf8')).matchAll(/nobody caught: (.*)/g)
  return [...found].map(([, words = '']) => words).sort()
}

/** The files under a folder that say the marker or are named by it. */
async function filesWithMarker(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const marked: string[] = []
  for (const file of files) {
    const bytes = await readFile(file)
    const texts = [
      file,
      bytes.toString('utf8'),
      bytes.toString('utf16le'),
      bytes.subarray(1).toString('utf16le'),
    ]
    if (texts.some((text) => WRITTEN.test(text))) marked.push(relative(folder, file))
  }
  return marked
}
