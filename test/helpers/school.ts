import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Events, RollbookApi } from '../../electron/contract'
import { AppError, type Reply } from '../../electron/contract/errors'
import type { FillSchool } from '../../electron/services/context'
import { FileTokens } from '../../electron/services/fileTokens'
import { fillSample } from '../../electron/services/sample'
import { School, type SchoolOptions } from '../../electron/services/school'
import type { NewSchool } from '../../electron/services/schoolFile'
import { forkParser } from './forkParser'

/** An event as the page would get it. */
type SeenEvent = { [Name in keyof Events]: { name: Name; payload: Events[Name] } }[keyof Events]

export interface TestSchool {
  school: School
  path: string
  /** Calls methods as the page does, across a structuredClone bridge; throws AppError. */
  api: RollbookApi
  files: FileTokens
  events: SeenEvent[]
  /** What it was opened with. */
  options: SchoolOptions
  /** Closes the school and opens its file again, as a new start of the program does. */
  reopen(): Promise<TestSchool>
}

/** A folder of its own for the running test, gone with it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const NEW_SCHOOL: NewSchool = { name: 'Test school', language: 'hr', userTypes: ['Student', 'Teacher'] }

/** A new school in a file of its own, closed when the test is over. */
export function createTestSchool(
  options: Partial<SchoolOptions> = {},
  newSchool: Partial<NewSchool> = {},
): Promise<TestSchool> {
  return openNew(options, { ...NEW_SCHOOL, ...newSchool })
}

/** A new school with the sample's people in it. */
export function createSampleSchool(
  people: number,
  options: Partial<SchoolOptions> = {},
): Promise<TestSchool> {
  return openNew(options, { ...NEW_SCHOOL, userTypes: [] }, people)
}

async function openNew(options: Partial<SchoolOptions>, newSchool: NewSchool, people = 0) {
  const folder = await temporaryFolder()
  const path = join(folder, 'school.rollbook')
  await writeFile(path, await newSchoolFile(newSchool, people))
  return openIn(folder, path, options)
}

const newFiles = new Map<string, Promise<Buffer>>()

/** The bytes of a new school's file. Each is made once: going through all revisions takes longer than most tests. */
function newSchoolFile(newSchool: NewSchool, people: number): Promise<Buffer> {
  const key = JSON.stringify([newSchool, people])
  const known = newFiles.get(key) ?? makeSchoolFile(newSchool, people)
  newFiles.set(key, known)
  return known
}

async function makeSchoolFile(newSchool: NewSchool, people: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-test-'))
  try {
    const path = join(folder, 'school.rollbook')
    const fill: FillSchool = (context) => fillSample(context, people)
    const school = await School.create(
      path,
      newSchool,
      schoolOptions(folder, []),
      people > 0 ? fill : undefined,
    )
    await school.close()
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Opens a file as a test school. */
export async function openTestSchool(
  path: string,
  options: Partial<SchoolOptions> = {},
): Promise<TestSchool> {
  return openIn(await temporaryFolder(), path, options)
}

async function openIn(workFolder: string, path: string, options: Partial<SchoolOptions>) {
  const events: SeenEvent[] = []
  const all = schoolOptions(workFolder, events, options)
  return testSchool(await School.open(path, all), path, all, events)
}

function schoolOptions(
  workFolder: string,
  events: SeenEvent[],
  options: Partial<SchoolOptions> = {},
): SchoolOptions {
  return {
    person: 'Tester',
    appVersion: '0.0.0-test',
    workFolder,
    files: new FileTokens(),
    forkParser,
    emit: (name, payload) => events.push(structuredClone({ name, payload }) as SeenEvent),
    // A failure that no one foresaw fails the test that caused it.
    onUnexpected: (method, error) => {
      throw new Error(`${method} failed unexpectedly`, { cause: error })
    },
    ...options,
  }
}

function testSchool(school: School, path: string, options: SchoolOptions, events: SeenEvent[]): TestSchool {
  onTestFinished(() => school.close())
  return {
    school,
    path,
    files: options.files,
    events,
    options,
    api: apiOf(school),
    async reopen() {
      await school.close()
      return testSchool(await School.open(path, options), path, options, events)
    },
  }
}

/** Methods as functions, their input and reply copied as between the page and main. */
export function apiOf(school: Pick<School, 'call'>): RollbookApi {
  const slice = (entity: string) =>
    new Proxy(
      {},
      { get: (_, verb) => (input: unknown) => callAcrossBridge(school, `${entity}.${String(verb)}`, input) },
    )
  return new Proxy({}, { get: (_, entity) => slice(String(entity)) }) as RollbookApi
}

async function callAcrossBridge(
  school: Pick<School, 'call'>,
  method: string,
  input: unknown,
): Promise<unknown> {
  const reply: Reply = structuredClone(await school.call(method, structuredClone(input)))
  if (reply.ok) return reply.value
  throw new AppError(reply.error.code, reply.error.params, reply.error.fields)
}
