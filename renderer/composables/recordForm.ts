import { ref, shallowRef } from 'vue'

/** Which record a view's form shows: null for a new one. */
export function useRecordForm<Row>() {
  const isOpen = ref(false)
  const record = shallowRef<Row | null>(null)

  function create() {
    record.value = null
    isOpen.value = true
  }

  function edit(row: Row) {
    record.value = row
    isOpen.value = true
  }

  return { isOpen, record, create, edit }
}
