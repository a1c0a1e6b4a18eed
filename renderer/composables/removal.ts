import { shallowRef } from 'vue'
import type { Selection } from '../../electron/contract/lists'
import { useSessionStore } from '../stores/session'

export interface RemovalQuestion {
  question: string
  details: string[]
}

/** How records of a kind are deleted, and what to say before. */
export interface Removal {
  preview: (selection: Selection, count: number) => Promise<RemovalQuestion>
  remove: (selection: Selection) => Promise<unknown>
}

/** Asks before records are deleted, and says what goes with them: the state behind a RemovalDialog. `afterwards` runs once
 *  they are. */
export function useRemoval({ preview, remove }: Removal, afterwards: () => unknown) {
  const session = useSessionStore()
  const asked = shallowRef<(RemovalQuestion & { selection: Selection }) | null>(null)

  async function ask(selection: Selection | null, count: number) {
    if (selection && !session.isReadOnly) asked.value = { selection, ...(await preview(selection, count)) }
  }

  async function confirm() {
    if (!asked.value) return
    await remove(asked.value.selection)
    await afterwards()
  }

  function close() {
    asked.value = null
  }

  return { asked, ask, confirm, close }
}
