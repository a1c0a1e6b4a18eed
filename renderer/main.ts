import './main.css'
import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { tellFailure } from './failures'
import { head } from './head'
import { i18n } from './i18n'
import { router } from './router'
import { usePreferencesStore } from './stores/preferences'
import { useSchoolsStore } from './stores/schools'

const app = createApp(App).use(createPinia()).use(head).use(i18n).use(router).use(ui)
app.config.errorHandler = tellFailure
window.addEventListener('unhandledrejection', ({ reason }) => tellFailure(reason))
window.addEventListener('error', ({ error }) => {
  // Chromium tells of a ResizeObserver that has more to do in this way too, without any error.
  if (error) tellFailure(error)
})

// The theme decides what is drawn first, so that nothing flickers. The school may still be upgraded, which is told.
await usePreferencesStore().load().catch(tellFailure)
const opened = useSchoolsStore().find()
app.mount('#app')
await opened
useSchoolsStore().followOpened()

// The grid is the heaviest part: it is loaded before somebody wants it, once there is nothing else to do.
requestIdleCallback(() => void import('./grid/createRecordGrid'))
