import { computed, reactive, ref } from 'vue'
import type { Selection } from '../../electron/contract/lists'

/** Rows that may be picked one by one: what the contract takes by id. */
export const PICKS_MAX = 10_000

/** Which rows are selected, kept as a query: some by id, or all but some. So it stays small at any size of list. */
export type RowSelection = ReturnType<typeof useRowSelection>

export function useRowSelection(total: () => number) {
  const isAll = ref(false)
  /** The rows that are otherwise than `isAll` says. */
  const exceptions = reactive(new Set<number>())
  const count = computed(() => (isAll.value ? Math.max(0, total() - exceptions.size) : exceptions.size))

  function has(id: number): boolean {
    return isAll.value !== exceptions.has(id)
  }

  /** Selects rows or takes them out. False if that would be too many single ones. */
  function set(ids: number[], isSelected: boolean): boolean {
    const others = isSelected === isAll.value ? [] : ids.filter((id) => !exceptions.has(id))
    if (exceptions.size + others.length > PICKS_MAX) return false
    if (isSelected === isAll.value) for (const id of ids) exceptions.delete(id)
    else for (const id of others) exceptions.add(id)
    return true
  }

  function setAll(isSelected: boolean) {
    isAll.value = isSelected
    exceptions.clear()
  }

  /** As the contract wants it, of the list that is shown; null if nothing is selected. */
  function query(listId: number): Selection | null {
    if (count.value === 0) return null
    return isAll.value ? { listId, except: [...exceptions] } : { ids: [...exceptions] }
  }

  return { isAll, exceptions, count, has, set, setAll, query }
}
