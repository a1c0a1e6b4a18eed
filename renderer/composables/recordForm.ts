import { ref, shallowRef } from 'vue'
import { useSessionStore } from '../stores/session'

/** Which record a view's form shows: null for a new one. */
export function useRecordForm<Row>() {
  const session = useSessionStore()
  const isOpen = ref(false)
  const record = shallowRef<Row | null>(null)

  function create() {
    if (session.isReadOnly) return
    record.value = null
    isOpen.value = true
  }

  function edit(row: Row) {
    record.value = row
    isOpen.value = true
  }

  return { isOpen, record, create, edit }
}
