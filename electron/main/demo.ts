import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserWindow } from 'electron'
import { exportMethods, importMethods } from '../contract/imports'
import { PageBridge } from './pageBridge'
import type { Program } from './program'
import { countRecords } from './countRecords'
import { within } from './patience'

export interface DemoResult {
  /** What each step did, in records. */
  steps: Record<'created' | 'imported' | 'enrolled' | 'found' | 'exported', number>
  screenshot: string
}

const IMPORTED_COUNT = 25
// No sample has it, so that what was imported can be searched for.
const IMPORTED_NAME = 'Demonstratova'
const PATIENCE_MS = 60_000

/** The main job, done through the page's own bridge in the real window: makes a sample school, imports people from a CSV
 *  file, enrols them, finds them, exports everyone, and takes a picture of the list. Throws where a step fails. */
export async function runDemo(window: BrowserWindow, { current, files }: Program): Promise<DemoResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-demo-'))
  const page = new PageBridge(window)
  await page.listenToJobs()

  await page.api.schools.createSample({})
  const created = (await countRecords(current)).users
  const source = join(folder, 'people.csv')
  await writeFile(source, peopleFile())
  const imported = await importPeople(page, files.give(source).file)
  const people = await page.api.users.openList({ search: IMPORTED_NAME })
  const enrolled = await enrolAll(page, people.listId)
  const exported = await exportPeople(page, files.giveTarget(join(folder, 'all-people.csv')).file)

  const screenshot = join(folder, 'window.png')
  await within(
    PATIENCE_MS,
    page.show(`/people?search=${IMPORTED_NAME}`, IMPORTED_NAME),
    'the people on the screen',
  )
  await writeFile(screenshot, (await window.webContents.capturePage()).toPNG())
  const steps = { created, imported, enrolled, found: people.total, exported }
  return { steps, screenshot }
}

function peopleFile(): string {
  const rows = Array.from({ length: IMPORTED_COUNT }, (_, index) => {
    const number = String(index + 1).padStart(2, '0')
    return `Ana${number},${IMPORTED_NAME},ana${number}@demonstration.example,student,${10 + (index % 8)}`
  })
  return ['first_name,last_name,email,user_type,age', ...rows, ''].join('\n')
}

async function importPeople(page: PageBridge, file: string): Promise<number> {
  const preparing = await page.api.imports.prepare({ file })
  const { importId } = await page.ended(preparing, importMethods.prepare.output)
  const applying = await page.api.imports.apply({ importId, onError: 'all-or-nothing' })
  return (await page.ended(applying, importMethods.apply.output)).created
}

async function enrolAll(page: PageBridge, listId: number): Promise<number> {
  const startDate = new Date().toISOString().slice(0, 10)
  const endDate = `${new Date().getFullYear() + 1}-06-30`
  const { courseId } = await page.api.courses.create({ name: 'Demonstration', startDate, endDate })
  const selection = { listId, except: [] }
  return (await page.api.enrollments.enrollStudents({ courseId, selection, enrolledDate: startDate })).count
}

async function exportPeople(page: PageBridge, file: string): Promise<number> {
  const running = await page.api.exports.run({ entity: 'users', format: 'csv', file })
  return (await page.ended(running, exportMethods.run.output)).rows
}
