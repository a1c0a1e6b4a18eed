import { z } from 'zod'
import { AppError, type Params } from '../../electron/contract/errors'
import { columnName, importFields } from '../../electron/contract/importFields'
import { importColumn, importEntity, type ImportEntity } from '../../electron/contract/imports'

export type FileColumn = z.output<typeof importColumn>

/** The columns of a file that was refused for them, which the refusal carries as JSON. Null for any other failure. */
export function columnsInFailure(failure: unknown): FileColumn[] | null {
  const columns = fileProblem(failure)?.params.columns
  return typeof columns === 'string' ? z.array(importColumn).parse(JSON.parse(columns)) : null
}

/** What a refused file was taken to hold, or null. */
export function entityInFailure(failure: unknown): ImportEntity | null {
  const entity = importEntity.safeParse(fileProblem(failure)?.params.entity)
  return entity.success ? entity.data : null
}

/** The field that a refused file has no column for, or null where something else is wrong. */
export function missingFieldIn(failure: unknown): string | null {
  const problem = fileProblem(failure)
  return problem?.code === 'column-missing' ? fieldNamed(problem.params) : null
}

/** Two columns that mean one field, of which one has to be chosen. */
export function rivalsIn(failure: unknown): { headers: string[]; field: string } | null {
  const problem = fileProblem(failure)
  if (problem?.code !== 'columns-for-one-field') return null
  const field = fieldNamed(problem.params)
  return field === null
    ? null
    : { headers: [String(problem.params.one), String(problem.params.other)], field }
}

function fileProblem(failure: unknown) {
  return failure instanceof AppError ? failure.fields?.file : undefined
}

function fieldNamed({ entity, column }: Params): string | null {
  const known = importEntity.safeParse(entity)
  if (!known.success) return null
  return Object.keys(importFields[known.data]).find((field) => columnName(field) === column) ?? null
}
