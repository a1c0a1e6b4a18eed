import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { OpenSchool } from '../../electron/contract/school'
import { api } from '../api'
import { today } from '../formats'

/** The school that is open, or null at first start. */
export const useSessionStore = defineStore('session', () => {
  const school = ref<OpenSchool | null>(null)
  /** Has main said which school is open? At launch it says so once the file is opened, or refused. */
  const isKnown = ref(false)
  const isReadOnly = computed(() => school.value?.isReadOnly ?? false)
  /** The day at which the records are shown, as `YYYY-MM-DD`. */
  const shownDay = () => school.value?.asOf ?? today()
  /** Grows with each school that is opened: views keyed by it begin anew. */
  const visit = ref(0)

  /** How often was asked: the answer to a later question may come first, and an earlier one is out of date then. */
  let asked = 0

  async function load() {
    const question = ++asked
    try {
      const found = await api.school.find({})
      if (question === asked) school.value = found
    } catch (error) {
      if (question !== asked) return
      // None is open then, and the reason is told.
      school.value = null
      throw error
    } finally {
      isKnown.value = true
    }
  }

  return { school, isKnown, isReadOnly, shownDay, visit, load }
})
