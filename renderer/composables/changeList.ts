import { computed, onUnmounted, shallowRef, watch } from 'vue'
import type { ChangeSet, HistoryFilters } from '../../electron/contract/history'
import { PAGE_MAX } from '../../electron/contract/lists'
import { api, on } from '../api'

interface ChangePages {
  rows: ChangeSet[]
  next: number | null
  total: number
  all: number
}

/** The newest changes that filters let through, `page` of them at a time. They are read anew with every change and every
 *  other filter. */
export function useChangeList(filters: () => HistoryFilters, page: () => number) {
  const pages = shallowRef<ChangePages | null>(null)
  const rows = computed(() => pages.value?.rows ?? [])
  let turn = 0

  watch(filters, () => read(page()), { immediate: true })
  onUnmounted(on('changed', () => read(Math.min(Math.max(rows.value.length, page()), PAGE_MAX))))

  async function read(count: number) {
    const mine = ++turn
    const found = await api.history.list({ filters: filters(), count })
    if (mine === turn) pages.value = found
  }

  /** Adds the page after those that are shown. */
  async function readMore() {
    const before = pages.value?.next
    if (!before) return
    const mine = ++turn
    const found = await api.history.list({ filters: filters(), before, count: page() })
    if (mine === turn) pages.value = { ...found, rows: [...rows.value, ...found.rows] }
  }

  return { pages, rows, readMore }
}
