import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { JobStarted } from '../../electron/contract/define'
import { AppError } from '../../electron/contract/errors'
import { exportMethods, importMethods } from '../../electron/contract/imports'
import type { JobEvent } from '../../electron/contract/jobs'
import { temporaryFolder, type TestSchool } from './school'

type ImportOptions = z.input<typeof importMethods.prepare.input>['options']

/** Waits for a job's end and answers its value; throws what it failed with. */
export async function endOf(school: TestSchool, started: Promise<JobStarted>): Promise<unknown> {
  const { jobId } = await started
  const event = await lastEventOf(school, jobId)
  if (event.state === 'done') return event.value
  throw new AppError(event.error.code, event.error.params, event.error.fields)
}

/** Prepares an import of a file. */
export async function prepareImport(school: TestSchool, path: string, options: ImportOptions = {}) {
  const { file } = school.files.give(path)
  return importMethods.prepare.output.parse(
    await endOf(school, school.api.imports.prepare({ file, options })),
  )
}

/** A CSV file of these lines. */
export async function listFile(lines: string[]): Promise<string> {
  const path = join(await temporaryFolder(), 'list.csv')
  await writeFile(path, `${lines.join('\r\n')}\r\n`)
  return path
}

/** Prepares an import of a file of these lines. */
export const prepareLines = async (school: TestSchool, lines: string[], options?: ImportOptions) =>
  prepareImport(school, await listFile(lines), options)

/** Imports a file of these lines. */
export async function importLines(school: TestSchool, lines: string[], options?: ImportOptions) {
  const { importId } = await prepareLines(school, lines, options)
  return applyImport(school, importId)
}

/** What is wrong with the rows of a prepared import: row, column and problem of each. */
export const placesOf = ({ problems }: Awaited<ReturnType<typeof prepareImport>>) =>
  problems.map(({ row, column, code }) => [row, column, code])

/** Writes a prepared import. */
export async function applyImport(
  school: TestSchool,
  importId: string,
  onError: 'reject-rows' | 'all-or-nothing' = 'reject-rows',
) {
  return importMethods.apply.output.parse(
    await endOf(school, school.api.imports.apply({ importId, onError })),
  )
}

/** Exports an entity into a file. */
export async function exportTo(
  school: TestSchool,
  entity: z.input<typeof exportMethods.run.input>['entity'],
  path: string,
) {
  const { file } = school.files.giveTarget(path)
  return exportMethods.run.output.parse(
    await endOf(school, school.api.exports.run({ entity, format: 'csv', file })),
  )
}

type EndEvent = Exclude<JobEvent, { state: 'running' }>

async function lastEventOf({ events }: TestSchool, jobId: string): Promise<EndEvent> {
  for (;;) {
    for (const { name, payload } of events) {
      if (name === 'job' && payload.jobId === jobId && payload.state !== 'running') return payload
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
