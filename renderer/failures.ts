import { shallowRef } from 'vue'
import { AppError } from '../electron/contract/errors'

/** What failed last without anybody catching it, for App.vue to show. */
export const failure = shallowRef<{ error: unknown } | null>(null)

/** Takes a failure that nobody caught: it is shown, and what nobody foresaw is logged to the window's console too. */
export function tellFailure(error: unknown): void {
  if (!(error instanceof AppError) || error.code === 'unexpected') console.error(error)
  failure.value = { error }
}
