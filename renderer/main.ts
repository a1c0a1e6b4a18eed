import './noEval'
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
import { useSessionStore } from './stores/session'

const app = createApp(App).use(createPinia()).use(head).use(i18n).use(router).use(ui)
app.config.errorHandler = tellFailure
window.addEventListener('unhandledrejection', ({ reason }) => tellFailure(reason))

// Which school and which theme decide what is drawn first, so that nothing flickers.
const session = useSessionStore()
await Promise.all([session.load(), usePreferencesStore().load()]).catch(tellFailure)
session.follow()
app.mount('#app')

// The grid is the heaviest part: it is loaded before somebody wants it, once there is nothing else to do.
requestIdleCallback(() => void import('./grid/createRecordGrid'))
