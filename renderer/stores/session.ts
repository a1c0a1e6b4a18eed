import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { OpenSchool } from '../../electron/contract/school'
import { api, on } from '../api'

/** The school that is open, or null at first start. */
export const useSessionStore = defineStore('session', () => {
  const school = ref<OpenSchool | null>(null)
  /** Grows with each school that is opened: views keyed by it begin anew. */
  const visit = ref(0)

  async function load() {
    school.value = await api.school.find({})
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

  return { school, visit, load, follow }
})
