import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Row } from '../../electron/database/open'
import { SideConnection } from '../../electron/database/scratch'
import { CsvReader } from '../../electron/exchange/csvRecords'
import { toAppError } from '../../electron/services/failures'
import { salvage } from '../../electron/services/salvage'
import { createSampleSchool } from '../helpers/school'
import { note, trials } from './trials'

const TABLES = { userTypes: 'user_types', users: 'users', courses: 'courses', enrollments: 'enrollments' }
const PAGE = 4_096
/** Columns that are made anew from the others. */
const DERIVED = /_(sort|folded)$|^is_homeroom$/

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-salvage-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The same random numbers in every run, so that a failure can be seen again. */
function* randomNumbers(): Generator<number, never> {
  for (let state = 7; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 4_294_967_296
  }
}

/** A file with its end cut off, some bytes changed, or whole pages gone. */
function damaged(whole: Buffer, random: Generator<number, never>): { bytes: Buffer; what: string } {
  const below = (limit: number) => Math.floor(random.next().value * limit)
  const kind = below(3)
  if (kind === 0) {
    const length = below(whole.length)
    return { bytes: Buffer.from(whole.subarray(0, length)), what: `cut to ${length}` }
  }
  const bytes = Buffer.from(whole)
  if (kind === 1) {
    const places = Array.from({ length: 1 + below(64) }, () => below(bytes.length))
    for (const place of places) bytes[place] = below(256)
    return { bytes, what: `changed at ${places.join(', ')}` }
  }
  const pages = Array.from({ length: 1 + below(6) }, () => 1 + below(bytes.length / PAGE - 1))
  for (const page of pages) bytes.fill(below(256), page * PAGE, (page + 1) * PAGE)
  return { bytes, what: `pages ${pages.join(', ')} gone` }
}

async function recordsOf(file: string): Promise<Map<string, string>> {
  const records = new Map<string, string>()
  await SideConnection.readImmutable(file, async (side) => {
    for (const [entity, table] of Object.entries(TABLES))
      for (const row of await side.query(`SELECT * FROM ${table}`))
        records.set(`${entity} ${String(Object.values(row)[0])}`, contentOf(row))
  })
  return records
}

const contentOf = (row: Row) =>
  JSON.stringify(Object.entries(row).filter(([column]) => !DERIVED.test(column)))

/** The records that a list names. */
async function listed(file: string | null): Promise<Set<string>> {
  if (file === null) return new Set()
  const records = new CsvReader(',').read((await readFile(file, 'utf8')).slice(1), true)
  return new Set(records.map(({ fields: [entity, id] }) => `${entity} ${id}`))
}

/** How many records a plain copy of the tables gets, which stops at the first page that it cannot read. */
async function plainCopy(file: string): Promise<number> {
  let count = 0
  const read = async (side: SideConnection) => {
    for (const table of Object.values(TABLES)) count += (await side.query(`SELECT * FROM ${table}`)).length
  }
  await SideConnection.readImmutable(file, read).catch(() => undefined)
  return count
}

it(
  'what is salvaged of a damaged file was in it, or is listed, and the file stays as it is',
  { timeout: 3_600_000 },
  async () => {
    const { school, path } = await createSampleSchool(200)
    await school.close()
    const whole = await readFile(path)
    const originals = await recordsOf(path)
    const random = randomNumbers()
    const count = trials({ few: 20, many: 50, full: 1_000 })
    const failures: string[] = []
    const totals = { salvaged: 0, plain: 0, refused: 0, complete: 0 }
    for (let number = 0; number < count; number++) {
      const place = join(folder, String(number))
      await mkdir(place)
      const { bytes, what } = damaged(whole, random)
      const [source, file] = [join(place, 'damaged.rollbook'), join(place, 'salvaged.rollbook')]
      await writeFile(source, bytes)
      totals.plain += await plainCopy(source)
      const report = await salvage(
        { source, file, person: 'Tester', appVersion: 'test', workFolder: join(place, 'work') },
        { signal: new AbortController().signal, progress: () => {} },
      ).catch(toAppError)
      if (hashOf(await readFile(source)) !== hashOf(bytes))
        failures.push(`${what}: the damaged file was altered`)
      if ('code' in report) {
        totals.refused++
        if (report.code !== 'damaged-file') failures.push(`${what}: ${report.code} ${String(report.cause)}`)
      } else {
        const records = await recordsOf(file)
        const told = await listed(report.listFile)
        totals.salvaged += records.size
        if (report.isListComplete) totals.complete++
        for (const [record, content] of records)
          if (originals.get(record) !== content && !told.has(record))
            failures.push(`${what}: ${record} is not as it was`)
        // Where history tells of all records, none of them is lost without a word. The user types of a new school are
        // older than history.
        for (const record of originals.keys())
          if (report.isListComplete && !records.has(record) && !told.has(record))
            failures.push(`${what}: ${record} is lost and not listed`)
      }
      await rm(place, { recursive: true })
    }
    expect(totals.salvaged).toBeGreaterThan(totals.plain)
    expect(totals.complete).toBeGreaterThan(count / 10)
    const readable = (all: number) => `${Math.round((100 * all) / (count * originals.size))} %`
    await note({
      promise: 'P7',
      what: 'of a damaged file the readable rows are salvaged into a new one: as they were, or listed',
      trials: count,
      failures: failures.length,
      control: `a plain copy gets ${readable(totals.plain)} of the records, salvaging ${readable(totals.salvaged)}; ${totals.refused} files had none, of ${totals.complete} the list is known to be complete`,
    })
    expect(failures).toEqual([])
  },
)
