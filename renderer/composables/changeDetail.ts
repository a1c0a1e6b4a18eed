import { computed, onUnmounted, shallowRef, watch } from 'vue'
import type { ChangedRecord, ChangeSet } from '../../electron/contract/history'
import { BACK_TO_MOMENT } from '../../electron/contract/history'
import { PAGE_MAX } from '../../electron/contract/lists'
import { api, on } from '../api'

const PAGE = 50

interface Detail {
  changeSet: ChangeSet
  rows: ChangedRecord[]
  next: number | null
  /** The change that took it back. */
  undoer: ChangeSet | null
}

/** A change and the records that it touched, a page at a time. It is read anew with every change, since any may take it
 *  back. */
export function useChangeDetail(changeSetId: () => number) {
  const detail = shallowRef<Detail | null>(null)
  /** What is to be undone where somebody wants to undo the change, or, if that is undone, to redo it; null for neither. */
  const toTakeBack = computed(() => {
    const { changeSet, undoer } = detail.value ?? {}
    if (changeSet?.isUndoable) return changeSet
    return undoer?.isUndoable && undoer.command !== BACK_TO_MOMENT ? undoer : null
  })
  let turn = 0

  watch(changeSetId, () => read(PAGE), { immediate: true })
  onUnmounted(on('changed', () => read(Math.min(Math.max(detail.value?.rows.length ?? 0, PAGE), PAGE_MAX))))

  async function read(count: number) {
    const mine = ++turn
    const found = await api.history.get({ changeSetId: changeSetId(), count })
    const { undoneBy } = found.changeSet
    const undoer =
      undoneBy === null ? null : (await api.history.get({ changeSetId: undoneBy, count: 1 })).changeSet
    if (mine === turn) detail.value = { ...found, undoer }
  }

  /** Adds the page after those that are shown. */
  async function readMore() {
    const shown = detail.value
    if (!shown?.next) return
    const mine = ++turn
    const { rows, next } = await api.history.get({
      changeSetId: changeSetId(),
      after: shown.next,
      count: PAGE,
    })
    if (mine === turn) detail.value = { ...shown, rows: [...shown.rows, ...rows], next }
  }

  return { detail, toTakeBack, readMore }
}
