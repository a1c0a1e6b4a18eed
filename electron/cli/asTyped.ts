import { AppError } from '../contract/errors'
import { nameAmong } from './entities'

/** How a person gave a field: under which name, and what. */
export interface Typed {
  name: string
  value: string
}

/** Runs `work`; where it complains of fields, the complaint names them, and their values, as they were typed. */
export async function asTyped<Result>(
  typed: Readonly<Record<string, Typed>>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error
    const fields = Object.entries(error.fields).map(([field, { code, params }]) => {
      const name = nameAmong(Object.keys(typed), field)
      const given = name === undefined ? undefined : typed[name]
      if (!given) return [field, { code, params }] as const
      return [given.name, { code, params: { ...params, value: given.value } }] as const
    })
    throw new AppError(error.code, error.params, Object.fromEntries(fields), { cause: error })
  }
}

/** `field=value` pairs, each under the name that it was typed with. */
export function typedPairs(pairs: readonly (readonly [string, string])[]): Record<string, Typed> {
  return Object.fromEntries(pairs.map(([name, value]) => [name, { name, value }]))
}
