import type { z } from 'zod'
import type { JobStarted } from '../../electron/contract/define'
import { AppError } from '../../electron/contract/errors'
import { exportMethods, importMethods } from '../../electron/contract/imports'
import type { JobEvent } from '../../electron/contract/jobs'
import type { TestSchool } from './school'

/** Waits for a job's end and answers its value; throws what it failed with. */
export async function endOf(school: TestSchool, started: Promise<JobStarted>): Promise<unknown> {
  const { jobId } = await started
  const event = await lastEventOf(school, jobId)
  if (event.state === 'done') return event.value
  throw new AppError(event.error.code, event.error.params, event.error.fields)
}

/** Prepares an import of a file. */
export async function prepareImport(
  school: TestSchool,
  path: string,
  options: z.input<typeof importMethods.prepare.input>['options'] = {},
) {
  const { file } = school.files.give(path)
  return importMethods.prepare.output.parse(
    await endOf(school, school.api.imports.prepare({ file, options })),
  )
}

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
  const { file } = school.files.give(path)
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
