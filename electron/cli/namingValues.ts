import { AppError } from '../contract/errors'
import { nameAmong } from './entities'

/** Runs `work`, and puts what was typed beside each field that it complains of. */
export async function namingValues<Result>(
  pairs: readonly (readonly [string, string])[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error
    throw new AppError(error.code, error.params, withValues(error.fields, pairs), { cause: error })
  }
}

function withValues(fields: NonNullable<AppError['fields']>, pairs: readonly (readonly [string, string])[]) {
  const entries = Object.entries(fields).map(([field, { code, params }]) => {
    const typed = pairs.find(([name]) => nameAmong([field], name) !== undefined)
    return [field, { code, params: typed ? { ...params, value: typed[1] } : params }] as const
  })
  return Object.fromEntries(entries)
}
