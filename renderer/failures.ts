import { shallowRef } from 'vue'
import { AppError } from '../electron/contract/errors'
import { api } from './api'

/** What failed last without anybody catching it, for App.vue to show. */
export const failure = shallowRef<{ error: unknown } | null>(null)

/** Takes a failure that nobody caught: it is shown, and what nobody foresaw is logged to the window's console too. The log gets
 *  what went wrong in the page itself; main has logged its own. */
export function tellFailure(error: unknown): void {
  if (!(error instanceof AppError) || error.code === 'unexpected') console.error(error)
  if (!(error instanceof AppError)) void note(error)
  failure.value = { error }
}

async function note(error: unknown): Promise<void> {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error()
  // Not even main is told the words: they may quote a record.
  await api.about.noteFailure({ name, stack: stack.replace(message, '') }).catch(console.error)
}
