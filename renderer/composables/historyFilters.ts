import { computed, ref, shallowRef } from 'vue'
import { historyMethods, type ChangedRecord, type HistoryFilters } from '../../electron/contract/history'
import { useListQuery } from './listQuery'

/** A record whose history is looked at. */
export interface NamedRecord {
  entity: ChangedRecord['entity']
  id: number
  name: string
}

const FROM_LINK = ['person', 'kind', 'entity', 'from', 'until']
const schema = historyMethods.list.input.shape.filters

/** What history is filtered by. It begins with what the link to it asks for: `/history?kind=imported&from=2026-09-01`. */
export function useHistoryFilters() {
  const active = shallowRef(useListQuery(FROM_LINK).initialFilters)
  const recordName = ref('')
  const filters = computed<HistoryFilters>(() => schema.safeParse(active.value).data ?? {})

  /** Leaves out all but one record. */
  function showRecord({ entity, id, name }: NamedRecord) {
    recordName.value = name
    active.value = { record: { entity, id } }
  }

  function clear() {
    active.value = {}
  }

  return { active, filters, recordName, showRecord, clear }
}
