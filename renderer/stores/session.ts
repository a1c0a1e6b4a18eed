import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { OpenSchool } from '../../electron/contract/school'
import { api, on } from '../api'

/** The school that is open, or null at first start. */
export const useSessionStore = defineStore('session', () => {
  const school = ref<OpenSchool | null>(null)
  /** Has main said which school is open? At launch it says so once the file is opened, or refused. */
  const isKnown = ref(false)
  const isReadOnly = computed(() => school.value?.isReadOnly ?? false)
  /** Grows with each school that is opened: views keyed by it begin anew. */
  const visit = ref(0)

  async function load() {
    try {
      school.value = await api.school.find({})
    } catch (error) {
      // None is open then, and the reason is told.
      school.value = null
      throw error
    } finally {
      isKnown.value = true
    }
  }

  /** Follows what main opens and closes, and changes of the school's own record. */
  function follow() {
    on('school', async () => {
      await load()
      visit.value++
    })
    on('changed', ({ entities }) => {
      if (entities.includes('school')) void load()
    })
  }

  return { school, isKnown, isReadOnly, visit, load, follow }
})
