import { shallowRef } from 'vue'

/** What failed last without anybody catching it, for App.vue to show. */
export const failure = shallowRef<{ error: unknown } | null>(null)

/** Takes a failure that nobody caught: it is shown, and logged to the window's console. */
export function tellFailure(error: unknown): void {
  console.error(error)
  failure.value = { error }
}
