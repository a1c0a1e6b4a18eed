import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { AppError } from '../../electron/contract/errors'
import type { ChangeSet } from '../../electron/contract/history'
import { api, on } from '../api'

/** The newest change, and what would be undone and redone next, whichever view, job or key made it. */
export const useUndoStore = defineStore('undo', () => {
  const newest = ref<ChangeSet | null>(null)
  const nextUndo = shallowRef<ChangeSet | null>(null)
  const nextRedo = shallowRef<ChangeSet | null>(null)

  /** Takes back this person's last change of this session. */
  async function undoLast() {
    await api.history.undoLast({})
  }

  /** Does again what was undone last, if nothing was changed since. */
  async function redoLast() {
    await api.history.redoLast({})
  }

  /** Takes back one change, or the taking back of one. Refused where a later one stands on it. */
  async function undo(changeSetId: number) {
    await api.history.undo({ changeSetId })
  }

  /** Tells `listener` of every change there is, from now on. */
  function follow(listener: (change: ChangeSet) => void) {
    // What was there when the school was opened is no news.
    let opening = begin()
    on('changed', async () => {
      const change = await read()
      await opening
      if (!change || change.changeSetId === newest.value?.changeSetId) return
      newest.value = change
      listener(change)
    })
    on('school', () => {
      opening = begin()
    })
  }

  async function begin() {
    newest.value = await read()
  }

  /** Reads what can be undone and redone by now, and answers the newest change; null where no school is open. */
  async function read(): Promise<ChangeSet | null> {
    try {
      const [{ rows }, next] = await Promise.all([api.history.list({ count: 1 }), api.history.undoable({})])
      nextUndo.value = next.undo
      nextRedo.value = next.redo
      return rows[0] ?? null
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'no-school') throw error
      nextUndo.value = null
      nextRedo.value = null
      return null
    }
  }

  return { newest, nextUndo, nextRedo, undoLast, redoLast, undo, follow }
})
