import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { createSchoolFile } from '../../../electron/services/schoolFile'
import { fillSample } from '../../../electron/services/sample'
import { nodeParser } from '../../../electron/exchange/parserProcess'
import { Changes } from '../../../electron/services/changes'
import { buildParser } from '../../helpers/parserBuild'
import { contentOf } from './content'
import type { Ordered } from './protocol'
import { WorkedAtSchool } from './steps'

const PEOPLE = 30
const IMPORTED = 60

/** A school that programs work at, in a folder of its own, and what it holds after each step. */
export interface Work {
  /** A copy of the school as it is before the first step, in a folder of its own. */
  begin: (folder: string) => Promise<Place>
  /** What the school holds after so many steps. */
  contents: string[]
  steps: number
  remove: () => Promise<void>
}

/** Where one program works. */
export interface Place {
  /** The folder of the school alone. */
  folder: string
  file: string
  /** The arguments of Node that start the program. */
  args: (setting?: Ordered['setting']) => string[]
}

/** Builds the program, makes the school, and does every step once. */
export async function prepareWork(steps: number): Promise<Work> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-work-'))
  // Among the packages that it needs.
  const built = await mkdtemp(resolve(import.meta.dirname, '../../../node_modules/.rollbook/work-'))
  const parser = await buildParser(built)
  await buildProgram(join(import.meta.dirname, 'program.ts'), built)
  const template = join(folder, 'template.rollbook')
  await makeSchool(template)
  const sources = join(folder, 'sources')
  await mkdir(sources)
  for (let round = 0; round < 20; round++)
    await writeFile(join(sources, `people-${round}.csv`), peopleOf(round))

  async function begin(own: string): Promise<Place> {
    const place = { folder: join(own, 'school'), file: join(own, 'school', 'school.rollbook') }
    const workFolder = join(own, 'work')
    await mkdir(place.folder, { recursive: true })
    await mkdir(workFolder, { recursive: true })
    await copyFile(template, place.file)
    const ordered: Ordered = { file: place.file, sources, workFolder, parser }
    const args = (setting?: Ordered['setting']) => [
      join(built, 'program.cjs'),
      JSON.stringify({ ...ordered, setting }),
    ]
    return { ...place, args }
  }

  async function reference(): Promise<string[]> {
    const { file } = await begin(join(folder, 'reference'))
    const onUnexpected = (method: string, error: unknown) => {
      throw new Error(`${method} failed unexpectedly`, { cause: error })
    }
    const school = new WorkedAtSchool({
      file,
      sources,
      workFolder: folder,
      forkParser: nodeParser(parser),
      onUnexpected,
    })
    await school.open()
    const contents = [await contentOf(file)]
    for (let step = 0; step < steps; step++) {
      await school.take(step)
      contents.push(await contentOf(file))
    }
    await school.close()
    return contents
  }

  return {
    begin,
    contents: await reference(),
    steps,
    async remove() {
      await rm(folder, { recursive: true })
      await rm(built, { recursive: true })
    },
  }
}

/** Builds a program of the tests, `program.cjs`, into a folder that lies among the packages that it needs. */
export async function buildProgram(entry: string, folder: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: 'node18',
      minify: false,
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'program.cjs' } },
    },
  })
}

async function makeSchool(file: string): Promise<void> {
  const language = 'hr'
  await createSchoolFile(file, { name: 'School', language, userTypes: [] }, 'test', async (database) => {
    const changes = new Changes(database, { command: 'schools.create', person: 'Tester' })
    await database.write(async () => {
      await fillSample({ database, changes, language }, PEOPLE)
      await changes.finish()
    })
  })
}

function peopleOf(round: number): string {
  const rows = Array.from(
    { length: IMPORTED },
    (_, row) => `Mara,Čović ${row},mara.${round}.${row}@school.example,Student`,
  )
  return ['first_name,last_name,email,user_type', ...rows, ''].join('\r\n')
}
