import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Preferences } from '../../electron/contract/preferences'
import { api } from '../api'

type Theme = Preferences['theme']

const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)')

/** What this computer's user likes. */
export const usePreferencesStore = defineStore('preferences', () => {
  const theme = ref<Theme>('system')
  const isDark = ref(false)

  async function load() {
    take(await api.preferences.get({}))
    systemIsDark.addEventListener('change', show)
  }

  async function setTheme(wanted: Theme) {
    take(await api.preferences.set({ theme: wanted }))
  }

  function take(preferences: Preferences) {
    theme.value = preferences.theme
    show()
  }

  /** One class on the root element switches the page, the components and the grid. */
  function show() {
    isDark.value = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.matches)
    document.documentElement.classList.toggle('dark', isDark.value)
  }

  return { theme, isDark, load, setTheme }
})
