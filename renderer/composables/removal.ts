import { shallowRef } from 'vue'
import type { Selection } from '../../electron/contract/lists'
import { useSessionStore } from '../stores/session'

export interface RemovalQuestion {
  question: string
  details: string[]
}

/** Asks before records are deleted, and says what goes with them: the state behind a RemovalDialog. */
export function useRemoval(
  preview: (selection: Selection, count: number) => Promise<RemovalQuestion>,
  remove: (selection: Selection) => Promise<unknown>,
) {
  const session = useSessionStore()
  const asked = shallowRef<(RemovalQuestion & { selection: Selection }) | null>(null)

  async function ask(selection: Selection | null, count: number) {
    if (selection && !session.isReadOnly) asked.value = { selection, ...(await preview(selection, count)) }
  }

  async function confirm() {
    if (asked.value) await remove(asked.value.selection)
  }

  function close() {
    asked.value = null
  }

  return { asked, ask, confirm, close }
}
