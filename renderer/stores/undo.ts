import { defineStore } from 'pinia'
import { ref } from 'vue'
import { AppError } from '../../electron/contract/errors'
import type { ChangeSet } from '../../electron/contract/history'
import { api, on } from '../api'

/** The newest change, so that every one can be told and taken back, whichever view, job or key made it. */
export const useUndoStore = defineStore('undo', () => {
  const newest = ref<ChangeSet | null>(null)

  /** Takes back this person's last change of this session. */
  async function undoLast() {
    await api.history.undoLast({})
  }

  /** Takes back one change. Refused where a later one stands on it. */
  async function undo(changeSetId: number) {
    await api.history.undo({ changeSetId })
  }

  /** Tells `listener` of every change there is, from now on. */
  function follow(listener: (change: ChangeSet) => void) {
    // What was there when the school was opened is no news.
    let opening = Promise.resolve()
    on('changed', async () => {
      const change = await findNewest()
      await opening
      if (!change || change.changeSetId === newest.value?.changeSetId) return
      newest.value = change
      listener(change)
    })
    on('school', () => {
      opening = takeNewest()
    })
  }

  async function takeNewest() {
    try {
      newest.value = await findNewest()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'no-school') throw error
      newest.value = null
    }
  }

  async function findNewest(): Promise<ChangeSet | null> {
    return (await api.history.list({ offset: 0, count: 1 })).rows[0] ?? null
  }

  return { newest, undoLast, undo, follow }
})
